"""The standard price of a model's offers, step by step, with steps switched off in a what-if."""

from dataclasses import dataclass

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.comparisons import ground, standard_price_of
from pipeline.dumping.offered import offers_on
from pipeline.dumping.standard import StandardPrice, StepName
from pipeline.query.snapshot import Snapshot
from pipeline.reference.facts import load_facts
from pipeline.reference.load import load_reference, seats_of

STEPS = tuple(StepName)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The offers of a model on the day of the data, each with its steps; `more` were left out of the list."""

    prices: tuple[StandardPrice, ...]
    more: int


def without_steps(text: str) -> frozenset[StepName]:
    """The steps that an address switches off (`tax,currency`). Raises InvalidValueError where one is none."""
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in STEPS:
            raise InvalidValueError(f"the steps are {', '.join(STEPS)}; {name!r} is none")
    return frozenset(StepName(name) for name in names)


def standard_prices(snapshot: Snapshot, version: str, *, without: frozenset[StepName], most: int) -> WhatIf:
    """Standard prices of the maker's own offers first, then of the others, in the standard tier; `most` of them."""
    listings = snapshot["listings"]
    own = listings[listings["model_version"].eq(version)].reset_index(drop=True)
    spells = snapshot["spells"]
    spells = spells[spells["listing_id"].isin(own["listing_id"])].reset_index(drop=True)
    rates = snapshot["rates"]
    asked = ground(
        spells,
        own,
        snapshot["sources"],
        rates[rates["currency"].isin({"USD", *spells["currency"].astype("str")})],
        snapshot["readings"].iloc[:0],
        seats=seats_of(load_reference().makers),
        facts=load_facts(),
        until=snapshot.data_to.to_pydatetime(),
    )
    offers = [offer for offer in offers_on(asked.standing, snapshot.data_to.date()) if offer.tier == "standard"]
    offers.sort(key=lambda offer: (offer.seller != version.partition("/")[0], offer.seller, offer.market))
    prices = tuple(standard_price_of(asked, offer, without=without) for offer in offers[:most])
    return WhatIf(prices=prices, more=max(len(offers) - most, 0))
