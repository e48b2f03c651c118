"""`undercut pairs`: home and export prices side by side, or a maker and the hosts of the same weights; CSV or JSON."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TextIO

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.facts import FactName
from pipeline.domain.vocabulary import Meter, PriceBasis
from pipeline.dumping.comparisons import Ground, PairExamined, examined, same_weights_on
from pipeline.dumping.grid import TaxSwitch
from pipeline.dumping.hosts import SameWeights, Serving
from pipeline.dumping.meters import MeterMargins
from pipeline.dumping.offered import METERS, Offer
from pipeline.dumping.pairs import Pair, latest_pairs, pairs_on, sold_at_home_and_abroad
from pipeline.dumping.standard import Peak, quoted
from pipeline.jobs.comparisons import Row, asked_day, cell, figure, newest_ground, open_weights
from pipeline.jobs.say import Say
from pipeline.settings import Settings

DONE, WRONG_INPUT = 0, 2
_TREATMENTS = {
    TaxSwitch.HOME_YES_EXPORT_NO: "home_incl_export_excl",
    TaxSwitch.BOTH_YES: "both_incl",
    TaxSwitch.BOTH_NO: "both_excl",
    TaxSwitch.HOME_NO_EXPORT_YES: "home_excl_export_incl",
}
_MARGINS = ("input", "output", "b31", "b721")


def pairs(settings: Settings, *, day: str | None, same_weights: bool, json_lines: bool, out: TextIO, say: Say) -> int:
    """Print every pair of `day`; without one each pair on the last day on which both sides stood."""
    asked, data_to = newest_ground(settings, say)
    try:
        on = asked_day(day, data_to)
    except InvalidValueError as error:
        say(str(error))
        return WRONG_INPUT
    rows = list(_hosts(asked, on) if same_weights else _home_and_export(asked, None if day is None else on))
    _write(rows, json_lines, out)
    say(f"{len(rows)} rows; an indicator, not a finding: docs/methods/comparisons.md says what is compared")
    return DONE


def _home_and_export(asked: Ground, day: date | None) -> Iterator[Row]:
    both = sold_at_home_and_abroad(asked.standing, asked.seats, asked.facts)
    found = (
        latest_pairs(both, asked.seats, asked.facts) if day is None else pairs_on(both, asked.seats, asked.facts, day)
    )
    for pair in found:
        yield _pair_row(asked, examined(asked, pair))


def _pair_row(asked: Ground, seen: PairExamined) -> Row:
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
        "home_tax_rate": figure(seen.tax.rate),
        "rate_per_usd": None if seen.rate is None else figure(seen.rate.rate),
        "rate_day": None if seen.rate is None else str(seen.rate.rate_day),
        "rate_basis": None if seen.rate is None else seen.rate.basis.value,
        **{
            f"margin_{meter}_{name}": figure(_margin(margins.get(switch), meter))
            for switch, name in _TREATMENTS.items()
            for meter in _MARGINS
        },
        "lowest": figure(seen.indicator.low),
        "highest": figure(seen.indicator.high),
        "kept": None if found is None else str(found.sensitivity.kept),
        "defined": None if found is None else str(found.sensitivity.defined),
        "undefined": None if found is None else str(found.sensitivity.undefined),
        "turned_by": None if found is None else " ".join(found.sensitivity.flips) or None,
        "outcome": seen.indicator.outcome.value,
        "reason": seen.indicator.reason,
        "labels": "; ".join(seen.indicator.labels) or None,
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
        **{f"{name}_{meter.value}": figure(price) for meter, price in prices.items()},
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


def _hosts(asked: Ground, day: date) -> Iterator[Row]:
    for model in open_weights():
        found = same_weights_on(asked, model, day)
        if found is None or len(found.hosts) < 3:
            continue
        for each in ([found.maker] if found.maker is not None else []) + list(found.hosts):
            yield _host_row(found, each, day)


def _host_row(found: SameWeights, each: Serving, day: date) -> Row:
    gap = found.b31
    left_out = dict(line.split(": ", 1) for line in gap.left_out) if gap is not None else {}
    return {
        "day": str(day),
        "model_version": found.model_version,
        "role": each.role,
        "host": each.host,
        "seller": each.offer.seller,
        "channel": each.channel,
        "affiliated_with_maker": each.affiliated,
        "market": each.offer.market,
        "served_from": each.served_from,
        "precision": each.precision or "unknown",
        "context_tokens": "unknown" if each.context_tokens is None else str(each.context_tokens),
        "b31_usd": figure(each.b31),
        "b721_usd": figure(each.b721),
        "source": each.offer.source,
        "trust": each.offer.trust,
        "captures": str(each.offer.seen),
        "counts": ("maker" if each.role == "maker" else "no" if gap is None or each.host in left_out else "yes"),
        "left_out_because": left_out.get(each.host),
        "gap_b31_percent": None if gap is None else figure(gap.gap_percent),
        "gap_b31_low": None if gap is None else figure(gap.low),
        "gap_b31_high": None if gap is None else figure(gap.high),
        "under_second_lowest_host": None if gap is None else cell(gap.under_second_lowest) or None,
        "reason": found.reason,
    }


def _write(rows: Iterable[Row], json_lines: bool, out: TextIO) -> None:
    listed = list(rows)
    if json_lines:
        out.writelines(json.dumps(dict(row), ensure_ascii=False) + "\n" for row in listed)
        return
    if listed:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(listed[0])
        writer.writerows([cell(value) for value in row.values()] for row in listed)
