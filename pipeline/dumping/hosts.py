"""Same weights: the maker of open weights and the hosts that serve them, side by side on a day (METHODS 6).

A host is who computes, whoever bills: the company in `served_by`. It is independent where it is neither the maker nor
known to be affiliated with it; routers compute nothing. Of several offers of one host the seller's own page speaks
before what others say of it, a stated precision before none, and then the lowest price: that counts against the flag.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain.facts import FactName, Facts
from pipeline.domain.vocabulary import Meter, Tier
from pipeline.dumping.exact import as_decimal, weighted_mean
from pipeline.dumping.exchange_rate import RateUsed
from pipeline.dumping.meters import B31, B721
from pipeline.dumping.offered import Offer
from pipeline.dumping.same_weights import FEWEST_HOSTS, HostPrice, SameWeightsGap, same_weights_gap
from pipeline.dumping.standard import standard_price
from pipeline.dumping.tax_basis import tax_rate, vat_included

Rates = Mapping[str, RateUsed | None]
"""Units of a currency per dollar on the day, by currency; dollars need none."""
Contexts = Mapping[tuple[str, str], int]
"""Context window in tokens by (host, model version), where a document states it."""
Precisions = Mapping[tuple[str, str], str]
"""Precision by (host, model version), where a list of endpoints states one for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """One offer of the weights. Blends are dollars per million tokens; facts that nothing states are `unknown`."""

    offer: Offer
    host: str
    role: str
    b31: Decimal
    b721: Decimal
    precision: str | None
    context_tokens: int | None
    served_from: str
    affiliated: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SameWeights:
    """The maker's international offer (None: none stood) and one offer of each host; the gap on both blends."""

    model_version: str
    maker: Serving | None
    hosts: tuple[Serving, ...]
    b31: SameWeightsGap | None
    b721: SameWeightsGap | None
    reason: str


def same_weights(
    offers: Sequence[Offer],
    facts: Facts,
    rates: Rates,
    *,
    seat: str,
    contexts: Contexts | None = None,
    precisions: Precisions | None = None,
) -> SameWeights:
    """The comparison of one model version's offers of one day; standard tier, base conditions, net prices.

    The maker's price is that of its own offer outside `seat`, its country; the dearer of several, against the flag.
    """
    known = (contexts or {}, precisions or {})
    served = [each for each in (_serving(offer, facts, rates, *known) for offer in offers) if each is not None]
    own = [each for each in served if each.role == "maker" and each.offer.market != seat]
    maker = max(own, key=lambda each: (each.b31, each.offer.seller), default=None)
    hosts = _one_each([each for each in served if each.role == "host"])
    model = offers[0].model_version
    if maker is None:
        return _without(model, None, hosts, "no offer of the maker outside its own country stood on that day")
    if len(hosts) < FEWEST_HOSTS:
        return _without(model, maker, hosts, f"{len(hosts)} hosts, {FEWEST_HOSTS} are needed")
    gap = same_weights_gap(maker.b31, [_host_price(each, each.b31) for each in hosts])
    return SameWeights(
        model_version=model,
        maker=maker,
        hosts=hosts,
        b31=gap,
        b721=same_weights_gap(maker.b721, [_host_price(each, each.b721) for each in hosts]),
        reason=gap.reason,
    )


def _without(model: str, maker: Serving | None, hosts: tuple[Serving, ...], reason: str) -> SameWeights:
    return SameWeights(model_version=model, maker=maker, hosts=hosts, b31=None, b721=None, reason=reason)


def _serving(offer: Offer, facts: Facts, rates: Rates, contexts: Contexts, precisions: Precisions) -> Serving | None:
    """One offer in dollars; None for another tier than standard, without a rate, for nothing, or by a router."""
    if offer.tier != Tier.STANDARD or offer.served_by in facts.routers:
        return None
    affiliated = facts.affiliated(offer.served_by, offer.maker, offer.market, day=offer.day)
    made = standard_price(
        offer,
        rate=rates.get(offer.currency),
        vat_rate=tax_rate(offer.market, facts),
        vat_included=vat_included(offer, facts)[0],
    )
    if not {Meter.INPUT, Meter.OUTPUT} <= made.prices.keys():
        return None
    prices = {Meter.CACHED_INPUT: made.prices[Meter.INPUT], **made.prices}
    b31, b721 = (
        as_decimal(weighted_mean((prices[meter], share) for meter, share in mix.items())) for mix in (B31, B721)
    )
    if not b31:
        return None
    return Serving(
        offer=offer,
        host=offer.served_by,
        role="maker" if affiliated == "yes" else "host",
        b31=b31,
        b721=b721,
        precision=offer.precision or precisions.get((offer.served_by, offer.model_version)),
        context_tokens=contexts.get((offer.served_by, offer.model_version)),
        served_from=offer.region or facts.value(offer.served_by, offer.market, FactName.SERVED_FROM, day=offer.day),
        affiliated=affiliated,
        channel=facts.channel(offer.seller, offer.maker, offer.market, day=offer.day),
    )


def _one_each(hosts: Sequence[Serving]) -> tuple[Serving, ...]:
    chosen: dict[str, Serving] = {}
    for each in sorted(hosts, key=_preference):
        chosen.setdefault(each.host, each)
    return tuple(chosen[name] for name in sorted(chosen))


def _preference(each: Serving) -> tuple[bool, bool, Decimal, str, str]:
    offer = each.offer
    own_page = offer.trust == "seller" and offer.seller == offer.served_by
    return (not own_page, each.precision is None, each.b31, offer.seller, f"{offer.market}{offer.region}")


def _host_price(each: Serving, price: Decimal) -> HostPrice:
    return HostPrice(
        host=each.host,
        price=price,
        seen=each.offer.seen,
        precision=each.precision,
        context_tokens=each.context_tokens,
    )
