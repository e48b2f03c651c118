"""Decisions of sellers, most important first, and what stands beside one of them on its card.

In: a snapshot. Out: the frame "events" with columns for reading (`tab`, `size`, `severity`), and small records.
"""

import json
import math
from collections.abc import Hashable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from pipeline.domain.vocabulary import EffectiveBasis, EventClass, EventKind, EventState, FlagKind
from pipeline.normalise.blends import b31, b721
from pipeline.query.snapshot import Snapshot

Row = dict[Hashable, Any]

TABS = ("flagged", "watch", "other", "entry")

CONFIDENCE = {
    EventState.CONFIRMED: 1.0,
    EventState.PROBABLE: 0.6,
    EventState.RECORDED: 0.3,
    EventState.EXPIRED: 0.2,
    EventState.REVERTED: 0.2,
}
"""Weight of a state in the order of the overview; it orders cards and raises no flag."""

_OWN_PAGE = {EffectiveBasis.SELLER_DATED, EffectiveBasis.SELLER_OBSERVED}
_NO_MOVE = 0.1
_TO_FREE = math.log(100)  # a price that became zero counts as one divided by a hundred


def ranked(events: pd.DataFrame) -> pd.DataFrame:
    """Events with `tab` (flagged, watch, other or entry), `size` and `severity`.

    size = |ln new/old| of the blend that moved more, else of the meter that did.

    severity = size x confidence of the state x 1.25 where the seller's own page speaks, a tenth of it for what is no
    market move. Ordered by tab, then severity, then newest: the order in which an analyst wants to look.
    """
    rows = events.copy()
    rows["tab"] = [_tab(row) for row in rows.to_dict("records")]
    rows["size"] = [_size(row) for row in rows.to_dict("records")]
    rows["severity"] = [_severity(row) for row in rows.to_dict("records")]
    order = rows["tab"].map({name: number for number, name in enumerate(TABS)})
    return (
        rows.assign(order=order)
        .sort_values(["order", "severity", "public_at"], ascending=[True, False, False], kind="stable")
        .drop(columns="order")
        .reset_index(drop=True)
    )


@lru_cache(maxsize=2)
def ranked_decisions(snapshot: Snapshot) -> pd.DataFrame:
    """Every decision of a build, ranked once. Not to be written to."""
    return ranked(snapshot["events"])


def since(events: pd.DataFrame, *, data_to: pd.Timestamp, days: int | None) -> pd.DataFrame:
    """Events that became public in the last `days` before `data_to`; all of them where `days` is None."""
    return events if days is None else events[events["public_at"] >= data_to - pd.Timedelta(days=days)]


def decision(snapshot: Snapshot, event_id: str) -> Row | None:
    """One event as a record, with `tab`, `size` and `severity`; None where this build holds no such decision."""
    every = ranked_decisions(snapshot)
    found = every[every["id"] == event_id]
    return None if found.empty else found.to_dict("records")[0]


def not_flagged(events: pd.DataFrame) -> pd.DataFrame:
    """Why the rest was not flagged: `reason`, `count`, largest first. Each event counts once."""
    rest = events[events["tab"] != "flagged"]
    reasons = [_why_not(row) for row in rest.to_dict("records")]
    counts = pd.Series(reasons, dtype="str").value_counts()
    return pd.DataFrame({"reason": counts.index.astype("str"), "count": counts.to_numpy()})


def _tab(row: Row) -> str:
    if isinstance(row["flag"], str):
        return "watch" if row["flag"] == FlagKind.WATCH.value else "flagged"
    return "entry" if row["kind"] in (EventKind.LAUNCH, EventKind.WITHDRAWAL) else "other"


def _size(row: Row) -> float:
    if row["kind"] == "to_free":
        return _TO_FREE
    blends = [float(row[name]) for name in ("change_b31", "change_b721") if pd.notna(row[name])]
    changes = [change for change in blends if change > -1] or meter_changes(row)
    return max((abs(math.log1p(change)) for change in changes), default=0.0)


def meter_changes(row: Row) -> list[float]:
    """Relative change of each meter that has an old and a new price above zero."""
    pairs = json.loads(row["prices"]).values()
    known = [(Decimal(pair["old"]), Decimal(pair["new"])) for pair in pairs if pair["old"] and pair["new"]]
    return [float(new / old - 1) for old, new in known if old > 0 and new > 0]


def blends(row: Row) -> list[tuple[Decimal | None, Decimal | None]]:
    """B31 and B721 of the old price and of the new one, in the decision's currency per million tokens; None without a
    part. As in the decision's changes, a cached price that either side lacks is the input price on both.
    """
    pairs = json.loads(row["prices"])
    both = all(pairs.get("cached_input", {}).get(side) for side in ("old", "new"))
    return [
        _blended({meter: Decimal(pair[side]) for meter, pair in pairs.items() if pair[side]}, cached=both)
        for side in ("old", "new")
    ]


def _blended(prices: dict[str, Decimal], *, cached: bool) -> tuple[Decimal | None, Decimal | None]:
    if not {"input", "output"} <= prices.keys():
        return None, None
    input_, output = prices["input"], prices["output"]
    return b31(input_, output), b721(input_, prices["cached_input"] if cached else input_, output)


def _severity(row: Row) -> float:
    weight = CONFIDENCE[EventState(row["state"])]
    weight *= 1.25 if row["effective_basis"] in _OWN_PAGE else 1.0
    weight *= 1.0 if row["class_"] == EventClass.MARKET_MOVE else _NO_MOVE
    return float(row["size"]) * weight


def _why_not(row: Row) -> str:
    if row["tab"] == "watch" and row["kind"] == EventKind.LAUNCH:
        return "on watch: a first price for which some conditions of a suspicion hold"
    if row["tab"] == "watch":
        return "on watch: a cut of 20 % or more that nobody has confirmed yet"
    match EventClass(row["class_"]):
        case EventClass.CORRECTION:
            return "a source corrected itself"
        case EventClass.ALIAS_MOVE:
            return "a name was pointed to another version"
        case EventClass.SCOPE_CHANGE:
            return "another tier, window, region or currency of the same price"
        case EventClass.CHANNEL_DISCOUNT:
            return "one channel discounted many models alike"
        case EventClass.UNEXPLAINED:
            return "unexplained"
        case EventClass.MARKET_MOVE:
            return _why_not_market_move(row)


def _why_not_market_move(row: Row) -> str:
    if row["kind"] in ("rise", "from_free"):
        return "a rise"
    if row["kind"] in ("launch", "withdrawal"):
        return f"a {row['kind']}"
    if row["state"] in (EventState.EXPIRED, EventState.REVERTED):
        return f"a cut that has {row['state']}"
    return "a cut under the threshold of 20 %, or of the list price alone"


def evidence(snapshot: Snapshot, row: Row) -> pd.DataFrame:
    """The documents a decision rests on: source, url, captured_at, public_at, payload_sha256, capture, amounts.

    `amounts` are the quoted words of the spells that begin in the document. A capture this build no longer holds has
    only its digest.
    """
    digests = json.loads(row["captures"])
    captures = snapshot["captures"]
    known = captures[captures["payload_sha256"].isin(digests)].drop_duplicates("payload_sha256")
    columns = ["payload_sha256", "source", "url", "captured_at", "public_at", "capture"]
    frame = pd.DataFrame({"payload_sha256": digests}).drop_duplicates()
    return frame.merge(known[columns], on="payload_sha256", how="left", validate="one_to_one")


def own_words(snapshot: Snapshot, row: Row) -> pd.DataFrame:
    """Spells of the decision's listings that begin or end at it: the amounts as printed, with place and promotion."""
    spells = snapshot["spells"]
    own = spells[spells["listing_id"].isin(json.loads(row["listing_ids"]))]
    digests = set(json.loads(row["captures"]))
    return own[own["first_payload"].isin(digests) | own["last_payload"].isin(digests)]


def silent(snapshot: Snapshot, row: Row) -> list[str]:
    """Lineages that list the same model and neither show nor contradict the decision."""
    listings = snapshot["listings"]
    same = listings.loc[listings["model_version"] == row["model_version"], "listing_id"]
    spells = snapshot["spells"]
    present = set(spells.loc[spells["listing_id"].isin(same), "source"].astype(str))
    lineage = snapshot["sources"].set_index("source")["lineage"]
    spoken = set(json.loads(row["sources"])) | set(json.loads(row["contradicted_by"]))
    return sorted({str(lineage[name]) for name in present if name in lineage.index} - spoken)
