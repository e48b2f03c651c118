"""From spells, blends and events to the lines and marks that a history chart draws.

LINES is one row per stretch of one line: line (which stretches belong together), listing_id, source, currency, since,
until (instants), value (per million units), before (the last look without this value), payload_sha256 (the document in
which it first stood), words (as printed), ended (why the stretch stops: changed, withdrawn, gap or open), name (text at
the line's end) and main (drawn in colour and labelled).
"""

import json
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from pipeline.domain.vocabulary import EventClass, EventKind, EventState, Trust

Row = dict[Hashable, Any]

LINES = (
    "line",
    "listing_id",
    "source",
    "currency",
    "since",
    "until",
    "value",
    "before",
    "payload_sha256",
    "words",
    "ended",
    "name",
    "main",
)
BLENDS = ("b31_usd", "b721_usd", "mix")
_NANO = 1_000_000_000
_DOWN = (EventKind.CUT, EventKind.TO_FREE, EventKind.PROMOTION_START)
_UP = (EventKind.RISE, EventKind.FROM_FREE, EventKind.PROMOTION_END)


def meter_lines(
    spells: pd.DataFrame, meter: str, names: dict[str, str], main: Sequence[str], sources: pd.DataFrame
) -> pd.DataFrame:
    """LINES of one meter billed in tokens: what each source said from when to when, in its own currency.

    `names` maps listing_id to the text at a line's end, `main` lists those to be drawn in colour, the first one first;
    `sources` is the frame of that name: of several sources of one listing the most trusted is in colour.
    """
    spells = spells[(spells["meter"] == meter) & (spells["per_unit"] == "token")]
    per = pd.Series([f"{n:,} token{'' if n == 1 else 's'}" for n in spells["per"]], index=spells.index, dtype="str")
    words = spells["amount"].astype("str") + " " + spells["currency"].astype("str") + " per " + per
    stretches = pd.DataFrame(
        {
            "line": spells["listing_id"].astype("str") + " " + spells["source"].astype("str"),
            "listing_id": spells["listing_id"].astype("str"),
            "source": spells["source"].astype("str"),
            "currency": spells["currency"].astype("str"),
            "since": spells["first_seen"],
            "until": spells["last_seen"],
            "value": spells["nano_per_million"] / _NANO,
            "before": spells["not_before"],
            "payload_sha256": spells["first_payload"].astype("str"),
            "words": words,
            "ended": spells["ended"].astype("str"),
        }
    )
    return _named(stretches, names, main, sources)


def blend_lines(
    blends: pd.DataFrame,
    values: pd.Series,
    spells: pd.DataFrame,
    names: dict[str, str],
    main: Sequence[str],
) -> pd.DataFrame:
    """LINES of a blend in USD per million tokens, one per listing; `values` are aligned with `blends`.

    Each stretch names the source that speaks for the listing on those days and the document in which it first did.
    A day without a value has no line.
    """
    documents = _first_documents(spells)
    key = zip(blends["listing_id"].astype(str), blends["source"].astype(str), blends["since"], strict=True)
    stretches = pd.DataFrame(
        {
            "line": blends["listing_id"].astype("str"),
            "listing_id": blends["listing_id"].astype("str"),
            "source": blends["source"].astype("str"),
            "currency": "USD",
            "since": blends["since"].dt.tz_localize("UTC"),
            "until": blends["until"].dt.tz_localize("UTC"),
            "value": values,
            "before": pd.Series(pd.NaT, index=blends.index, dtype="datetime64[us, UTC]"),
            "payload_sha256": [_document(documents, *part) for part in key],
            "words": "",
            "ended": "open",
        }
    )
    return _named(stretches.dropna(subset="value"), names, main, None)


def marks(events: pd.DataFrame, lines: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Events as marks: at, value, mark, text, id. Each stands on a line of its listings, at the price after it.

    `measure` is the meter or blend drawn; an event that did not move it has no mark.
    """
    found = [_mark(row, lines, measure) for row in events.to_dict("records")]
    frame = pd.DataFrame([row for row in found if row is not None], columns=["at", "value", "mark", "text", "id"])
    return frame.astype({"value": "float64", "mark": "str"})


def direction(row: Row) -> str:
    """The mark of a decision: cut, rise, other, or doubt where it is no market move or nothing bears it out yet."""
    price_moved = row["kind"] in (*_DOWN, *_UP, EventKind.MIXED)
    if price_moved and (row["class_"] != EventClass.MARKET_MOVE or row["state"] == EventState.RECORDED):
        return "doubt"
    if row["kind"] in _DOWN:
        return "cut"
    return "rise" if row["kind"] in _UP else "other"


def moved_at(row: Row) -> pd.Timestamp:
    """The instant a decision is drawn at: when it applies from, else when it was first seen."""
    return pd.Timestamp(row["effective_at"] if pd.notna(row["effective_at"]) else row["bracket_to"])


def moved_most(row: Row) -> str | None:
    """The meter whose price moved most in proportion; None where no meter has both prices."""
    pairs = json.loads(row["prices"]).items()
    moves = {
        meter: abs(Decimal(pair["new"]) / Decimal(pair["old"]) - 1)
        for meter, pair in pairs
        if pair["old"] and pair["new"] and Decimal(pair["old"]) > 0
    }
    return max(moves, key=lambda meter: moves[meter]) if moves else next((meter for meter, _ in pairs), None)


def _named(
    stretches: pd.DataFrame, names: dict[str, str], main: Sequence[str], sources: pd.DataFrame | None
) -> pd.DataFrame:
    """With `name` and `main`, the main listings first and in the order given."""
    place = {listing: number for number, listing in enumerate(main)}
    order = stretches["listing_id"].map(place).fillna(len(place))
    rows = stretches.assign(
        name=stretches["listing_id"].map(names).astype("str"), main=order < len(place), order=order.astype("int64")
    )
    if sources is not None and len(rows):
        rank = {str(row.source): list(Trust).index(Trust(str(row.trust))) for row in sources.itertuples()}
        trust = rows["source"].map(rank).fillna(len(Trust))
        leading = trust == trust.groupby(rows["listing_id"]).transform("min")
        days = (rows["until"] - rows["since"])[leading].groupby([rows["listing_id"], rows["source"]]).sum()
        longest = days.sort_values(kind="stable").reset_index().drop_duplicates("listing_id", keep="last")
        first = longest.set_index("listing_id")["source"]
        rows["main"] = rows["main"] & (rows["source"] == rows["listing_id"].map(first))
    return rows.sort_values(["order", "line", "since"], kind="stable")[list(LINES)]


Documents = dict[tuple[str, str], list[tuple[pd.Timestamp, str]]]


def _first_documents(spells: pd.DataFrame) -> Documents:
    documents: Documents = {}
    for row in spells.sort_values("first_seen").itertuples():
        seen = pd.Timestamp(row.first_seen).tz_localize(None).normalize()  # type: ignore[arg-type]
        documents.setdefault((str(row.listing_id), str(row.source)), []).append((seen, str(row.first_payload)))
    return documents


def _document(documents: Documents, listing: str, source: str, since: pd.Timestamp) -> str:
    """The last document that began a spell by that day; empty where none is known."""
    known = [digest for seen, digest in documents.get((listing, source), []) if seen <= since]
    return known[-1] if known else ""


def _mark(row: Row, lines: pd.DataFrame, measure: str) -> Row | None:
    own = lines[lines["listing_id"].isin(json.loads(row["listing_ids"]))]
    if own.empty or measure not in (*json.loads(row["prices"]), *BLENDS):
        return None
    at = moved_at(row)
    size = row[{"b721_usd": "change_b721"}.get(measure, "change_b31")]
    text = f"{row['kind'].replace('_', ' ')}{'' if pd.isna(size) else f' {100 * size:+.0f} %'}, {row['state']}"
    return {
        "at": at,
        "value": _value_after(row, own, measure, at),
        "mark": direction(row),
        "text": text,
        "id": str(row["id"]),
    }


def _value_after(row: Row, lines: pd.DataFrame, measure: str, at: pd.Timestamp) -> float:
    """The price that the decision set: its own of a meter, of a blend what the line shows from that day on."""
    new = json.loads(row["prices"]).get(measure, {"new": None})["new"]
    if new is not None:
        return float(new)
    after = lines[lines["since"] >= at.floor("D")].sort_values(["main", "since"], ascending=[False, True])
    return float((after.iloc[0] if len(after) else lines.sort_values("since").iloc[-1])["value"])
