import math

import pandas as pd

from pipeline import frames
from pipeline.normalise.rates import reference_rate


def rates(*rows):
    table = pd.DataFrame(rows, columns=["day", "currency", "value"])
    table = table.assign(source="ecb", base="EUR", day=pd.to_datetime(table["day"]), payload_sha256="0" * 64)
    return frames.coerce(table, "rates")


def days(*texts):
    return pd.Series(pd.to_datetime(list(texts)).astype("datetime64[us]"))


ECB = rates(
    ("2026-07-17", "USD", 1.2), ("2026-07-17", "CNY", 8.133), ("2026-07-20", "USD", 1.25), ("2026-07-20", "CNY", 8.0)
)


def test_dollars_per_yuan_by_way_of_the_euro():
    found = reference_rate(ECB, "CNY", days("2026-07-20"))
    assert found["usd"].tolist() == [1.25 / 8.0]


def test_a_weekend_has_the_rate_of_friday_and_says_so():
    found = reference_rate(ECB, "CNY", days("2026-07-19"))
    assert found["usd"].tolist() == [1.2 / 8.133]
    assert found["rate_day"].tolist() == [pd.Timestamp("2026-07-17")]


def test_a_rate_of_seven_days_ago_is_still_used():
    assert reference_rate(ECB, "EUR", days("2026-07-27"))["usd"].tolist() == [1.25]


def test_an_older_rate_is_none():
    found = reference_rate(ECB, "CNY", days("2026-07-28"))
    assert math.isnan(found["usd"].iloc[0])
    assert found["rate_day"].isna().all()


def test_no_rate_before_the_first():
    assert reference_rate(ECB, "CNY", days("2026-07-16"))["usd"].isna().all()


def test_a_currency_without_rates_has_none():
    assert reference_rate(ECB, "KRW", days("2026-07-20"))["usd"].isna().all()


def test_dollars_need_no_rate():
    found = reference_rate(frames.empty("rates"), "USD", days("2026-07-20"))
    assert found["usd"].tolist() == [1.0]
    assert found["rate_day"].isna().all()


def test_a_day_on_which_only_one_of_the_two_was_published_is_no_day():
    half = pd.concat([ECB, rates(("2026-07-21", "CNY", 9.0))], ignore_index=True)
    assert reference_rate(half, "CNY", days("2026-07-21"))["usd"].tolist() == [1.25 / 8.0]


def test_a_list_against_the_dollar_is_another_series():
    listed = rates(("2026-07-20", "USD", 1.5)).assign(source="a_list")
    listed = pd.concat([listed, rates(("2026-07-20", "CNY", 7.0)).assign(source="a_list", base="USD")])
    found = reference_rate(pd.concat([ECB, listed], ignore_index=True), "CNY", days("2026-07-20"))
    assert found["usd"].tolist() == [1.25 / 8.0]
