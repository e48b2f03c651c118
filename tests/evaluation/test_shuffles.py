"""A small seeded sample of the shuffles, over a market of two dozen makers: what is real, and what is chance."""

from datetime import date
from functools import lru_cache

from pipeline import frames
from pipeline.dumping.comparisons import ground
from pipeline.flags.evidence import Evidence
from pipeline.flags.judged import market_of
from pipeline.reference.thresholds import load_thresholds
from tests.evaluation.shuffles import SEED, Seat, counted, of_ledger, shuffled
from tests.pipeline.events.ledger import instant
from tests.pipeline.flags.world import UNTIL, world

THRESHOLDS = load_thresholds()


@lru_cache(maxsize=1)
def placed() -> tuple[Seat, ...]:
    small = world()
    asked = small.asked
    stands = ground(
        asked.spells,
        asked.listings,
        asked.sources,
        frames.empty("rates"),
        frames.empty("readings"),
        seats=asked.seats,
        facts=asked.facts,
        until=instant(UNTIL),
    )
    evidence = Evidence(stands, market_of(asked), THRESHOLDS)
    return tuple(of_ledger(asked, evidence, small.flags, asked.sources))


def test_unshuffled_counts_are_those_of_the_flags() -> None:
    small = world()
    found = counted(placed(), {seat.maker: seat.maker for seat in placed()}, THRESHOLDS)
    assert found.outliers == int((small.flags["outlier"] == "passes").sum()) > 0
    suspected = small.flags["kind"].isin(["suspected_dumping", "suspected_underpricing"])
    assert found.suspicions == int(suspected.sum()) > 0


def test_shuffled_makers_are_outliers_about_as_often_as_chance_says() -> None:
    """p ≤ .05 with 23 others is the lowest of 24 alone: one trigger in 24, whoever it is."""
    chance = shuffled(placed(), THRESHOLDS, seed=SEED, draws=200)
    enough = sum(len(seat.others) >= THRESHOLDS.outlier_makers for seat in placed())
    share = sum(each.outliers for each in chance) / (200 * enough)
    assert 0.01 < share < 0.09


def test_the_same_seed_gives_the_same_counts() -> None:
    assert shuffled(placed(), THRESHOLDS, seed=7, draws=5) == shuffled(placed(), THRESHOLDS, seed=7, draws=5)


def test_a_stand_in_that_has_no_price_there_is_not_placed() -> None:
    seat = Seat(year=date(2026, 1, 1).year, maker="a", own=-1.0, others={"b": 0.0, "c": 1.0}, rest=True)
    assert seat.p("d") is None
    assert seat.p("a") == seat.p("a")
    assert [round(float(seat.p(name) or 0), 6) for name in ("a", "b", "c")] == [0.333333, 0.666667, 1.0]
