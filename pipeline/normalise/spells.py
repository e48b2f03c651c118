"""From the captures and quotes of one source to its spells (DESIGN 3).

Enters what one source stated, look by look; leaves the longest runs of looks at one amount, and issues. Amounts are
integers of 10⁻⁹ of their own currency per million units. Nothing is converted, nothing is compared across sources.
"""

import json
from datetime import timedelta

import numpy as np
import pandas as pd

from pipeline import frames
from pipeline.domain.conditions import canonical_json
from pipeline.domain.quote import Issue
from pipeline.domain.vocabulary import IssueKind
from pipeline.normalise.codes import Codes, row_codes
from pipeline.normalise.looks import believed, looks, sheet_codes
from pipeline.normalise.runs import meetings, runs
from pipeline.normalise.statements import statements
from pipeline.normalise.timelines import timelines

PRICE = ("listing_id", "meter", "currency", "per_unit", "vat_included", "price_basis")


def spells(
    captures: pd.DataFrame, quotes: pd.DataFrame, *, schedule_gap: timedelta
) -> tuple[pd.DataFrame, list[Issue]]:
    """Spells of one source, by listing, meter and public time; and what a person must see.

    Parameters
    ----------
    captures
        The captures in force of one source; `spider_version` names the parse that `quotes` holds.
    quotes
        The quotes of those bodies with their `listing_id` (`listings.listings`), in any order. Quotes of bodies that no
        capture brought are left out.
    schedule_gap
        The longest distance of two live looks that is no gap: twice the schedule. Archived copies: twice their median
        distance, at least 45 days.

    Returns
    -------
    The frame `spells` and the issues `conflicting_quotes` and `basis_changed`. A spell ends as `changed` (the next look
    states another amount), `withdrawn` (the next look of the same document lacks it), `gap` (the next look came too
    late, or nobody can say which of two amounts it states) or `open` (the newest look states it). Of a document that
    states several dated amounts of one price the newest copy decides: see `timelines`.

    Raises
    ------
    FrameError
        A frame lacks a column or breaks its key.
    """
    keyed = quotes.reset_index(drop=True)
    sheet, sheets = sheet_codes(keyed)
    looked = looks(believed(captures), sheets, schedule_gap)
    said = statements(keyed, row_codes(keyed, PRICE), sheet, looked)
    dated = timelines(said, looked, _entries(keyed))
    rows, contradictions = meetings(said, looked, dated)
    found = runs(rows, said, looked, dated)
    frame = _frame(pd.concat([found, dated.spells], ignore_index=True), keyed)
    disputed = keyed.iloc[np.union1d(said.conflicts, contradictions)]
    return frame, [*_conflicting(disputed), *_basis_changes(frame)]


def _entries(quotes: pd.DataFrame) -> Codes:
    """One code per label, tier and thinking of one seller: what one dated entry of a catalogue states together."""
    if quotes["effective_at"].isna().all():
        return np.zeros(len(quotes), dtype=np.int64)
    texts = pd.Series(quotes["conditions"].unique(), dtype="object")
    kinds = {
        text: f"{terms['tier']} {terms.get('thinking')}"
        for text, terms in zip(texts, texts.map(json.loads), strict=True)
    }
    named = quotes[["seller", "served_by", "market", "region", "label"]]
    return row_codes(named.assign(kind=quotes["conditions"].astype("object").map(kinds)), [*named.columns, "kind"])


def _frame(found: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """The found spells with the texts of their first quote, by listing, meter and public time."""
    columns = ["source", *PRICE, "amount", "per", "effective_at", "effective_basis", "where", "conditions"]
    first = quotes[columns].iloc[found["row"].to_numpy()].reset_index(drop=True)
    texts = pd.Series(first["conditions"].unique(), dtype="object")
    promotions = dict(zip(texts, texts.map(_promotion), strict=True))
    table = first.assign(
        promotion=first["conditions"].astype("object").map(promotions),
        nano_per_million=found["nano"],
        **{name: found[name] for name in ("ended", "captures", "first_payload", "last_payload")},
        **{
            name: found[name].dt.tz_localize("UTC")
            for name in ("first_seen", "last_seen", "not_before", "not_after", "public_at", "recorded_at")
        },
    )
    table = table.astype(dict.fromkeys(("source", *PRICE), "str"))
    return frames.coerce(table.sort_values([*PRICE, "first_seen"], kind="stable").reset_index(drop=True), "spells")


def _promotion(conditions: str) -> str | None:
    promotion = json.loads(conditions).get("promotion")
    return None if promotion is None else canonical_json(promotion)


def _conflicting(quotes: pd.DataFrame) -> list[Issue]:
    """One issue per price of which bodies state two amounts, with the places in one of them."""
    price = ["listing_id", "meter", "currency"]
    found = quotes.sort_values([*price, "payload_sha256", "where"], kind="stable")
    return [
        Issue(
            kind=IssueKind.CONFLICTING_QUOTES,
            subject=f"{rows['label'].iloc[0]} {rows['meter'].iloc[0]}",
            place=f"{rows['payload_sha256'].iloc[0]} {rows['where'].iloc[0]}",
            text=f"one price, several amounts in {rows['payload_sha256'].nunique()} bodies: "
            + ", ".join(
                f"{row.amount} {row.currency} per {row.per} ({row.where})"
                for row in rows[rows["payload_sha256"] == rows["payload_sha256"].iloc[0]].itertuples()
            )
            + "; none of them is used",
        )
        for _, rows in found.groupby(price, observed=True, sort=True)
    ]


def _basis_changes(frame: pd.DataFrame) -> list[Issue]:
    """Spells that begin as another ends, at the same amount with another tax or price basis: terms, no event."""
    price = ["listing_id", "meter", "currency", "per_unit", "nano_per_million"]
    ended = frame.loc[frame["ended"] == "withdrawn", [*price, "vat_included", "price_basis", "not_after"]]
    begun = frame[[*price, "vat_included", "price_basis", "first_seen", "first_payload", "where"]]
    pairs = ended.merge(
        begun,
        left_on=[*price, "not_after"],
        right_on=[*price, "first_seen"],
        suffixes=("_before", ""),
        validate="many_to_many",
    )
    same = (pairs["vat_included_before"] == pairs["vat_included"]) & (
        pairs["price_basis_before"] == pairs["price_basis"]
    )
    return [
        Issue(
            kind=IssueKind.BASIS_CHANGED,
            subject=f"{row.listing_id} {row.meter}",
            place=f"{row.first_payload} {row.where}",
            text=f"the same amount, but tax included: {row.vat_included_before} → {row.vat_included}, "
            f"price basis: {row.price_basis_before} → {row.price_basis}",
        )
        for row in pairs[~same].itertuples()
    ]
