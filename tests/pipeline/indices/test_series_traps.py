"""The traps of METHODS 4: what each series must not be moved by. Panels are small; every number is arithmetic."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from pipeline.indices.frontier import frontier, held, screened
from pipeline.indices.host_dispersion import dispersion_series, host_dispersion
from pipeline.indices.host_medians import host_medians
from pipeline.indices.matched_series import matched_series
from pipeline.indices.quality_adjusted import list_prices
from pipeline.indices.standing import no_sequels, of_offers, period_ends, standing
from tests.pipeline.indices.test_series import DAYS, LONG, blends, listings, scored

BOTH = ("2025-12-01", "2026-02-01")


def level(known, prices, *, blend="b31", **options):
    """I1 per model version in the second week."""
    rows = matched_series(standing(prices, known, DAYS, blend=blend, **options), blend=blend, every="week")
    return float(rows.loc[rows["variant"].eq("per model version"), "value"].iloc[-1])


def test_a_cut_of_the_cached_price_alone_moves_one_blend_and_not_the_other():
    """V4-Flash, April 2026: cached input .028 to .0028, input .14, output .28: B31 stands, B721 falls by 23.3 %."""
    known = listings(("a", "acme/a", "acme", False))
    halves = blends(("a", "2025-12-01", "2026-01-08", 1.0, False), ("a", "2026-01-09", "2026-02-01", 1.0, False))
    prices = halves.assign(input=0.14, output=0.28, cached_input=[0.028, 0.0028])
    prices["b31_usd"] = (3 * prices["input"] + prices["output"]) / 4
    prices["b721_usd"] = (7 * prices["cached_input"] + 2 * prices["input"] + prices["output"]) / 10
    found = [level(known, prices, blend=blend) for blend in ("b31", "b721")]
    assert found == pytest.approx([100.0, 100 - 23.3], abs=0.05)


def test_an_embedding_whose_output_costs_nothing_is_in_no_blend():
    known = listings(("a", "acme/a", "acme", False), ("e", "acme/embed", "acme", False))
    prices = pd.concat(
        [
            blends(("a", *BOTH, 1.0, False)),
            blends(("e", "2025-12-01", "2026-01-08", 1.0, False), ("e", "2026-01-09", "2026-02-01", 9.0, False)).assign(
                output=0.0
            ),
        ],
        ignore_index=True,
    )
    assert level(known, prices) == pytest.approx(100.0)


def test_a_model_that_speaks_takes_no_part_though_its_text_has_a_price():
    known = listings(("a", "acme/a", "acme", False), ("s", "acme/a-realtime", "acme", False))
    prices = blends(
        ("a", *BOTH, 1.0, False),
        ("s", "2025-12-01", "2026-01-08", 1.0, False),
        ("s", "2026-01-09", "2026-02-01", 9.0, False),
    )
    assert level(known, prices, not_text=re.compile(".*-realtime")) == pytest.approx(100.0)


def test_a_free_input_has_no_logarithm():
    known = listings(("a", "acme/a", "acme", False))
    assert standing(blends(("a", *LONG, 2.0, False)).assign(input=0.0), known, DAYS).empty


HOSTS = (("h1", 1.0), ("h2", 2.0), ("h3", 3.0), ("h4", 4.0))


def hosts(*gone, price=None):
    """Four hosts of one version in two weeks; those of `gone` leave after the first, `price` is h2's in the second."""
    rows = []
    for name, asked in HOSTS:
        rows.append((name, "2025-12-01", "2026-01-08", asked, False))
        if name not in gone:
            after = price if price is not None and name == "h2" else asked
            rows.append((name, "2026-01-09", "2026-02-01", after, False))
    known = listings(*[(name, "acme/open", name, False) for name, _ in HOSTS])
    return standing(blends(*rows), known, DAYS)


def test_a_cheap_host_that_leaves_moves_no_index():
    """The median of those on sale rises from 2.5 to 3; the three that stayed asked what they asked before."""
    found = host_medians(hosts("h1"), frozenset({"acme/open"}))
    assert found["price"].tolist() == pytest.approx([1.0, 1.0])


def test_hosts_enter_as_their_median_and_never_the_cheapest():
    """h2 falls from 2 to 1: the median of all four from 2.5 to 2, the cheapest stands."""
    found = host_medians(hosts(price=1.0), frozenset({"acme/open"}))
    assert found["price"].tolist() == pytest.approx([1.0, 2.0 / 2.5])


def test_fewer_than_three_hosts_that_stay_make_no_link():
    assert host_medians(hosts("h1", "h2"), frozenset({"acme/open"})).empty


def test_hosts_of_closed_weights_and_of_what_the_maker_sells_take_no_part():
    assert host_medians(hosts(), frozenset()).empty
    own = hosts().assign(first_party=lambda rows: rows["seller"].eq("h1"))
    assert host_medians(own, frozenset({"acme/open"})).empty


def test_dispersion_counts_a_host_once_with_its_lowest_price():
    panel = pd.concat([hosts(), hosts().assign(price=lambda rows: rows["price"] * 5)])
    found = host_dispersion(panel, routers=frozenset(), blend="b31").iloc[0]
    assert (found["hosts"], found["median"], found["spread_pct"]) == (4, 2.5, 300.0)


def test_the_change_of_the_matched_hosts_is_none_where_one_only_left():
    found = host_dispersion(hosts("h1"), routers=frozenset(), blend="b31")
    assert found[["median", "matched_change_pct"]].iloc[-1].tolist() == [3.0, 0.0]


def test_a_host_whose_unit_slipped_is_left_out_and_counted():
    panel = hosts().assign(price=lambda rows: rows["price"].where(rows["seller"].ne("h4"), 400_000.0))
    found = host_dispersion(panel, routers=frozenset(), blend="b31").iloc[0]
    assert (found["hosts"], found["left_out"], found["highest"]) == (3, 1, 3.0)


def test_a_router_is_no_host():
    assert host_dispersion(hosts(), routers=frozenset({"h1", "h2"}), blend="b31").empty


def test_the_dispersion_of_a_month_is_that_of_its_middle_version():
    found = dispersion_series(host_dispersion(hosts(), routers=frozenset(), blend="b31")).iloc[0]
    deviation = np.std(np.log([1.0, 2.0, 3.0, 4.0]), ddof=1)
    assert found["value"] == pytest.approx(100 * (np.exp(deviation) - 1))


def test_the_price_of_a_model_is_its_makers_own_and_else_the_median_host():
    assert list_prices(hosts(), frozenset())["price"].tolist() == [2.5, 2.5]
    own = hosts().assign(first_party=lambda rows: rows["seller"].eq("h4"))
    assert list_prices(own, frozenset())["price"].tolist() == [4.0, 4.0]


def test_a_host_of_three_regions_counts_once_in_a_models_price():
    """h4 sells at 4 in three regions: the median of 1, 2, 3 and 4 stays 2.5 and does not become 3.5."""
    panel = hosts()
    regions = pd.concat([panel, panel[panel["seller"].eq("h4")], panel[panel["seller"].eq("h4")]])
    assert list_prices(regions, frozenset())["price"].tolist() == [2.5, 2.5]


def test_three_regions_of_one_host_are_one_host():
    """Two hosts, one of them in three regions: nothing is screened with fewer than three."""
    names = [("r1", "h1", 1.0), ("r2", "h1", 1.0), ("r3", "h1", 1.0), ("x", "h2", 0.1)]
    known = listings(*[(name, "acme/a", seller, False) for name, seller, _ in names])
    panel = standing(blends(*[(name, *LONG, price, False) for name, _, price in names]), known, DAYS[:1])
    assert screened(panel, frozenset())["price"].min() == 0.1


def public(model, score, since):
    days = {"since": [pd.Timestamp(since)], "until": [pd.Timestamp("2200-01-01")]}
    return pd.DataFrame({"model_version": [model], "score": [score], "band": [0.0], **days})


def test_a_model_priced_before_its_score_was_public_holds_nothing_then():
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "bolt", False))
    panel = standing(blends(("a", *LONG, 1.0, False), ("b", *LONG, 5.0, False)), known, DAYS)
    then = pd.concat([public("acme/a", 1300, "2026-01-09"), public("bolt/b", 1300, "2025-01-01")])
    assert held(screened(panel, frozenset()), then, [1300.0])["model_version"].tolist() == ["bolt/b", "acme/a"]


def test_the_frozen_vintage_gives_it_the_whole_history():
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "bolt", False))
    panel = standing(blends(("a", *LONG, 1.0, False), ("b", *LONG, 5.0, False)), known, DAYS)
    rows = frontier(panel, scored(acme_a=1300, bolt_b=1300), [1300.0], routers=frozenset())
    assert rows["model_version"].tolist() == ["acme/a", "acme/a"]


def test_coverage_is_the_share_of_models_on_sale_that_have_a_score():
    known = listings(("a", "acme/a", "acme", False), ("b", "bolt/b", "bolt", False))
    panel = standing(blends(("a", *LONG, 1.0, False), ("b", *LONG, 5.0, False)), known, DAYS[:1])
    assert frontier(panel, scored(acme_a=1300), [1300.0], routers=frozenset())["coverage"].tolist() == [0.5]


def test_days_weeks_and_months_end_on_their_last_day():
    first, last = pd.Timestamp("2026-01-30"), pd.Timestamp("2026-02-03")
    ends = {every: [f"{day:%d}" for day in period_ends(first, last, every)] for every in ("day", "week", "month")}
    assert ends == {"day": ["30", "31", "01", "02", "03"], "week": ["01"], "month": ["31"]}


def test_a_price_stands_on_its_first_and_last_day_and_not_beyond():
    known = listings(("a", "acme/a", "acme", False))
    days = period_ends(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-05"), "day")
    found = standing(blends(("a", "2026-01-02", "2026-01-03", 1.0, False)), known, days)
    assert found["period"].tolist() == ["2026-01-02", "2026-01-03"]


def changed(old, new, **said):
    """One decision about the listing `a` on 9 January, read as a market move unless said otherwise."""
    prices = json.dumps({"output": {"old": old, "new": new}})
    row = {"class_": "market_move", "state": "probable", "prices": prices, "listing_ids": '["a"]'} | said
    return pd.DataFrame([row]).assign(bracket_to=pd.Timestamp("2026-01-09T06:00Z"))


def test_a_unit_that_slipped_is_no_move_even_where_nobody_saw_it_undone():
    assert len(no_sequels(changed("320", "0.32"))) == 1


def test_a_large_move_that_is_confirmed_is_a_move():
    assert no_sequels(changed("320", "0.32", state="confirmed")).empty


def test_a_cut_by_half_and_a_price_that_was_free_are_moves():
    assert no_sequels(changed("2", "1")).empty
    assert no_sequels(changed("0", "1")).empty


def test_a_correction_of_one_band_breaks_its_offer_whichever_listing_stands_for_it():
    keys = {"seller": "s", "served_by": "s", "market": "US", "region": None, "label": "a", "model_version": "m/a"}
    known = pd.DataFrame(
        [
            keys | {"listing_id": "a", "tier": "standard", "conditions": '{"context_max":1,"tier":"standard"}'},
            keys | {"listing_id": "b", "tier": "standard", "conditions": '{"tier":"standard"}'},
            keys | {"listing_id": "c", "tier": "batch", "conditions": '{"tier":"batch"}'},
        ]
    )
    found = of_offers(no_sequels(changed("2", "1", class_="correction")), known)
    assert sorted(found["listing_id"]) == ["a", "b"]
