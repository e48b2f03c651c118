"""What was on offer on a day: each offer's prices, by its most trusted source that stood on that day.

Enter the frames `spells`, `listings` and `sources`; leave offers in decimals, in the seller's own currency per million
tokens. A tier of an offer (DESIGN 1: seller, served by, market, region, model version, precision) is one offer here;
its bands and windows are the rows in it. Only offers that price input and output in one source can be compared.
"""

import json
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from pipeline.domain.amounts import from_nano
from pipeline.domain.conditions import canonical_json
from pipeline.domain.instants import utc
from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import Meter, PerUnit, Trust
from pipeline.indices.blended import LONGEST_BETWEEN_COPIES
from pipeline.indices.steps import held
from pipeline.normalise.prices import MISSED_LOOKS, TRUST

OWN_WORDS = (Trust.SELLER.value, Trust.ARCHIVE.value)
"""The seller's own page, or an archived copy of it; what others say of a price shows where to look."""
METERS = (Meter.INPUT, Meter.CACHED_INPUT, Meter.OUTPUT)
_NEEDED = {Meter.INPUT.value, Meter.OUTPUT.value}
_OFFER = ["seller", "served_by", "market", "region", "model_version", "tier", "precision"]
_LISTED = ["listing_id", "seller", "served_by", "market", "region", "maker", "model_version", "first_party", "tier"]
_SPELL = [
    "source",
    "listing_id",
    "meter",
    "currency",
    "vat_included",
    "price_basis",
    "nano_per_million",
    "amount",
    "per",
    "first_seen",
    "last_seen",
    "not_after",
    "ended",
    "captures",
    "first_payload",
    "last_payload",
    "promotion",
]
_STATEMENT = ["offer", "source", "listing_id", "meter", "currency", "price_basis"]

Statement = Mapping[Hashable, Any]
"""One row of what stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Bounds of prompt and output tokens as printed (minimum inclusive, maximum exclusive), and thinking or not."""

    thinking: bool = False
    context_min: int = 0
    output_min: int = 0
    context_max: int | None = None
    output_max: int | None = None

    @property
    def length(self) -> tuple[bool, int, int, float, float]:
        """What bands are ordered by: without thinking first, then the shorter; no upper bound is the longest."""
        upper = [math.inf if high is None else high for high in (self.context_max, self.output_max)]
        return (self.thinking, self.context_min, self.output_min, upper[0], upper[1])

    def __str__(self) -> str:
        parts = [
            f"{name} {low}-{'' if high is None else high}"
            for name, low, high in (
                ("prompt", self.context_min, self.context_max),
                ("output", self.output_min, self.output_max),
            )
            if low or high is not None
        ]
        return ", ".join([*parts, *(["thinking"] if self.thinking else [])]) or "all lengths"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPrice:
    """One price as one source states it. `window` is the object of the conditions; None where there is none.

    `payload` is the newest document that states it where that was seen by the day asked for, else the first one.
    """

    meter: Meter
    price: Decimal
    basis: str
    band: Band
    window: dict[str, Any] | None
    listing_id: str
    published: str
    per: int
    payload: str
    promotion: str | None
    captures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one seller asks for one model version in one market, tier and precision, by one source on one day.

    `vat_included` is as read: yes, no or unknown. `precision` and `region` are None where nothing states them.
    """

    seller: str
    served_by: str
    market: str
    region: str | None
    maker: str
    model_version: str
    first_party: bool
    tier: str
    precision: str | None
    currency: str
    vat_included: str
    source: str
    trust: str
    confirmed: bool
    day: date
    first_seen: datetime
    last_seen: datetime
    stated: tuple[StatedPrice, ...]

    @property
    def key(self) -> tuple[str | None, ...]:
        """What tells it from the other offers of its model version, on whatever day."""
        return (self.seller, self.served_by, self.market, self.region, self.tier, self.precision)

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands that price input and output, the shortest without thinking first."""
        priced: dict[Band, set[Meter]] = {}
        for row in self.stated:
            priced.setdefault(row.band, set()).add(row.meter)
        full = [band for band, meters in priced.items() if {Meter.INPUT, Meter.OUTPUT} <= meters]
        return tuple(sorted(full, key=lambda band: band.length))

    @property
    def windows(self) -> tuple[str, ...]:
        """The time-of-week windows in force, as canonical text."""
        return tuple(sorted({canonical_json(row.window) for row in self.stated if row.window is not None}))

    @property
    def seen(self) -> int:
        """Captures that state every one of its prices of input and output."""
        return min(row.captures for row in self.stated if row.meter in (Meter.INPUT, Meter.OUTPUT))


def standing(spells: pd.DataFrame, listings: pd.DataFrame, sources: pd.DataFrame, *, until: datetime) -> pd.DataFrame:
    """Spells of token meters of matched listings with the `first` and `last` day they stand, their offer and source.

    A price stands as in `blends`: up to the day before the look that shows another, over two missed looks, never
    across a gap. Nothing stands after `until`. Raises KeyError where a spell's source is not in `sources`.
    """
    tokens = spells["meter"].isin([meter.value for meter in METERS]) & (spells["per_unit"] == PerUnit.TOKEN)
    wanted = spells.loc[tokens, _SPELL]
    own = listings.loc[listings["model_version"].notna(), [*_LISTED, "conditions"]].astype({"listing_id": "str"})
    table = wanted.astype({"listing_id": "str", "source": "str"}).merge(own, on="listing_id", validate="many_to_one")
    facts = sources.set_index("source")
    missed = facts["schedule"].map(lambda text: MISSED_LOOKS * Schedule.parse(text).interval)
    gaps = missed.loc[table["source"]].to_numpy(dtype="timedelta64[us]")
    days = held(table, gaps, LONGEST_BETWEEN_COPIES, pd.Timestamp(utc(until)))
    places, terms = pd.factorize(table["conditions"])
    precisions = np.array([json.loads(text).get("precision") for text in terms], dtype="object")
    table = table.assign(
        first=days["first"],
        last=days["last"],
        precision=pd.array(precisions[places], dtype="str"),
        trust=facts["trust"].loc[table["source"]].to_numpy(),
        confirmed=facts["confirmed"].loc[table["source"]].to_numpy(),
    )
    table = table[table["first"] <= table["last"]].reset_index(drop=True)
    return table.assign(offer=table.groupby(_OFFER, dropna=False, sort=False, observed=True).ngroup())


def offers_on(standing_: pd.DataFrame, day: date) -> list[Offer]:
    """The offers of `day`, in the order of their names, with nothing in them that was seen later.

    Of several sources the most trusted speaks that prices input, output and the whole week, then the one that looked
    last up to that day, then the first by name; of several currencies dollars, then the first by name.
    """
    at = np.datetime64(day, "us")
    stood = np.flatnonzero((standing_["first"].to_numpy() <= at) & (at <= standing_["last"].to_numpy()))
    if not len(stood):
        return []
    begun = standing_["first_seen"].dt.tz_convert(None).to_numpy()[stood]
    rows = standing_.take(stood[np.argsort(begun, kind="stable")])
    newest = {tuple(row[name] for name in _STATEMENT): row for row in _statements(rows)}
    offers: dict[int, list[Statement]] = {}
    for row in newest.values():
        offers.setdefault(row["offer"], []).append(row)
    spoken = [chosen for own in offers.values() if (chosen := _speaking(own, day)) is not None]
    return sorted((_offer(rows, day) for rows in spoken), key=_name)


def _statements(rows: pd.DataFrame) -> list[Statement]:
    columns = [rows[name].tolist() for name in rows.columns]
    return [dict(zip(rows.columns, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _speaking(rows: list[Statement], day: date) -> list[Statement] | None:
    """The rows of the source and currency that speak for an offer; None where none prices input and output."""
    said: dict[tuple[str, str], list[Statement]] = {}
    for row in rows:
        said.setdefault((str(row["source"]), str(row["currency"])), []).append(row)
    complete = {who: own for who, own in said.items() if {row["meter"] for row in own} >= _NEEDED}
    if len(complete) < 2:
        return next(iter(complete.values()), None)
    return complete[min(complete, key=lambda who: _rank(who, complete[who], day))]


def _rank(who: tuple[str, str], rows: list[Statement], day: date) -> tuple[Any, ...]:
    source, currency = who
    # By days, and none after the day asked for: who speaks for the past does not turn with the looks of today.
    unseen = day - min(max(row["last_seen"] for row in rows).date(), day)
    return (_half_a_week(rows), TRUST.index(rows[0]["trust"]), unseen, source, currency != "USD", currency)


def _half_a_week(rows: list[Statement]) -> bool:
    """Whether a source prices some hours of the week and no others: no weekly price, as in `blends`."""
    windows = [json.loads(text).get("window") for text in {row["conditions"] for row in rows}]
    return any(windows) and not any(window and window.get("hours") for window in windows)


def _offer(rows: list[Statement], day: date) -> Offer:
    ordered = sorted(rows, key=lambda row: tuple(str(row[name]) for name in ("listing_id", "meter", "price_basis")))
    first = ordered[0]
    return Offer(
        seller=str(first["seller"]),
        served_by=str(first["served_by"]),
        market=str(first["market"]),
        region=_text(first["region"]),
        maker=str(first["maker"]),
        model_version=str(first["model_version"]),
        first_party=bool(first["first_party"]),
        tier=str(first["tier"]),
        precision=_text(first["precision"]),
        currency=str(first["currency"]),
        vat_included=_agreed(row["vat_included"] for row in ordered),
        source=str(first["source"]),
        trust=str(first["trust"]),
        confirmed=bool(first["confirmed"]),
        day=day,
        first_seen=min(row["first_seen"] for row in ordered).to_pydatetime(),
        last_seen=max(row["last_seen"] for row in ordered).to_pydatetime(),
        stated=tuple(_stated(row, day) for row in ordered),
    )


def _stated(row: Statement, day: date) -> StatedPrice:
    terms = json.loads(row["conditions"])
    return StatedPrice(
        meter=Meter(row["meter"]),
        price=from_nano(int(row["nano_per_million"])),
        basis=str(row["price_basis"]),
        band=Band(
            thinking=bool(terms.get("thinking")),
            context_min=terms.get("context_min") or 0,
            context_max=terms.get("context_max"),
            output_min=terms.get("output_min") or 0,
            output_max=terms.get("output_max"),
        ),
        window=terms.get("window"),
        listing_id=str(row["listing_id"]),
        published=str(row["amount"]),
        per=int(row["per"]),
        payload=str(row["last_payload"] if row["last_seen"].date() <= day else row["first_payload"]),
        promotion=_text(row["promotion"]),
        captures=int(row["captures"]),
    )


def _agreed(values: Iterable[Any]) -> str:
    """The one value of all rows; unknown where they differ."""
    found = {str(value) for value in values}
    return found.pop() if len(found) == 1 else "unknown"


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _name(offer: Offer) -> tuple[str, ...]:
    place: Sequence[str | None] = (offer.region, offer.precision)
    return (
        offer.model_version,
        offer.seller,
        offer.served_by,
        offer.market,
        offer.tier,
        *(part or "" for part in place),
    )
