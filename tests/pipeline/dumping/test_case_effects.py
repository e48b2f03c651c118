"""Price effects of a case over hand-made prices: the figures by arithmetic, and when there are none."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from pipeline.domain.facts import Facts
from pipeline.domain.indicator import Indicator, Outcome
from pipeline.dumping.case.effects import domestic_peers, effects
from pipeline.dumping.case.subject import Subject
from pipeline.dumping.normal_value import Regime
from pipeline.dumping.peers import Market
from pipeline.reference.thresholds import load_thresholds

THRESHOLDS = load_thresholds()
SINCE, AS_OF = date(2026, 3, 1), date(2026, 8, 31)
SEATS = {"import": "AA", "one": "BB", "two": "BB", "far": "BB", "abroad": "CC"}
SCORES = {"import/m": 50.0, "one/m": 51.0, "two/m": 48.0, "far/m": 30.0, "abroad/m": 50.0}
NO_FACTS = Facts(sellers=(), taxes=(), rents=(), throughputs=(), owners={}, routers=frozenset())


def market(fallen: dict[str, float] | None = None, published: str = "2026-01-01") -> Market:
    """Everybody's price since 2025: import 1, one 2, two 4, far 3, abroad 1; `fallen` are factors from 10 March on."""
    asked = {"import/m": 1.0, "one/m": 2.0, "two/m": 4.0, "far/m": 3.0, "abroad/m": 1.0}
    rows = []
    for name, price in asked.items():
        factor = (fallen or {}).get(name, 1.0)
        for since, until, now in (("2025-06-01", "2026-03-09", price), ("2026-03-10", str(AS_OF), price * factor)):
            rows.append((name, name.partition("/")[0], since, until, np.log(now)))
    prices = pd.DataFrame(rows, columns=["model_version", "maker", "since", "until", "log_price"])
    prices = prices.assign(seller=prices["maker"], own=True)
    prices[["since", "until"]] = prices[["since", "until"]].apply(pd.to_datetime)
    scores = pd.DataFrame({"model_version": list(SCORES), "score": list(SCORES.values()), "vintage": "v"})
    scores = scores.assign(published_at=pd.Timestamp(published, tz="UTC"))
    born = dict.fromkeys(SCORES, pd.Timestamp("2025-06-01"))
    return Market(prices, scores, born, dict.fromkeys(SCORES, (True, date(2025, 1, 1))))


def found(asked: Market, country: str = "BB") -> dict[str, Indicator]:
    subject = Subject(
        model_version="import/m",
        maker="import",
        seller="import",
        party="import",
        market="international",
        since=SINCE,
        day=SINCE,
        as_of=AS_OF,
        price_usd=Decimal(1),
        importing_country=country,
        regime=Regime.MARKET,
    )
    peers = domestic_peers(asked, subject, SEATS, THRESHOLDS)
    return {each.name: each for each in effects(asked, subject, peers, NO_FACTS, THRESHOLDS)}


def test_undercutting_is_the_mean_over_the_domestic_peers_of_the_day_before() -> None:
    # (2 - 1) / 2 = 50 % and (4 - 1) / 4 = 75 %; the one abroad and the one twenty points away are no domestic peers
    made = found(market())["undercutting"]
    assert (made.value, made.low, made.high) == (Decimal("62.5"), Decimal(50), Decimal(75))
    assert {each.name for each in made.inputs} == {"peer one/m", "peer two/m", "the price"}


def test_depression_is_the_rivals_fall_less_that_of_the_countrys_other_models() -> None:
    fallen = {"one/m": 0.8, "two/m": 0.8, "far/m": 0.9}
    made = found(market(fallen))["price depression"]
    assert made.value is not None
    assert abs(float(made.value) - 100 * (0.8 / 0.9 - 1)) < 1e-9
    assert made.reason.startswith("without controls -20.00 %; p 0.0")


def test_without_a_fall_there_is_none() -> None:
    made = found(market())["price depression"]
    assert made.value is not None
    assert abs(float(made.value)) < 1e-9


def test_scores_that_came_later_stand_in_and_are_said_to() -> None:
    made = found(market(published="2026-06-01"))["undercutting"]
    assert made.outcome is Outcome.MEASURED
    assert "published after this price: history on one vintage" in made.labels
    assert "published after this price: history on one vintage" not in found(market())["undercutting"].labels


@pytest.mark.parametrize(
    ("country", "reason"),
    [
        ("CC", None),
        ("DD", "no other maker of DD sold a peer on 2026-02-28"),
        ("AA", "its maker sits in the importing country: the price is no import"),
    ],
)
def test_the_importing_country_decides_who_is_domestic(country: str, reason: str | None) -> None:
    made = found(market(), country)["undercutting"]
    if reason is None:
        assert made.value == 0  # the one peer abroad asks the same
    else:
        assert (made.outcome, made.reason) == (Outcome.NOT_EVALUABLE, reason)


def test_suppression_and_underselling_say_what_no_document_states() -> None:
    made = found(market())
    assert "no rent of a GPU is known" in made["price suppression"].reason
    assert "cost and profit of the domestic sellers are not public" in made["underselling (Union sense)"].reason
