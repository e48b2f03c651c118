"""Foreign like product: what two offers must share to be compared in a margin (METHODS 6).

Same model version, precision, context band, tier and channel, in windows that are the same hours. What differs makes
the export `similar`: it is shown beside the home price and kept out of the margin, with every difference named. What
one side states and the other does not is a difference; what neither states is a label. Quality scores play no part.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain.facts import Channel, Facts
from pipeline.dumping.offered import OWN_WORDS, Band, Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """`differences` keep a pair out of a margin; `labels` are printed with it."""

    differences: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def like(self) -> bool:
        return not self.differences


def likeness(home: Offer, export: Offer, band: Band | None, facts: Facts) -> Likeness:
    """How far two offers of one model version are like products in `band` (None: they share no band)."""
    return Likeness(
        differences=tuple(_differences(home, export, band, facts)), labels=tuple(_labels(home, export, facts))
    )


def shared_bands(home: Offer, export: Offer) -> tuple[Band, ...]:
    """The bands that both state with the same bounds; names and places in a table do not matter."""
    abroad = set(export.bands)
    return tuple(band for band in home.bands if band in abroad)


def _differences(home: Offer, export: Offer, band: Band | None, facts: Facts) -> Iterator[str]:
    yield from _of_product(home, export, band)
    yield from _of_trade(home, export, facts)
    if home.day != export.day:
        yield f"never seen on one day: home {home.day}, export {export.day}"
    for side, offer in (("home", home), ("export", export)):
        if not offer.confirmed:
            yield f"the {side} source {offer.source} was never read on a real document"


def _of_product(home: Offer, export: Offer, band: Band | None) -> Iterator[str]:
    if home.model_version != export.model_version:
        yield f"model version: {home.model_version} and {export.model_version}"
    if home.tier != export.tier:
        yield f"tier: {home.tier} and {export.tier}"
    if band is None:
        yield f"bands: {_listed(home)} at home, {_listed(export)} abroad"
    if home.precision != export.precision:
        yield f"precision: {home.precision or 'not stated'} and {export.precision or 'not stated'}"
    if home.windows != export.windows:
        yield f"windows: {len(home.windows)} at home, {len(export.windows)} abroad, not the same hours"


def _of_trade(home: Offer, export: Offer, facts: Facts) -> Iterator[str]:
    if home.region is not None and export.region is not None and home.region != export.region:
        yield f"region: {home.region} and {export.region}"
    at_home, abroad = (facts.owners.get(each.served_by, each.served_by) for each in (home, export))
    if at_home != abroad:
        yield f"served by: {at_home} and {abroad}"
    day = max(home.day, export.day)
    channels = [facts.channel(each.seller, each.maker, each.market, day=day) for each in (home, export)]
    if channels[0] is not channels[1]:
        yield f"channel: {channels[0]} and {channels[1]}"


def _labels(home: Offer, export: Offer, facts: Facts) -> Iterator[str]:
    if home.precision is None and export.precision is None:
        yield "precision not stated"
    alone = [str(band) for band in home.bands if band not in export.bands] if shared_bands(home, export) else []
    if alone:
        yield f"home bands without a partner left out: {' / '.join(alone)}"
    if facts.channel(home.seller, home.maker, home.market, day=home.day) is Channel.UNKNOWN:
        yield "channel not known"
    for side, offer in (("home", home), ("export", export)):
        if offer.trust not in OWN_WORDS:
            yield f"{side} price by {offer.source} ({offer.trust}), not by the seller"
        if offer.region is None:
            yield f"{side} region not stated"


def _listed(offer: Offer) -> str:
    return " / ".join(str(band) for band in offer.bands)
