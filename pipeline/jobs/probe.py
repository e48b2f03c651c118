"""`undercut probe`: what a measurement may cost by the prices we know, then the measurement as a process of its own.

The known price is the dearest of the model's standard prices in dollars, so that the bound holds whoever bills. Where
none is known, and none is given, nothing is asked: a cost that cannot be reckoned is not bounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from pipeline.domain.amounts import decimal_text
from pipeline.domain.vocabulary import Meter, PerUnit, Tier
from pipeline.jobs.process import module
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.settings import Settings

WRONG_USAGE = 2
_NANO = Decimal(10) ** 9


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPrice:
    """USD per million tokens, and whose price it is."""

    input: Decimal
    output: Decimal
    whose: str


def known_price(
    prices: pd.DataFrame, listings: pd.DataFrame, *, model: str, seller: str | None = None
) -> KnownPrice | None:
    """The dearest input and output price of a model by its label or version; None where one of the two is unknown.

    Frames `prices` and `listings`; of one seller, where it is named and has a price, else of all.
    """
    wanted = model.lower()
    version = listings["model_version"].astype("str").str.lower()
    named = (
        listings["label"].astype("str").str.lower().eq(wanted)
        | version.eq(wanted)
        | version.str.replace(r"^[^/]*/", "", regex=True).eq(wanted)
    )
    own = listings[named & listings["tier"].astype("str").eq(Tier.STANDARD.value)]
    of_seller = own[own["seller"].astype("str") == seller]
    own = of_seller if len(of_seller) else own
    of_own = prices[
        prices["listing_id"].isin(own["listing_id"])
        & prices["currency"].astype("str").eq("USD")
        & prices["per_unit"].astype("str").eq(PerUnit.TOKEN.value)
    ]
    dearest = of_own.groupby(of_own["meter"].astype("str"))["nano_per_million"].max()
    if Meter.INPUT.value not in dearest.index or Meter.OUTPUT.value not in dearest.index:
        return None
    sellers = sorted(set(own.loc[own["listing_id"].isin(of_own["listing_id"]), "seller"].astype("str")))
    return KnownPrice(
        input=Decimal(int(dearest[Meter.INPUT.value])) / _NANO,
        output=Decimal(int(dearest[Meter.OUTPUT.value])) / _NANO,
        whose=", ".join(sellers[:3]) + (f" and {len(sellers) - 3} more" if len(sellers) > 3 else ""),
    )


def probe(
    settings: Settings,
    model: str,
    *,
    seller: str | None,
    prices: tuple[str | None, str | None],
    options: Sequence[str],
    say: Say,
) -> int:
    """Measure `model` with the options of `python -m crawlers probe`; `prices` are those that a person stated, if any.

    The exit code of the measurement; wrong usage where a price is neither stated nor known.
    """
    stated_input, stated_output = prices
    if stated_input is None or stated_output is None:
        known = _looked_up(settings, model, seller, say)
        if known is None:
            return WRONG_USAGE
        stated_input = decimal_text(known.input) if stated_input is None else stated_input
        stated_output = decimal_text(known.output) if stated_output is None else stated_output
    named = ["--seller", seller] if seller else []
    costs = ["--input-price", stated_input, "--output-price", stated_output]
    return module("crawlers", "probe", model, *options, *named, *costs)


def _looked_up(settings: Settings, model: str, seller: str | None, say: Say) -> KnownPrice | None:
    frames, _ = current(settings, say)
    known = known_price(frames["prices"], frames["listings"], model=model, seller=seller)
    if known is None:
        say(
            f"no price in dollars is known of {model}: what it may cost cannot be bounded. "
            "State --input-price and --output-price in USD per million tokens (0 where it is free)"
        )
        return None
    costs = f"{decimal_text(known.input)} and {decimal_text(known.output)} USD per million tokens"
    say(f"reckoned with {costs}, the dearest known ({known.whose})")
    return known
