"""Home and export pairs as rows for people: one row says all of a pair, or all of one switch held at one value.

Enter `Ground` and pairs examined on it; leave the rows that `undercut pairs` prints and that the frames `pairs` and
`pair_switches` hold. Numbers are plain text of at most six places; what is not known is missing or `unknown`. Nothing
is judged here: `grid` did that, and its reason stands in the row.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from pipeline.domain.facts import FactName
from pipeline.domain.vocabulary import Meter, PriceBasis
from pipeline.dumping.by_model import plain_text
from pipeline.dumping.comparisons import Ground, PairExamined, examined
from pipeline.dumping.exact import plain
from pipeline.dumping.grid import MIXES, PairMargin, TaxSwitch
from pipeline.dumping.meters import MeterMargins
from pipeline.dumping.offered import METERS, Offer
from pipeline.dumping.pairs import Pair, latest_pairs, pairs_on, sold_at_home_and_abroad
from pipeline.dumping.standard import Peak, quoted

Row = Mapping[str, str | None]

_TREATMENTS = {
    TaxSwitch.HOME_YES_EXPORT_NO: "home_incl_export_excl",
    TaxSwitch.BOTH_YES: "both_incl",
    TaxSwitch.BOTH_NO: "both_excl",
    TaxSwitch.HOME_NO_EXPORT_YES: "home_excl_export_incl",
}
_MARGINS = ("input", "output", "b31", "b721")


def home_and_export(asked: Ground, day: date | None) -> Iterator[PairExamined]:
    """Every pair of `day`; without one each pair on the last day on which both sides stood."""
    both = plain_text(sold_at_home_and_abroad(asked.standing, asked.seats, asked.facts))
    found = (
        latest_pairs(both, asked.seats, asked.facts) if day is None else pairs_on(both, asked.seats, asked.facts, day)
    )
    for pair in found:
        yield examined(asked, pair)


def pair_row(asked: Ground, seen: PairExamined) -> Row:
    """A pair as `undercut pairs` prints it."""
    pair, found = seen.pair, seen.found
    margins = {} if found is None else found.by_tax
    return {
        "maker": pair.home.maker,
        "model_version": pair.home.model_version,
        "tier": pair.home.tier,
        "band": None if pair.band is None else str(pair.band),
        "comparability": pair.comparability,
        "differences": "; ".join(pair.likeness.differences) or None,
        **_side(asked, pair, "home", seen.tax.home, seen.tax.home_stated_in),
        **_side(asked, pair, "export", seen.tax.export, seen.tax.export_stated_in),
        "home_tax_rate": plain(seen.tax.rate),
        "rate_per_usd": None if seen.rate is None else plain(seen.rate.rate),
        "rate_day": None if seen.rate is None else str(seen.rate.rate_day),
        "rate_basis": None if seen.rate is None else seen.rate.basis.value,
        **{
            f"margin_{meter}_{name}": plain(_margin(margins.get(switch), meter))
            for switch, name in _TREATMENTS.items()
            for meter in _MARGINS
        },
        "lowest": plain(seen.indicator.low),
        "highest": plain(seen.indicator.high),
        "kept": None if found is None else str(found.sensitivity.kept),
        "defined": None if found is None else str(found.sensitivity.defined),
        "undefined": None if found is None else str(found.sensitivity.undefined),
        "turned_by": None if found is None else " ".join(found.sensitivity.flips) or None,
        "outcome": seen.indicator.outcome.value,
        "reason": seen.indicator.reason,
        "labels": "; ".join(seen.indicator.labels) or None,
    }


def for_frame(seen: PairExamined) -> Row:
    """What a frame has beyond the printed row: a name for links, whole digests, the base's treatment and figure."""
    found = seen.found
    return {
        "pair": pair_id(seen.pair),
        "home_documents": json.dumps(sorted({row.payload for row in seen.pair.home.stated})),
        "export_documents": json.dumps(sorted({row.payload for row in seen.pair.export.stated})),
        "base_tax": None if found is None else found.sensitivity.base.choice["tax"],
        "margin_b31": None if found is None else plain(found.percent),
        "margin_b721": None if found is None or found.meters is None else plain(found.meters.b721_percent),
    }


def pair_id(pair: Pair) -> str:
    """First 16 hex digits of SHA-256 over both offers' names and the band: the same pair in every build."""
    sides = [
        [side.seller, side.served_by, side.market, side.region, side.tier, side.precision]
        for side in (pair.home, pair.export)
    ]
    named = json.dumps([pair.home.model_version, sides, str(pair.band)], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def switch_rows(seen: PairExamined) -> Iterator[Row]:
    """One row a value of a switch: the figures with all others at their base, and over all others."""
    if seen.found is None:
        return
    order = 0
    figures = {tuple(each.choice.values()): each.figure for each in seen.found.sensitivity.combinations}
    for switch, values in _grid(seen.found).items():
        for value in values:
            order += 1
            yield {
                "pair": pair_id(seen.pair),
                "order": str(order),
                "switch": switch,
                "value": value,
                **_held_at(seen.found, figures, switch, value),
            }


def _grid(found: PairMargin) -> dict[str, list[str]]:
    """The switches and their values, in the order of the grid."""
    choices = [each.choice for each in found.sensitivity.combinations]
    return {switch: list(dict.fromkeys(choice[switch] for choice in choices)) for switch in choices[0]}


def _held_at(
    found: PairMargin, by_choice: Mapping[tuple[str, ...], Decimal | None], switch: str, value: str
) -> dict[str, str | None]:
    """Combinations with one switch at one value: the base's figure per mix, the range, the signs kept.

    `by_choice` has the figure of every combination by its values, in the order of the grid.
    """
    own = [each for each in found.sensitivity.combinations if each.choice[switch] == value]
    figures = [each.figure for each in own if each.figure is not None]
    alone = {**found.sensitivity.base.choice, switch: value}
    mixes = [value] if switch == "mix" else list(MIXES)
    at = {name: plain(by_choice[tuple({**alone, "mix": name}.values())]) for name in mixes}
    sign = found.sensitivity.sign
    kept = [each for each in figures if sign is not None and (each > 0) - (each < 0) == sign]
    return {
        **{name: at.get(name) for name in MIXES},
        "lowest": plain(min(figures, default=None)),
        "highest": plain(max(figures, default=None)),
        "kept": str(len(kept)),
        "defined": str(len(figures)),
        "undefined": str(len(own) - len(figures)),
    }


def _side(asked: Ground, pair: Pair, name: str, vat: str, stated_in: str) -> Row:
    offer: Offer = pair.home if name == "home" else pair.export
    prices = {meter: _price(offer, pair, meter) for meter in METERS}
    facts = asked.facts
    return {
        f"{name}_day": str(offer.day),
        f"{name}_seller": offer.seller,
        f"{name}_country_of_record": facts.value(offer.seller, offer.market, FactName.COUNTRY, day=offer.day),
        f"{name}_market": offer.market,
        f"{name}_region": offer.region,
        f"{name}_channel": facts.channel(offer.seller, offer.maker, offer.market, day=offer.day).value,
        f"{name}_served_from": facts.value(offer.served_by, offer.market, FactName.SERVED_FROM, day=offer.day),
        f"{name}_source": offer.source,
        f"{name}_trust": offer.trust,
        f"{name}_currency": offer.currency,
        **{f"{name}_{meter.value}": plain(price) for meter, price in prices.items()},
        f"{name}_vat_included": vat,
        f"{name}_vat_stated_in": stated_in,
        f"{name}_documents": " ".join(sorted({row.payload[:16] for row in offer.stated})),
    }


def _price(offer: Offer, pair: Pair, meter: Meter) -> Decimal | None:
    """The net weekly mean in the seller's currency: of the pair's band, else of the offer's shortest one."""
    band = offer.bands[0] if pair.band is None else pair.band
    return quoted(offer, meter, band, basis=PriceBasis.NET, peak=Peak.WEEK)


def _margin(found: MeterMargins | None, name: str) -> Decimal | None:
    if found is None:
        return None
    blends = {"b31": found.b31_percent, "b721": found.b721_percent}
    return blends[name] if name in blends else found.percents.get(Meter(name))
