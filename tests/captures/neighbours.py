"""Captures of one layout beside their neighbours in time: every difference is a decision, or is explained.

`python -m tests.captures.neighbours FILE` reads every dated copy in the folder that UNDERCUT_CAPTURES names, compares
each with the one before it, and asks the published build of UNDERCUT_DATA_DIR what became of each price that moved.
"""

import csv
import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from crawlers.__main__ import known_spiders
from crawlers.accounting import copies, read_copy
from pipeline.domain.amounts import decimal_text, from_nano, nano_per_million
from pipeline.domain.conditions import canonical_json
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Quote
from pipeline.domain.vocabulary import SourceKind
from pipeline.query.snapshot import PublishedShelf
from pipeline.settings import settings

ROOT = Path(__file__).resolve().parents[2]
FILES = Path(__file__).with_name("files.csv")
EXPLAINED = Path(__file__).with_name("explained.csv")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")

Key = tuple[str, ...]
Prices = Mapping[Key, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What differs between two neighbouring copies; a key is who bills, who computes, label, meter, terms and place."""

    before: str
    after: str
    same: int
    moved: tuple[Key, ...]
    launched: int
    more_terms: int
    gone: int
    fewer_terms: int


def prices(quotes: Sequence[Quote]) -> Prices:
    """Key → price of a million units."""
    found = {}
    for quote in quotes:
        terms = {
            key: value for key, value in quote.conditions.as_json().items() if key not in ("promotion", "as_published")
        }
        places = (quote.market, quote.region or "", quote.currency, str(quote.price_basis))
        key = (quote.seller, quote.served_by, quote.label, str(quote.meter), canonical_json(terms), *places)
        found[key] = nano_per_million(quote.amount, quote.per)
    return found


def compared(before: tuple[str, Prices], after: tuple[str, Prices]) -> Compared:
    """New prices are of a label that was not there (launched) or of other terms of one that was; those gone alike."""
    (name, old), (later, new) = before, after
    old_labels, new_labels = {key[:3] for key in old}, {key[:3] for key in new}
    appeared, left = [key for key in new if key not in old], [key for key in old if key not in new]
    return Compared(
        before=name,
        after=later,
        same=sum(old.get(key) == price for key, price in new.items()),
        moved=tuple(key for key, price in new.items() if key in old and old[key] != price),
        launched=sum(key[:3] not in old_labels for key in appeared),
        more_terms=sum(key[:3] in old_labels for key in appeared),
        gone=sum(key[:3] not in new_labels for key in left),
        fewer_terms=sum(key[:3] in new_labels for key in left),
    )


def series(folder: Path) -> dict[str, list[Compared]]:
    """Source → its copies compared with their neighbours, in the order of their days; one copy a day."""
    spiders, dated = known_spiders(), defaultdict(dict)
    for source, evidence, path in copies(folder, FILES):
        day = _DAY.search(path.relative_to(folder).as_posix())
        if day is None or evidence == "layout" or spiders[source].kind is not SourceKind.PRICES:
            continue
        try:
            _, reading = read_copy(spiders[source], path)
        except DocumentShapeError:
            continue  # another layout
        dated[source].setdefault(f"{day[0]}", prices(reading.quotes))
    found = {}
    for source, days in dated.items():
        ordered = sorted(days.items())
        found[source] = [compared(*pair) for pair in pairwise(ordered)]
    return {source: pairs for source, pairs in found.items() if pairs}


def became(snapshot: Mapping[str, pd.DataFrame], source: str) -> Counter[str]:
    """What became of the moves that one source recorded: the class of the decision, or why there is none.

    A move is in a decision that rests on its document and names its listing or its two amounts.
    """
    changes, events = snapshot["changes"], snapshot["events"]
    moves = changes[changes["source"].eq(source) & changes["old_nano"].notna() & changes["new_nano"].notna()]
    named: dict[tuple[str, object], str] = {}
    for event in events.to_dict("records"):
        pairs = json.loads(event["prices"]).items()
        amounts = [(meter, pair["old"], pair["new"]) for meter, pair in pairs if None not in pair.values()]
        for digest in json.loads(event["captures"]):
            for of in (*json.loads(event["listing_ids"]), *amounts):
                named.setdefault((digest, of), f"in a decision of class {event['class_'].replace('_', ' ')}")
    gap = "between two looks far apart: several moves may lie there"
    count: Counter[str] = Counter()
    for move in moves.to_dict("records"):
        amounts = (move["meter"], _plain(move["old_nano"]), _plain(move["new_nano"]))
        digest = move["new_payload"]
        found = named.get((digest, move["listing_id"])) or named.get((digest, amounts))
        count[found or (gap if move["across_gap"] else "NOT EXPLAINED")] += 1
    return count


def _plain(nano: float) -> str:
    return decimal_text(from_nano(int(nano)))


def _explained() -> dict[tuple[str, str], str]:
    with EXPLAINED.open(encoding="utf-8", newline="") as lines:
        return {(row["source"], row["after"]): row["why"] for row in csv.DictReader(lines)}


_HEAD = """<!-- written by `python -m tests.captures.neighbours docs/neighbours.md`: do not edit -->

# Copies of one layout beside their neighbours in time

Each dated copy is compared with the one before it, price by price (who bills, who computes, label, meter, terms,
market, region, list or net). *Listed anew* and *gone* are prices of names that were not there before or are not there
after; *other terms* are prices of a name that stayed (a band, a tier, a window or a meter came or went). A price that
*moved* is explained by the decision that the published build made of it, by its class (of a decision of class
*unexplained* nobody knows the cause; it is recorded all the same), or, where a source is not in a ledger, by a person.

| source | copies | from | to | prices that stayed | moved | listed anew | other terms | gone | terms gone |
|---|---|---|---|---|---|---|---|---|---|"""
_MOVED = """
## What became of the prices that moved

Counted over everything that the ledger holds of the source: a source that is back-filled from several keepers has more
than one copy a day there.

| source | moves recorded | what became of them |
|---|---|---|"""
_BY_HAND = """
## Explained by a person

| source | up to | what |
|---|---|---|"""


_VINTAGES = """
## Scores: vintages beside the one before

A score belongs to its vintage and is never overwritten. Vintages in which nothing moved are counted; the others are
listed. Where more than half of the entries present in both moved, the benchmark was made anew (a *break*), and the two
are linked, never compared.

| source and benchmark | vintages | without a move | vintage | entries in both | moved | what it was |
|---|---|---|---|---|---|---|"""


def _vintages(frame: pd.DataFrame) -> Iterator[str]:
    for benchmark, rows in frame.sort_values("public_at").groupby(["source", "benchmark"], sort=True):
        later = rows[rows["overlap"].gt(0)]
        moved = later[later["moved"].gt(0)]
        name = f"`{benchmark[0]}` {benchmark[1]}"
        for row in moved.to_dict("records"):
            what = "a break: the benchmark was made anew" if row["is_break"] else "single entries measured again"
            day, share = f"{row['public_at']:%Y-%m-%d}", f"{row['moved']:.1%}"
            yield f"| {name} | {len(rows)} | {len(later) - len(moved)} | {day} | {row['overlap']} | {share} | {what} |"
        if len(later) and moved.empty:
            yield f"| {name} | {len(rows)} | {len(later)} | – | – | – | – |"


def _rows(found: Mapping[str, Sequence[Compared]]) -> Iterator[str]:
    for source, pairs in found.items():
        sums = [
            sum(getattr(pair, name) for pair in pairs)
            for name in ("same", "launched", "more_terms", "gone", "fewer_terms")
        ]
        moved = sum(len(pair.moved) for pair in pairs)
        ends = (pairs[0].before, pairs[-1].after)
        cells = (f"`{source}`", len(pairs) + 1, *ends, sums[0], moved, *sums[1:])
        yield "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells) + " |"


def page(folder: Path, snapshot: Mapping[str, pd.DataFrame]) -> str:
    found, by_hand = series(folder), _explained()
    became_of = {source: became(snapshot, source) for source in found}
    lines = [_HEAD, *_rows(found), _MOVED]
    for source, classes in became_of.items():
        said = ", ".join(f"{count:,} {name}" for name, count in classes.most_common())
        if classes:
            lines.append(f"| `{source}` | {sum(classes.values()):,} | {said} |")
    lines.append(_BY_HAND)
    for source, pairs in found.items():
        for pair in pairs:
            why = by_hand.get((source, pair.after))
            if pair.moved and (why or not became_of[source]):
                lines.append(f"| `{source}` | {pair.after} | {len(pair.moved)} moved: {why or 'NOT EXPLAINED'} |")
    return "\n".join([*lines, _VINTAGES, *_vintages(snapshot["vintages"]), ""])


if __name__ == "__main__":
    captures = Path(os.environ.get("UNDERCUT_CAPTURES", ROOT.parent / "shared" / "captures"))
    build = PublishedShelf(settings().data_dir, settings().ledger_url).current()
    if build is None:
        sys.exit(f"no build in {settings().data_dir}: `undercut refresh` makes one")
    Path(sys.argv[1]).write_text(page(captures, build.frames), encoding="utf-8")
