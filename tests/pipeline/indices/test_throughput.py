"""Throughput by day beside price, and shares of tokens: workloads apart, sums that add up."""

import pandas as pd
import pytest

from pipeline import frames
from pipeline.indices.market_share import market_shares
from pipeline.indices.throughput import prices_beside, throughput

OTHER = {"source": "probe", "seller": "h", "served_by": "h", "label": "a", "model_version": "acme/a"}


def readings(*rows):
    """(workload, instant, value)."""
    table = pd.DataFrame(rows, columns=["workload", "observed_at", "value"]).assign(**OTHER)
    return frames.coerce(
        table.assign(
            region=None,
            precision=None,
            tier=None,
            metric="output_tokens_per_second",
            statistic="p50",
            samples=None,
            payload_sha256="0" * 64,
            where=[f"w{number}" for number in range(len(table))],
            observed_at=pd.to_datetime(table["observed_at"], utc=True),
        ).reindex(columns=list(frames.FRAMES["readings"].columns)),
        "readings",
    )


def priced(seller, served_by):
    blends = pd.DataFrame(
        {"listing_id": ["l"], "since": [pd.Timestamp("2026-01-01")], "until": [pd.Timestamp("2026-01-31")]}
    ).assign(b31_usd=0.5)
    listings = pd.DataFrame({"listing_id": ["l"], "model_version": ["acme/a"]})
    return blends, listings.assign(seller=seller, served_by=served_by)


def measured(readings, blends, listings):
    return throughput(readings, prices_beside(readings, blends, listings))


def test_two_workloads_are_two_series():
    found = measured(readings(("short", "2026-01-05T01:00Z", 80), ("long", "2026-01-05T02:00Z", 20)), *priced("h", "h"))
    assert found.set_index("workload")["value"].to_dict() == {"short": 80.0, "long": 20.0}


def test_a_day_is_the_median_of_its_readings():
    hours = [("short", f"2026-01-05T0{hour}:00Z", value) for hour, value in enumerate((10, 90, 20))]
    found = measured(readings(*hours), *priced("h", "h"))
    assert found[["value", "readings"]].to_numpy().tolist() == [[20.0, 3.0]]


def test_the_price_of_the_same_offer_stands_beside_it():
    found = measured(readings(("short", "2026-01-05T01:00Z", 80)), *priced("h", "h")).iloc[0]
    assert (found["price_usd"], found["price_of"]) == (0.5, "this offer")


def test_a_price_that_did_not_stand_that_day_is_not_beside_it():
    found = measured(readings(("short", "2026-03-05T01:00Z", 80)), *priced("h", "h")).iloc[0]
    assert pd.isna(found["price_usd"])


def test_what_a_router_measured_has_the_hosts_own_price_and_says_so():
    routed = readings(("routed", "2026-01-05T01:00Z", 80)).assign(seller="router")
    found = measured(routed, *priced("h", "h")).iloc[0]
    assert (found["price_usd"], found["price_of"]) == (0.5, "the host's own list")


def volumes(*rows):
    """(document, last day, model version, tier, tokens)."""
    table = pd.DataFrame(rows, columns=["payload_sha256", "last_day", "model_version", "tier", "prompt_tokens"])
    return frames.coerce(
        table.assign(
            source="rankings",
            seller="router",
            label=[f"l{number}" for number in range(len(table))],
            completion_tokens=0,
            requests=None,
            last_day=pd.to_datetime(table["last_day"]),
            days=7,
            where="w",
        ).reindex(columns=list(frames.FRAMES["volumes"].columns)),
        "volumes",
    )


def shares(table, by="maker"):
    found = market_shares(table)
    return found[found["by"] == by].set_index("name")["share"].to_dict()


def test_shares_of_makers_add_up_with_the_unmatched():
    found = shares(volumes(("d", "2026-01-07", "acme/a", "standard", 60), ("d", "2026-01-07", None, "standard", 40)))
    assert found == {"acme": 0.6, "unmatched": 0.4}


def test_an_old_sum_in_a_newer_document_is_not_counted_again():
    found = shares(
        volumes(("d", "2026-01-07", "acme/a", "standard", 60), ("d", "2026-01-01", "bolt/b", "standard", 40))
    )
    assert found == {"acme": 1.0}


def test_two_documents_of_one_sum_count_once():
    rows = [(document, "2026-01-07", "acme/a", "standard", 60) for document in ("d", "e")]
    assert market_shares(volumes(*rows))["tokens"].tolist() == [60, 60]  # once by maker, once by model version


def test_what_was_free_is_in_the_share_and_not_in_the_paid_one():
    table = volumes(("d", "2026-01-07", "acme/a", "free", 50), ("d", "2026-01-07", "bolt/b", "standard", 50))
    found = market_shares(table).query("by == 'maker'").set_index("name")
    assert found["share"].to_dict() == {"acme": 0.5, "bolt": 0.5}
    assert found["paid_share"].to_dict() == {"acme": 0.0, "bolt": 1.0}


@pytest.mark.parametrize(("name", "made"), [("throughput", measured), ("market_shares", market_shares)])
def test_nothing_gives_the_declared_frame(name, made):
    empty = frames.empty("readings" if name == "throughput" else "volumes")
    found = made(empty, *priced("h", "h")) if name == "throughput" else made(empty)
    frames.check(found, name)
