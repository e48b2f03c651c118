"""Runs of looks at one amount: where statements meet looks, and where one run ends and the next begins.

Enters statements and looks of one source; leaves the runs as rows with the columns of `timelines.FOUND`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.normalise.codes import Codes
from pipeline.normalise.looks import Looks
from pipeline.normalise.statements import UNKNOWN, Instants, Statements
from pipeline.normalise.timelines import FOUND, Timelines, no_spells
from pipeline.normalise.voices import contradicted

_NAT = np.datetime64("NaT", "us")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """A statement met by neighbouring looks without a gap: arrays ordered by price key and public time.

    `first` and `last` are positions of looks of one document.
    """

    key: Codes
    first: Codes
    last: Codes
    statement: Codes

    def __getitem__(self, rows: "Codes | np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "Meetings":
        return Meetings(
            key=self.key[rows], first=self.first[rows], last=self.last[rows], statement=self.statement[rows]
        )


def meetings(said: Statements, looked: Looks, dated: Timelines) -> tuple[Meetings, Codes]:
    """Where looks met statements, and the rows of quotes that another document of the source contradicts."""
    rows = _clipped(_blocks(said, looked), said, looked, dated)
    if looked.document.max(initial=0) == 0:
        return _ordered(rows, looked), np.empty(0, dtype=np.int64)
    documents = pd.Series(looked.document[rows.first]).groupby(rows.key).nunique()
    several = np.isin(rows.key, documents[documents > 1].index.to_numpy())
    shared = _ordered(_single_looks(rows[several]), looked)
    against = contradicted(shared.key, shared.first, said.nano[shared.statement], looked)
    alone, kept = rows[~several], shared[~against]
    both = Meetings(
        key=np.concatenate([alone.key, kept.key]),
        first=np.concatenate([alone.first, kept.first]),
        last=np.concatenate([alone.last, kept.last]),
        statement=np.concatenate([alone.statement, kept.statement]),
    )
    return _ordered(both, looked), np.unique(said.row[shared.statement[against]])


def runs(rows: Meetings, said: Statements, looked: Looks, dated: Timelines) -> pd.DataFrame:
    """The longest runs of meetings at one amount, with how each ended and what stood before and after."""
    if not len(rows.key):
        return no_spells()
    nano = said.nano[rows.statement]
    new = np.append(True, ~((rows.key[1:] == rows.key[:-1]) & (nano[1:] == nano[:-1]) & _unbroken(rows, looked)))
    start = new.nonzero()[0]
    end = np.append(start[1:], len(new)) - 1
    counted = np.add.reduceat(rows.last - rows.first + 1, start)
    recorded = np.minimum.reduceat(_recorded(rows, looked), start)
    not_before, (ended, not_after) = _before(rows, nano, start, looked), _after(rows, nano, end, looked, dated)
    found = pd.DataFrame(
        {
            "row": said.row[rows.statement[start]],
            "key": rows.key[start],
            "nano": nano[start],
            "first_seen": looked.instant[rows.first[start]],
            "last_seen": looked.instant[rows.last[end]],
            "not_before": not_before,
            "not_after": not_after,
            "ended": ended,
            "captures": counted,
            "public_at": looked.instant[rows.first[start]],
            "recorded_at": recorded,
            "first_payload": looked.payload[rows.first[start]],
            "last_payload": looked.payload[rows.last[end]],
        }
    )
    return found[found["nano"] != UNKNOWN].astype(FOUND).reset_index(drop=True)


def _blocks(said: Statements, looked: Looks) -> Meetings:
    """Every statement with each unbroken row of looks at its sheet."""
    again = (looked.sheet[1:] == looked.sheet[:-1]) & (looked.document[1:] == looked.document[:-1])
    begin = (
        np.append(True, ~again | looked.gap_after[:-1]).nonzero()[0] if len(looked.instant) else np.empty(0, np.int64)
    )
    end = np.append(begin[1:], len(looked.instant))[: len(begin)] - 1
    order = np.argsort(said.sheet, kind="stable")
    counts = np.bincount(said.sheet, minlength=int(looked.sheet.max(initial=0)) + 1)
    offsets = np.cumsum(counts) - counts
    lengths = counts[looked.sheet[begin]]
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    statement = order[np.repeat(offsets[looked.sheet[begin]], lengths) + within]
    return Meetings(
        key=said.key[statement],
        first=np.repeat(begin, lengths),
        last=np.repeat(end, lengths),
        statement=statement,
    )


def _clipped(rows: Meetings, said: Statements, looked: Looks, dated: Timelines) -> Meetings:
    """The meetings inside the time for which their statement holds: from its date, up to the next or to a timeline."""
    start, stop = said.valid_from[rows.statement], said.valid_to[rows.statement]
    if len(dated.since):
        until = dated.until(rows.key)
        stop = np.fmin(stop, until)
    bounded = (~np.isnat(start) | ~np.isnat(stop)).nonzero()[0]
    first, last = rows.first.copy(), rows.last.copy()
    for i in bounded:
        at = looked.instant[rows.first[i] : rows.last[i] + 1]
        if not np.isnat(start[i]):
            first[i] += np.searchsorted(at, start[i], side="left")
        if not np.isnat(stop[i]):
            last[i] = rows.first[i] + np.searchsorted(at, stop[i], side="left") - 1
    return Meetings(key=rows.key, first=first, last=last, statement=rows.statement)[first <= last]


def _single_looks(rows: Meetings) -> Meetings:
    """The same meetings, one row per look."""
    lengths = rows.last - rows.first + 1
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    look = np.repeat(rows.first, lengths) + within
    return Meetings(
        key=np.repeat(rows.key, lengths), first=look, last=look, statement=np.repeat(rows.statement, lengths)
    )


def _ordered(rows: Meetings, looked: Looks) -> Meetings:
    rank = np.empty(len(looked.instant), dtype=np.int64)
    rank[np.argsort(looked.instant, kind="stable")] = np.arange(len(looked.instant))
    return rows[np.argsort(rows.key * len(rank) + rank[rows.first], kind="stable")]


def _unbroken(rows: Meetings, looked: Looks) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Per neighbouring pair of rows: no look between lacks the price, and the distance is no gap."""
    before, after = rows.last[:-1], rows.first[1:]
    same = looked.document[before] == looked.document[after]
    next_look = (after == before + 1) & ~looked.gap_after[before]
    near = looked.instant[after] - looked.instant[before] <= looked.allowed[before]
    return np.where(same, next_look, near)


def _recorded(rows: Meetings, looked: Looks) -> Instants:
    """When the ledger first held each meeting: an archived copy may be recorded after a later live look."""
    count = len(looked.instant)
    spans, unique = pd.factorize(rows.first * count + rows.last)
    earliest = [looked.recorded_at[first : last + 1].min() for first, last in zip(*divmod(unique, count), strict=True)]
    return np.array(earliest, dtype="datetime64[us]")[spans]


def _before(rows: Meetings, nano: Codes, start: Codes, looked: Looks) -> Instants:
    """The last look before each run that did not state its amount; NaT where there is none or nobody can say."""
    first = rows.first[start]
    inside = (first > 0) & (looked.document[first - 1] == looked.document[first])
    seen = np.where(inside, looked.instant[first - 1], _NAT)
    known = (start > 0) & (rows.key[start - 1] == rows.key[start])
    previous = np.where(known, looked.instant[rows.last[start - 1]], _NAT)
    other = nano[start - 1]
    silent = known & ((other == nano[start]) | (other == UNKNOWN)) & ~(seen > previous)
    return np.where(silent, _NAT, np.where(known & ~(seen > previous), previous, seen))


def _after(
    rows: Meetings, nano: Codes, end: Codes, looked: Looks, dated: Timelines
) -> tuple["np.ndarray[tuple[int], np.dtype[np.object_]]", Instants]:
    """How each run ended, and the first look after it that did not state its amount."""
    last = rows.last[end]
    following = np.minimum(end + 1, len(rows.key) - 1)
    more = (end + 1 < len(rows.key)) & (rows.key[following] == rows.key[end])
    next_first = rows.first[following]
    same = looked.document[next_first] == looked.document[last]
    late = np.where(
        same, looked.gap_after[last], looked.instant[next_first] - looked.instant[last] > looked.allowed[last]
    )
    lacking = ~looked.last[last] & ~(more & (~same | (next_first == last + 1)))
    unknown = more & (nano[following] == UNKNOWN)
    ended = np.full(len(end), "open", dtype=object)
    ended[more] = "changed"
    ended[more & (late | unknown)] = "gap"
    ended[lacking] = "withdrawn"
    stated_otherwise = more & ~unknown & (nano[following] != nano[end])
    not_after = np.where(stated_otherwise, looked.instant[next_first], _NAT)
    not_after = np.where(lacking, looked.instant[np.minimum(last + 1, len(looked.instant) - 1)], not_after)
    taken_over = dated.until(rows.key[end]) if len(dated.since) else np.full(len(end), _NAT)
    handed = ~more & ~np.isnat(taken_over)
    ended[handed] = "changed"
    return ended, np.where(handed, taken_over, not_after)
