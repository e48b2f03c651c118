"""The series over small panels whose answer is arithmetic, and the traps that each must step around."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from pipeline.indices.frontier import frontier, screened, slopes
from pipeline.indices.matched_series import matched_series, unbroken
from pipeline.indices.quality_adjusted import origin_gap, priced_models
from pipeline.indices.standing import at_period_ends, no_sequels, on_days, period_ends, priced_offers, standing

DAYS = [pd.Timestamp("2026-01-04"), pd.Timestamp("2026-01-11")]


def listings(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    """(listing, model version, seller, floating); the seller is the maker where they share a name."""
    table = pd.DataFrame(rows, columns=["listing_id", "model_version", "seller", "floating"])
    maker = table["model_version"].str.partition("/")[0]
    return table.assign(maker=maker, first_party=table["seller"].eq(maker), market="international")


def blends(*rows: tuple[str, str, str, float, bool]) -> pd.DataFrame:
    """(listing, since, until, price, whether another source speaks from that day); input and output alike."""
    table = pd.DataFrame(rows, columns=["listing_id", "since", "until", "price", "source_changed"])
    table["since"], table["until"] = pd.to_datetime(table["since"]), pd.to_datetime(table["until"])
    prices = dict.fromkeys(("input", "output", "cached_input", "b31_usd", "b721_usd"), table["price"])
    return table.assign(**prices, currency="USD").drop(columns="price")


LONG = ("2025-12-01", "2026-02-01")


def test_the_matched_index_is_the_mean_of_the_log_relatives() -> None:
    """One model halves, one stands: sqrt(1/2) = 70.71."""
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "bolt", False))
    prices = blends(
        ("a", "2025-12-01", "2026-01-08", 2.0, False),
        ("a", "2026-01-09", "2026-02-01", 1.0, False),
        ("b", *LONG, 5.0, False),
    )
    levels = matched_series(standing(prices, known, DAYS), blend="b31", every="week")
    own = levels[levels["variant"] == "per model version"]
    assert own["value"].tolist() == pytest.approx([100, 100 * np.sqrt(0.5)])


def panels(offers: pd.DataFrame) -> list[pd.DataFrame]:
    """By week and by month, texts as texts."""
    first, last = offers["since"].min(), offers["until"].max()
    made = [on_days(offers, period_ends(first, last, every), blend="b31") for every in ("week", "month")]
    return [panel.astype(dict.fromkeys(panel.columns[panel.dtypes == "category"], "str")) for panel in made]


def test_prices_at_the_ends_of_weeks_and_months_make_the_panels_of_all_prices() -> None:
    """2026-01-04 and 01-11 are Sundays: 1.5 stood between them, 3.0 from the last month's end on."""
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "bolt", False))
    prices = blends(
        ("a", "2025-12-29", "2026-01-04", 2.0, False),
        ("a", "2026-01-05", "2026-01-07", 1.5, False),
        ("a", "2026-01-08", "2026-02-03", 1.0, False),
        ("b", "2026-02-02", "2026-02-05", 3.0, False),
    )
    offers = priced_offers(prices, known)
    kept = at_period_ends(offers)
    assert kept["input"].tolist() == [2.0, 1.0]
    assert kept["until"].tolist() == [pd.Timestamp("2026-01-04"), pd.Timestamp("2026-02-01")]
    for cut, whole in zip(panels(kept), panels(offers), strict=True):
        pd.testing.assert_frame_equal(cut, whole)


def test_what_a_price_did_since_the_last_whole_week_and_month_is_not_at_their_ends() -> None:
    known = listings(("a", "acme/a", "acme", False))
    before = blends(("a", "2025-12-01", "2026-01-13", 2.0, False))
    after = blends(("a", "2025-12-01", "2026-01-13", 2.0, False), ("a", "2026-01-14", "2026-01-17", 1.0, False))
    one, other = (at_period_ends(priced_offers(prices, known)) for prices in (before, after))
    pd.testing.assert_frame_equal(one, other)


def test_a_change_of_source_is_no_change_of_price() -> None:
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "bolt", False))
    prices = blends(
        ("a", "2025-12-01", "2026-01-08", 2.0, False),
        ("a", "2026-01-09", "2026-02-01", 1.0, True),
        ("b", *LONG, 5.0, False),
    )
    levels = matched_series(standing(prices, known, DAYS), blend="b31", every="week")
    assert levels["value"].tolist() == pytest.approx([100, 100, 100, 100])


def test_the_order_of_rows_does_not_matter() -> None:
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "bolt", False))
    prices = blends(("a", *LONG, 2.0, False), ("b", *LONG, 5.0, False))
    once = matched_series(standing(prices, known, DAYS), blend="b31", every="week")
    again = matched_series(standing(prices.iloc[::-1], known.iloc[::-1], DAYS), blend="b31", every="week")
    pd.testing.assert_frame_equal(once, again)


def test_a_floating_label_and_a_price_of_zero_take_no_part() -> None:
    known = listings(("a", "acme/a", "acme", True), ("b", "bolt/b", "bolt", False))
    prices = blends(("a", *LONG, 2.0, False), ("b", *LONG, 0.0, False))
    assert standing(prices, known, DAYS).empty


def scored(**scores: float) -> pd.DataFrame:
    rows = [{"model_version": name.replace("_", "/"), "score": score} for name, score in scores.items()]
    return pd.DataFrame(rows).assign(published_at=pd.Timestamp("2026-01-01", tz="UTC"))


def test_the_frontier_names_holder_and_runner_up() -> None:
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "bolt", False))
    prices = blends(("a", *LONG, 2.0, False), ("b", *LONG, 5.0, False))
    panel = standing(prices, known, DAYS[:1])
    row = frontier(panel, scored(acme_a=1300, bolt_b=1400), [1300.0], routers=frozenset()).iloc[0]
    assert (row["model_version"], row["price"], row["runner_up"]) == ("acme/a", 2.0, "bolt/b")
    higher = frontier(panel, scored(acme_a=1300, bolt_b=1400), [1350.0], routers=frozenset()).iloc[0]
    assert (higher["model_version"], higher["candidates"]) == ("bolt/b", 1)


def test_one_bad_listing_does_not_hold_the_frontier() -> None:
    """Hosts at 1.0, 1.1, 1.2 and one at 0.1: the median is 1.05, and 0.1 is below 0.4 times that."""
    names = [("h1", 1.0), ("h2", 1.1), ("h3", 1.2), ("h4", 0.1)]
    known = listings(*[(name, "acme/a", f"host{name}", False) for name, _ in names])
    prices = blends(*[(name, *LONG, price, False) for name, price in names])
    kept = screened(standing(prices, known, DAYS[:1]), frozenset())
    assert kept["price"].min() == 1.0


def test_a_price_that_has_not_stood_two_days_and_a_routers_price_hold_nothing() -> None:
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "router", False))
    prices = blends(("a", "2026-01-03", "2026-02-01", 1.0, False), ("b", *LONG, 1.0, False))
    assert screened(standing(prices, known, DAYS[:1]), frozenset({"router"})).empty


def test_an_alias_that_is_priced_as_one_version_and_scored_as_another_holds_nothing() -> None:
    """`deepseek-chat` cost .21 while it was V2.5 and was scored as V3: only V3's own offer reaches V3's score."""
    known = listings(
        ("alias", "deepseek/deepseek-chat", "deepseek", True), ("v3", "deepseek/deepseek-v3", "deepseek", False)
    )
    panel = standing(blends(("alias", *LONG, 0.21, False), ("v3", *LONG, 0.5, False)), known, DAYS)
    known_now = scored(**{"deepseek/deepseek-v3": 1360, "deepseek/deepseek-chat": 1360})
    found = frontier(panel, known_now, [1350.0], routers=frozenset())
    assert set(found["model_version"]) == {"deepseek/deepseek-v3"}
    assert set(found["price"]) == {0.5}


def test_a_model_without_a_score_reaches_no_rung() -> None:
    known = listings(("a", "acme/a", "acme", False))
    panel = standing(blends(("a", *LONG, 1.0, False)), known, DAYS)
    assert frontier(panel, scored(bolt_b=1400), [1300.0], routers=frozenset()).empty


def test_halving_every_year_is_a_slope_of_minus_fifty_per_cent() -> None:
    years = pd.DataFrame({"score": 1.0, "period": ["2023-01-01", "2024-01-01", "2024-12-31"], "price": [4.0, 2.0, 1.0]})
    assert slopes(years)["value"].tolist() == pytest.approx([-50, -50], abs=0.2)


def test_the_gap_of_a_seat_is_what_the_prices_were_made_with() -> None:
    """40 models of 10 makers; log price = score/100 and ln 0.5 less for makers of one seat: a gap of −50 %."""
    rng = np.random.default_rng(7)
    rows = []
    for number in range(40):
        maker = number % 10
        score = 1200 + 5 * number
        price = np.exp(score / 100) * (0.5 if maker < 4 else 1.0) * np.exp(rng.normal(0, 1e-6))
        rows.append((f"m{maker}/{number}", f"m{maker}", score, price))
    panel = pd.DataFrame(rows, columns=["model_version", "maker", "score", "price"])
    panel = panel.assign(period="2026-01-31", day=pd.Timestamp("2026-01-31"), seller=panel["maker"], first_party=True)
    makers = pd.DataFrame({"maker": [f"m{n}" for n in range(10)], "seat": ["XA"] * 4 + ["XB"] * 6})
    models = pd.DataFrame({"model_version": panel["model_version"], "open_weights": None})
    priced = priced_models(panel.drop(columns="score"), panel[["model_version", "score"]], makers, models)
    gap = origin_gap(priced, blend="b31").set_index("variant")
    assert gap.loc["XA, openness not held constant", "value"] == pytest.approx(-50, abs=1e-3)
    assert "XA, openness of weights held constant" not in gap.index


def test_the_gaps_interval_is_wide_for_few_makers() -> None:
    """Ten makers: t with 9 degrees of freedom (2.262157) times the clustered error of statsmodels, not 1.96 times."""
    rng = np.random.default_rng(3)
    made = pd.DataFrame({"number": range(40)})
    made = made.assign(maker=made["number"] % 10, score=1200.0 + 5 * made["number"], price=np.exp(rng.normal(0, 1, 40)))
    rows = made.assign(
        period="2026-01-31",
        first_month="2026-01-31",
        seat=made["maker"].lt(4).map({True: "XA", False: "XB"}),
        open=np.nan,
    ).assign(coverage=1.0)
    gap = origin_gap(rows, blend="b31").set_index("variant").loc["XA, openness not held constant"]
    design = np.column_stack([np.ones(40), made["maker"].lt(4), made["score"]]).astype(float)
    fit = OLS(np.log(made["price"]), design).fit(cov_type="cluster", cov_kwds={"groups": made["maker"]})
    error = fit.bse.iloc[1]
    assert np.log1p(gap["high"] / 100) == pytest.approx(fit.params.iloc[1] + 2.262157 * error, rel=1e-5)


def test_a_correction_of_a_source_is_no_change_of_price() -> None:
    """A thousandfold slip that a catalogue mends on 9 January leaves the index where it was."""
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "bolt", False))
    prices = blends(
        ("a", "2025-12-01", "2026-01-08", 2000.0, False),
        ("a", "2026-01-09", "2026-02-01", 2.0, False),
        ("b", *LONG, 5.0, False),
    )
    events = pd.DataFrame(
        {
            "class_": ["correction"],
            "state": ["recorded"],
            "prices": ['{"input": {"old": "2000", "new": "2"}}'],
            "bracket_to": pd.to_datetime(["2026-01-09T06:00Z"]),
            "listing_ids": ['["a"]'],
        }
    )
    levels = matched_series(standing(prices, known, DAYS, breaks=no_sequels(events)), blend="b31", every="week")
    assert levels["value"].tolist() == pytest.approx([100, 100, 100, 100])


def on_sale(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """(period, product, maker), each at a price of one."""
    return pd.DataFrame(rows, columns=["period", "product", "maker"]).assign(price=1.0)


def test_a_chain_begins_after_the_last_long_silence() -> None:
    prices = on_sale(("2023-12-03", "a", "m"), ("2024-12-01", "a", "m"), ("2024-12-08", "a", "m"))
    assert unbroken(prices)["period"].tolist() == ["2024-12-01", "2024-12-08"]


WEEKS = ("2024-01-07", "2024-01-14", "2024-01-21", "2024-01-28")


def test_a_chain_begins_after_the_last_week_that_matches_nothing() -> None:
    prices = on_sale((WEEKS[0], "a", "m"), (WEEKS[1], "b", "m"), (WEEKS[2], "b", "m"), (WEEKS[3], "b", "m"))
    assert unbroken(prices)["period"].tolist() == list(WEEKS[1:])


def test_weeks_of_one_maker_alone_carry_no_chain_where_later_ones_match_three() -> None:
    alone = [(week, "a", "m") for week in WEEKS]
    others = [(week, maker, maker) for maker in ("n", "o") for week in WEEKS[2:]]
    assert sorted(set(unbroken(on_sale(*alone, *others))["period"])) == list(WEEKS[2:])


def test_a_last_week_that_matches_nothing_ends_the_chain_before_it() -> None:
    prices = on_sale((WEEKS[0], "a", "m"), (WEEKS[1], "a", "m"), (WEEKS[2], "b", "m"))
    assert unbroken(prices)["period"].tolist() == list(WEEKS[:2])


def test_prices_that_never_meet_make_no_chain() -> None:
    assert unbroken(on_sale((WEEKS[0], "a", "m"), (WEEKS[1], "b", "m"))).empty
