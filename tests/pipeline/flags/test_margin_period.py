"""Which days a margin inside a flag compares: those of the price itself, else the nearest of three months before."""

from datetime import date

import pytest

from pipeline.flags.margin_period import period
from tests.pipeline.flags.world import DUMPED, conditions, world


@pytest.mark.parametrize(
    ("judged_on", "first"),
    [("2026-05-31", "2026-02-01"), ("2026-03-01", "2025-12-01"), ("2026-01-15", "2025-10-01")],
)
def test_the_period_of_a_flag_begins_three_months_before_its_month(judged_on: str, first: str) -> None:
    assert period(date.fromisoformat(judged_on)) == (date.fromisoformat(first), date.fromisoformat(judged_on))


def test_a_price_that_stood_a_month_is_compared_with_every_day_of_the_home_price_in_it() -> None:
    """Cut to a tenth on 1 March, judged on 31 March; the home page listed the model until 9 March."""
    flags = world(home_until="2026-03-10").flags
    [row] = flags[flags["maker"].eq(DUMPED) & flags["trigger"].eq("standing") & flags["day"].eq("2026-03-31")].to_dict(
        "records"
    )
    found = conditions(row)[3]
    assert (found["outcome"], found["value"]) == ("passes", "900")
    labels = " ".join(found["labels"])  # type: ignore[call-overload]
    assert "normal value on 9 days, 2026-03-01 to 2026-03-09 (m05_home, document m05_home@2026-" in labels
    assert "export price on 9 days, 2026-03-01 to 2026-03-09 (m05_page, document m05_page@2026-" in labels


def test_a_home_price_of_the_month_before_stands_in_and_accuses_nobody() -> None:
    """The home page was left on 10 February: nobody knows what home buyers paid when the export was cut on 1 March."""
    row = world(home_until="2026-02-10").of(DUMPED)
    found = conditions(row)[3]
    assert (row["kind"], row["outlier"], row["margin"]) == ("sharp_cut", "passes", "indicated")
    assert (found["value"], row["kept"], row["defined"]) == ("900", 144, 144)
    assert "last seen in 2026-02, and may have moved with this price" in str(found["reason"])
    labels = " ".join(found["labels"])  # type: ignore[call-overload]
    assert "no normal value on a day of this price: that of 2026-02 stands in" in labels
    assert "normal value on 9 days, 2026-02-01 to 2026-02-09" in labels
    assert "export price on 1 day, 2026-03-01" in labels
