"""What is judged: sharp cuts, launch prices, and prices that stood 30 days (METHODS 7).

Enter the frames `events` (with the flag of the step itself), `blends` and `listings`; leaves triggers in the order of
time. Launch and standing prices are those of a maker's own offers outside its own country: a host follows the list
price of others. A cut in small steps is a sharp cut against its 30-day reference.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pandas as pd

from pipeline.domain.facts import Facts
from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EventClass, EventKind, EventState, FlagKind, Meter
from pipeline.dumping.offered import OWN_WORDS
from pipeline.frames.days import day_of

STANDS = (EventState.CONFIRMED, EventState.EXPIRED)
_BLENDED = (Meter.INPUT, Meter.CACHED_INPUT, Meter.OUTPUT)
_DAY = pd.Timedelta(days=1)
_OF_EVENT = [
    "id",
    "kind",
    "maker",
    "seller",
    "market",
    "model_version",
    "listing_ids",
    "sources",
    "public_at",
    "effective_at",
    "bracket_to",
    "currency",
    "vat_included",
    "prices",
    "change_b31",
    "state",
    "captures",
    "flag",
]
_TOLD = [
    "meter",
    "source",
    "currency",
    "nano_per_million",
    "first",
    "last",
    "last_seen",
    "trust",
    "first_payload",
    "last_payload",
]


class TriggerKind(StrEnum):
    SHARP_CUT = "sharp_cut"
    LAUNCH = "launch"
    STANDING = "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A price that is judged, in the seller's currency per million tokens.

    `day` is since when it applies by the earliest dated evidence, `public_at` when anyone could have known it; `event`
    is the decision that set it (None: no decision is on record). `confirmed` as for events: one independent source, or
    the seller's own page.
    """

    id: str
    kind: TriggerKind
    event: str | None
    maker: str
    seller: str
    market: str
    model_version: str | None
    day: date
    public_at: datetime
    state: str
    confirmed: bool
    currency: str
    prices: Mapping[Meter, Decimal]
    change: float | None
    event_kind: str | None
    vat_included: str
    listings: tuple[str, ...]
    sources: tuple[str, ...]
    captures: tuple[str, ...]

    @property
    def judged_on(self) -> date:
        """The day as of which it is judged: that on which it was public."""
        return self.public_at.date()


def triggers_of(
    events: pd.DataFrame,
    blends: pd.DataFrame,
    listings: pd.DataFrame,
    standing: pd.DataFrame,
    sources: pd.DataFrame,
    *,
    seats: Mapping[str, str],
    facts: Facts,
    thresholds: Thresholds,
) -> list[Trigger]:
    """Every trigger of a build. `standing` is what `pipeline.dumping.offered.standing` makes of the spells."""
    floating = set(listings.loc[listings["floating"].astype(bool), "listing_id"].astype("str"))
    made = [trigger_of(event) for event in _judged_events(events, floating, seats, facts)]
    made += _standing_prices(blends, listings, standing, sources, made, seats, facts, thresholds)
    return sorted(made, key=lambda each: (each.public_at, each.kind, each.id))


def party(seller: str, facts: Facts) -> str:
    """Who a seller is: the maker that the curated table says, else itself."""
    return facts.owners.get(seller, seller)


def _judged_events(
    events: pd.DataFrame, floating: set[str], seats: Mapping[str, str], facts: Facts
) -> list[dict[Any, Any]]:
    launched = events["kind"].eq(EventKind.LAUNCH) & events["class_"].eq(EventClass.MARKET_MOVE)
    seller, maker, market = (events[name].astype("str") for name in ("seller", "maker", "market"))
    own = seller.map({name: party(name, facts) for name in seller.unique()}).eq(maker)
    abroad = market.ne(maker.map(dict(seats)))
    rows = events[events["flag"].notna() | (launched & own & abroad & events["model_version"].notna())]
    found: list[dict[Any, Any]] = rows[_OF_EVENT].to_dict("records")
    return [
        event
        for event in found
        if pd.notna(event["flag"])
        # The price of a floating name is that of whatever it points to.
        or (not floating.issuperset(json.loads(event["listing_ids"])) and _prices_tokens(event["prices"]))
    ]


def _prices_tokens(text: str) -> bool:
    """Whether a new price asks something for both input and output: nothing else has a blend to compare."""
    prices = json.loads(text)
    return all(name in prices and prices[name]["new"] not in (None, "0") for name in (Meter.INPUT, Meter.OUTPUT))


def trigger_of(event: Mapping[Any, Any]) -> Trigger:
    """A row of `events` as what is judged; of a decision that is no launch as if it were a cut."""
    dated = event["bracket_to"] if pd.isna(event["effective_at"]) else event["effective_at"]
    new = {Meter(name): pair["new"] for name, pair in json.loads(event["prices"]).items() if name in _BLENDED}
    launch = event["kind"] == EventKind.LAUNCH
    return Trigger(
        id=_identifier("launch" if launch else "sharp_cut", str(event["id"])),
        kind=TriggerKind.LAUNCH if launch else TriggerKind.SHARP_CUT,
        event=str(event["id"]),
        maker=str(event["maker"]),
        seller=str(event["seller"]),
        market=str(event["market"]),
        model_version=None if pd.isna(event["model_version"]) else str(event["model_version"]),
        day=dated.date(),
        public_at=event["public_at"].to_pydatetime(),
        state=str(event["state"]),
        # A cut in steps of which one is unconfirmed is watched although its own step is confirmed.
        confirmed=event["state"] in STANDS if launch else event["flag"] == FlagKind.SHARP_CUT,
        currency=str(event["currency"]),
        prices={meter: Decimal(text) for meter, text in new.items() if text is not None},
        change=None if pd.isna(event["change_b31"]) else float(event["change_b31"]),
        event_kind=str(event["kind"]),
        vat_included=str(event["vat_included"]),
        listings=tuple(json.loads(event["listing_ids"])),
        sources=tuple(json.loads(event["sources"])),
        captures=tuple(json.loads(event["captures"])),
    )


def _standing_prices(
    blends: pd.DataFrame,
    listings: pd.DataFrame,
    standing: pd.DataFrame,
    sources: pd.DataFrame,
    of_events: list[Trigger],
    seats: Mapping[str, str],
    facts: Facts,
    thresholds: Thresholds,
) -> list[Trigger]:
    """One per maker's offer and price: the first time that it stood so long."""
    stood = _stood(_own_abroad(blends, listings, seats, facts), thresholds)
    if stood.empty:
        return []
    stated = _stated(stood, standing, sources, thresholds)
    set_by = {_price_key(each): each for each in of_events if each.kind is TriggerKind.LAUNCH}
    set_by |= {_price_key(each): each for each in of_events if each.kind is TriggerKind.SHARP_CUT}
    rows = stood.to_dict("records")
    return [_of_stretch(row, stated.get(number), set_by, thresholds) for number, row in enumerate(rows)]


def _own_abroad(blends: pd.DataFrame, listings: pd.DataFrame, seats: Mapping[str, str], facts: Facts) -> pd.DataFrame:
    named = listings[listings["model_version"].notna() & ~listings["floating"].astype(bool)]
    told = named[["listing_id", "model_version", "maker", "seller", "market"]].astype("str")
    own = told["seller"].map(lambda name: party(name, facts)).eq(told["maker"])
    abroad = told["market"].ne(told["maker"].map(dict(seats)))
    priced = blends[blends["input"].gt(0) & blends["output"].gt(0)]
    return priced.astype({"listing_id": "str", "currency": "str"}).merge(
        told[own & abroad], on="listing_id", validate="many_to_one"
    )


def _stood(rows: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Stretches of days at one price in the seller's currency that were long enough, the first of each price."""
    rows = rows.sort_values(["listing_id", "since"], kind="stable").reset_index(drop=True)
    before = rows.shift()
    same = rows["listing_id"].eq(before["listing_id"]) & (rows["since"] - _DAY == before["until"])
    for column in ("currency", "input", "output"):
        same &= rows[column].eq(before[column])
    number = (~same).cumsum()
    first = rows[~same].assign(until=rows.groupby(number)["until"].max().to_numpy())
    long = first[first["until"] - first["since"] >= thresholds.standing_price].sort_values("since", kind="stable")
    key = ["seller", "market", "model_version", "currency", "input", "output"]
    return long.drop_duplicates(key).reset_index(drop=True)


def _stated(
    stood: pd.DataFrame, standing: pd.DataFrame, sources: pd.DataFrame, thresholds: Thresholds
) -> dict[int, dict[str, tuple[str, ...]]]:
    """By row of `stood`: which lineages state its price on its day, which of them by the seller's own page, and the
    bodies that say so: of a price that was seen later still, the body that stated it first."""
    lineage = dict(zip(sources["source"], sources["lineage"], strict=True))
    key = ["seller", "market", "model_version"]
    wanted = stood.assign(number=stood.index, at=stood["since"] + thresholds.standing_price)
    wanted = wanted[[*key, "number", "at", "currency", "input", "output"]]
    blended = standing["meter"].isin([Meter.INPUT.value, Meter.OUTPUT.value])
    told = standing.loc[blended & standing["model_version"].isin(stood["model_version"]), [*key, *_TOLD]]
    met = wanted.merge(told.astype(dict.fromkeys([*key, "currency"], "str")), on=[*key, "currency"])
    met = met[(met["first"] <= met["at"]) & (met["at"] <= met["last"])]
    asked = met["input"].where(met["meter"].eq(Meter.INPUT), met["output"])
    near = (met["nano_per_million"] / 1e9 - asked).abs() <= thresholds.same_price_percent / 100 * asked
    met = met[near]
    met = met[met.groupby(["number", "source"], observed=True)["meter"].transform("nunique").eq(2)]
    later = day_of(met["last_seen"]) > met["at"]
    said = zip(
        met["number"].tolist(),
        met["source"].tolist(),
        met["trust"].tolist(),
        met["first_payload"].where(later, met["last_payload"]).tolist(),
        strict=True,
    )
    found: dict[int, dict[str, set[str]]] = {}
    for number, source, trust, document in said:
        own = found.setdefault(number, {"lineages": set(), "own": set(), "captures": set()})
        own["lineages"].add(lineage[source])
        own["captures"].add(document)
        if trust in OWN_WORDS:
            own["own"].add(source)
    return {number: {name: tuple(sorted(values)) for name, values in own.items()} for number, own in found.items()}


def _of_stretch(
    row: Mapping[Any, Any],
    stated: dict[str, tuple[str, ...]] | None,
    set_by: Mapping[tuple[Any, ...], Trigger],
    thresholds: Thresholds,
) -> Trigger:
    prices = {Meter.INPUT: _decimal(row["input"]), Meter.OUTPUT: _decimal(row["output"])}
    if pd.notna(row["cached_input"]):
        prices[Meter.CACHED_INPUT] = _decimal(row["cached_input"])
    key = (
        row["seller"],
        row["market"],
        row["model_version"],
        row["currency"],
        prices[Meter.INPUT],
        prices[Meter.OUTPUT],
    )
    told = stated or {"lineages": (), "own": (), "captures": ()}
    setting = set_by.get(key)
    confirmed = bool(told["own"]) or len(told["lineages"]) > 1 or (setting is not None and setting.confirmed)
    public = (row["since"] + thresholds.standing_price).tz_localize("UTC").to_pydatetime()
    return Trigger(
        id=_identifier("standing", *map(str, key)),
        kind=TriggerKind.STANDING,
        event=None if setting is None else setting.event,
        maker=str(row["maker"]),
        seller=str(row["seller"]),
        market=str(row["market"]),
        model_version=str(row["model_version"]),
        day=public.date(),
        public_at=public,
        state=(EventState.CONFIRMED if confirmed else EventState.PROBABLE).value,
        confirmed=confirmed,
        currency=str(row["currency"]),
        prices=prices,
        change=None,
        event_kind=None,
        vat_included=str(row["vat_included"]),
        listings=(str(row["listing_id"]),),
        sources=told["lineages"],
        captures=told["captures"],
    )


def _price_key(trigger: Trigger) -> tuple[Any, ...]:
    sides = (trigger.prices.get(Meter.INPUT), trigger.prices.get(Meter.OUTPUT))
    return (trigger.seller, trigger.market, trigger.model_version, trigger.currency, *sides)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value)))


def _identifier(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
