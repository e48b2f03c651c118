"""Thousands of price steps put into real histories: what is detected, after how long, and what it sets off elsewhere.

True cuts stand in two catalogues, the second late; everything else (slips, swaps, reversals, bulk edits, calendars)
stands in one, or is copied by a second and put right in both, and none of it may be confirmed or flagged. The histories
are those of the newest build, or the sample's.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from pipeline.frames import coerce
from pipeline.jobs.reading import current
from pipeline.settings import Settings
from tests.evaluation.events import Frames, _hosts, _instants, _one_of_each_family, events_of
from tests.evaluation.shares import share

SEED = 20261124
ALL = 10_000
Pair = tuple[float, float]
Change = Callable[[float, float], Pair]
Step = tuple[pd.Timestamp, Change]
_CUTS = (20, 30, 40, 50, 60, 70, 80, 90)
_DAY, _WEEK = pd.Timedelta(days=1), pd.Timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One kind of step: where it is put (`hosts`, a row per source and listing) and its steps by place."""

    name: str
    true: bool
    hosts: pd.DataFrame
    steps: dict[int, list[Step]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of one planted model; delays in days from the first planted instant."""

    model: str
    decided: bool
    moved: bool
    watched: bool
    confirmed: bool
    flagged: bool
    seen_after: float | None
    confirmed_after: float | None


def _same(low: float, high: float) -> Pair:
    return low, high


def _times(factor: float, low: float, high: float) -> Pair:
    return low * factor, high * factor


def _swapped(low: float, high: float) -> Pair:
    return high, low


def injections(frames: Frames, seed: int, count: int = ALL) -> Iterator[Injection]:
    """Every kind, `count` models of each at most."""
    two = _of_one_price(_hosts(frames, count, seed, lineages=2), frames)
    for number, cut in enumerate(_CUTS):
        at = _instants(two, seed + number)
        steps = _each(two, partial(_once, at, partial(_times, 1 - cut / 100)))
        yield Injection(name=f"cut of {cut} % in two catalogues", true=True, hosts=two, steps=steps)
    one = _one_of_each_family(_hosts(frames, count, seed, lineages=1))
    for number, (name, change) in enumerate(_SINGLE.items()):
        at = _instants(one, seed + 100 + number)
        steps = _each(one, partial(_once, at, change))
        yield Injection(name=name, true=False, hosts=one, steps=steps)
    yield from _patterns(one, seed)
    yield from _copied(two, seed)


def _of_one_price(hosts: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Hosts whose two catalogues state one price (± 3 %), one model of each maker and price.

    Where catalogues disagree beforehand no second one can show the same step; versions of one maker at one price that
    step by the same share are one decision by definition, whichever of them is asked about.
    """
    spells = frames["spells"]
    stated = spells.loc[spells["currency"].eq("USD"), [*_HOST, "meter", "nano_per_million", "first_seen", "last_seen"]]
    met = hosts.reset_index(names="place").merge(stated, on=_HOST)
    met = met[met["meter"].isin(["input", "output"]) & (met["first_seen"] <= met["start"])]
    met = met[met["last_seen"] >= met["end"]].drop_duplicates(["place", "meter"], keep="last")
    prices = met.pivot_table(index="place", columns="meter", values="nano_per_million", observed=True)
    rows = hosts.join(prices.rename(columns={"input": "low", "output": "high"}), how="inner").dropna()
    by_model = rows.groupby("model_version")[["low", "high"]]
    agrees = ((by_model.max() - by_model.min()) * 100 <= 3 * by_model.min()).all(axis=1) & (by_model.size() == 2)
    first = by_model.first()[agrees].reset_index()
    first["maker"] = first["model_version"].str.split("/").str[0]
    kept = first.drop_duplicates(["maker", "low", "high"])["model_version"]
    return hosts[hosts["model_version"].isin(kept)].reset_index(drop=True)


def _copied(hosts: pd.DataFrame, seed: int) -> Iterator[Injection]:
    """Mistakes that a second catalogue copies within a week, and that both put right, each in its own time."""
    dice = np.random.default_rng(seed + 1)
    at = _instants(hosts, seed + 300).groupby(hosts["model_version"]).transform("min")
    late = at.where(~hosts.duplicated("model_version"), at + 7 * _DAY)
    for name, factor, soonest, latest in _COPIED:
        steps = {
            place: [
                (late[place], partial(_times, factor)),
                (late[place] + _DAY * int(dice.integers(soonest, latest + 1)), _same),
            ]
            for place in hosts.index
        }
        full = f"{name}, copied by a second catalogue, both put right after {soonest} to {latest} days"
        yield Injection(name=full, true=False, hosts=hosts, steps=steps)


_COPIED = (
    ("unit slipped by 10", 0.1, 3, 30),
    ("unit slipped by 10", 0.1, 31, 110),
    ("unit slipped by 1 000", 0.001, 3, 110),
    ("half price", 0.5, 3, 30),
)
"""A half price that two catalogues state for longer than a month is a promotion: nothing tells the two apart."""

_HOST = ["source", "listing_id"]
_SINGLE: dict[str, Change] = {
    "cut of 30 % in one catalogue": partial(_times, 0.7),
    "cut of 60 % in one catalogue": partial(_times, 0.4),
    "unit slipped by 10": partial(_times, 0.1),
    "unit slipped by 1 000": partial(_times, 0.001),
    "unit slipped by 1 000, upwards": partial(_times, 1000),
    "input and output swapped": _swapped,
}


def _patterns(hosts: pd.DataFrame, seed: int) -> Iterator[Injection]:
    """Steps that come back, that come together, and that follow a calendar."""
    dice = np.random.default_rng(seed)
    at = _instants(hosts, seed + 200)
    back = _each(hosts, partial(_undone, at, dice))
    yield Injection(name="half price that is undone within thirty days", true=False, hosts=hosts, steps=back)
    bulk = _together(hosts, dice)
    yield Injection(name="bulk edit: thirty models at once", true=False, hosts=hosts, steps=bulk)
    for name, weeks, days, factor in _CALENDARS:
        steps = _each(hosts, partial(_of_weeks, at, weeks, days, factor))
        yield Injection(name=f"calendar: {name}", true=False, hosts=hosts, steps=steps)


_CALENDARS = (
    ("half price on eight weekends", 8, 2, 0.5),
    ("double price on the working days of four weeks", 4, 5, 2.0),
    ("half price in one week of holidays", 1, 8, 0.5),
)


def _once(at: "pd.Series[pd.Timestamp]", change: Change, place: int) -> list[Step]:
    return [(at[place], change)]


def _undone(at: "pd.Series[pd.Timestamp]", dice: np.random.Generator, place: int) -> list[Step]:
    return [(at[place], partial(_times, 0.5)), (at[place] + _DAY * int(dice.integers(1, 30)), _same)]


def _of_weeks(at: "pd.Series[pd.Timestamp]", weeks: int, days: int, factor: float, place: int) -> list[Step]:
    return _calendar(at[place].normalize(), weeks, days=days, factor=factor)


def _each(hosts: pd.DataFrame, steps: Callable[[int], list[Step]]) -> dict[int, list[Step]]:
    return {int(place): steps(int(place)) for place in hosts.index}


def _together(hosts: pd.DataFrame, dice: np.random.Generator) -> dict[int, list[Step]]:
    """Thirty models of one catalogue step at one instant, each by a share of its own."""
    steps: dict[int, list[Step]] = {}
    for _, rows in hosts.groupby("source"):
        ordered = rows.sort_values("start")
        for first in range(0, len(ordered), 30):
            group = ordered.iloc[first : first + 30]
            instant = (group["start"].max() + 60 * _DAY).floor("us")
            for place, row in group.iterrows():
                if instant + 10 * _DAY < row["end"]:
                    steps[int(str(place))] = [(instant, partial(_times, float(dice.uniform(0.4, 0.9))))]
    return steps


def _calendar(start: pd.Timestamp, weeks: int, *, days: int, factor: float) -> list[Step]:
    """Another price on the first `days` days of each of some weeks."""
    found: list[Step] = []
    for week in range(weeks):
        begun = start + week * _WEEK
        found += [(begun, partial(_times, factor)), (begun + days * _DAY, _same)]
    return found


def planted(spells: pd.DataFrame, injection: Injection) -> tuple[pd.DataFrame, dict[str, list[pd.Timestamp]]]:
    """`spells` with the steps in them, and the instants by model that could be put in."""
    columns = ["source", "listing_id", "start", "end", "model_version"]
    places = injection.hosts.loc[list(injection.steps), columns].assign(place=list(injection.steps))
    rows = spells[
        spells["meter"].isin(["input", "output"]) & spells["currency"].eq("USD") & spells["per_unit"].eq("token")
    ].reset_index()
    met = rows.merge(places, on=["source", "listing_id"])
    met = met[(met["first_seen"] <= met["start"]) & (met["last_seen"] >= met["end"])]
    met = met.sort_values("first_seen").drop_duplicates(["source", "listing_id", "meter"], keep="last")
    pieces: list[dict[str, Any]] = []
    gone: list[int] = []
    instants: dict[str, list[pd.Timestamp]] = {}
    for place, sides in met.groupby("place"):
        by_meter = {str(row["meter"]): _plain(row) for row in sides.to_dict("records")}
        steps = [step for step in injection.steps[int(str(place))] if step[0] + _DAY < sides["last_seen"].min()]
        if set(by_meter) != {"input", "output"} or not steps:
            continue
        gone += list(sides["index"])
        instants.setdefault(str(sides["model_version"].iloc[0]), []).extend(instant for instant, _ in steps)
        pieces += [piece for meter in by_meter for piece in _pieces(by_meter, meter, steps)]
    frame = pd.DataFrame(pieces, columns=spells.columns)
    return coerce(pd.concat([spells.drop(index=gone), frame], ignore_index=True), "spells"), instants


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _pieces(by_meter: dict[str, dict[str, Any]], meter: str, steps: Sequence[Step]) -> Iterator[dict[str, Any]]:
    """The spell of one meter, cut at each step; a piece ends a day before the next begins, or where it begins."""
    row, side = by_meter[meter], ("input", "output").index(meter)
    pair = tuple(float(by_meter[name]["nano_per_million"]) for name in ("input", "output"))
    bounds = [row["first_seen"], *(instant for instant, _ in steps), None]
    changes = [_same, *(change for _, change in steps)]
    for change, (begun, ended) in zip(changes, pairwise(bounds), strict=True):
        last = row["last_seen"] if ended is None else max(begun, ended - _DAY)
        first = begun == row["first_seen"]
        yield {
            **row,
            "nano_per_million": round(change(*pair)[side]),
            "first_seen": begun,
            "last_seen": last,
            "not_before": row["not_before"] if first else begun - _DAY,
            "not_after": row["not_after"] if ended is None else ended,
            "ended": row["ended"] if ended is None else "changed",
            "captures": max(1, (last - begun).days + 1),
            "effective_at": row["effective_at"] if first else pd.NaT,
            "effective_basis": row["effective_basis"] if first else None,
            **{name: row[name] if first else begun for name in ("public_at", "recorded_at")},
        }


def outcome(frames: Frames, injection: Injection, known: set[tuple[str, str]]) -> tuple[list[Found], int]:
    """What became of each planted model, and how many confirmed or flagged moves arose elsewhere.

    `known` are the moves of the histories as they are, by model and instant: a planted step that falls together with
    a true one of the same amounts is one decision of both.
    """
    spells, instants = planted(frames["spells"], injection)
    events = events_of({**frames, "spells": spells})
    rows: dict[str, list[dict[str, Any]]] = {}
    elsewhere = 0
    for row in events.to_dict("records"):
        models = [model for model in json.loads(row["model_versions"]) if row["bracket_to"] in instants.get(model, ())]
        for model in models:
            rows.setdefault(model, []).append(_plain(row))
        loud = row["class_"] == "market_move" and (row["state"] == "confirmed" or pd.notna(row["flag"]))
        elsewhere += bool(not models and loud and told(row).isdisjoint(known))
    return [_found(model, sorted(at), rows.get(model, [])) for model, at in instants.items()], elsewhere


def told(row: dict[Any, Any]) -> set[tuple[str, str]]:
    """What a move is known by, whatever its number: each model, or name of none, with the instant."""
    names = json.loads(row["model_versions"]) or json.loads(row["labels"])
    return {(name, str(row["bracket_to"])) for name in names}


def _found(model: str, at: list[pd.Timestamp], rows: list[dict[str, Any]]) -> Found:
    moves = [row for row in rows if row["class_"] == "market_move"]
    confirmed = [row for row in moves if row["state"] in ("confirmed", "expired")]
    flagged = [row for row in moves if row["flag"] == "sharp_cut"]
    seen = min((row["bracket_to"] for row in moves), default=None)
    return Found(
        model=model,
        decided=bool(rows),
        moved=bool(moves),
        watched=any(row["flag"] == "watch" for row in moves),
        confirmed=bool(confirmed),
        flagged=bool(flagged),
        seen_after=None if seen is None else (seen - at[0]) / _DAY,
        confirmed_after=(at[-1] - at[0]) / _DAY if confirmed and len(at) > 1 else None,
    )


def run(seed: int = SEED) -> str:
    """The table as Markdown."""
    frames, meta = current(Settings(), lambda _: None)
    known = {pair for row in events_of(frames).to_dict("records") for pair in told(row)}
    rows, total = [], 0
    for injection in injections(frames, seed):
        found, elsewhere = outcome(frames, injection, known)
        total += len(found)
        rows.append(_row(injection, found, elsewhere))
    about = (
        f"{total:,} steps in the histories of build {meta['build']}, seed {seed}. A true cut stands in two catalogues "
        "that stated one price, the second 0 to 110 days late; everything else in one, but for what is said to be "
        "copied, and none of it may be confirmed or flagged. Seen: days until it is read as a market move; after: days "
        "until the second catalogue shows it (medians). Elsewhere: confirmed or flagged moves that arose at no planted "
        "instant."
    )
    titles = ("injected", "planted", *_SHARES, "seen", "after", "elsewhere")
    head = f"| {' | '.join(titles)} |"
    return "\n".join(["## Steps put into real histories", "", about, "", head, "|---" * len(titles) + "|", *rows, ""])


_SHARES = {
    "decided": "decided",
    "read as a market move": "moved",
    "watched": "watched",
    "confirmed": "confirmed",
    "flagged": "flagged",
}


def _row(injection: Injection, found: Sequence[Found], elsewhere: int) -> str:
    count = len(found)
    shares = [share(sum(getattr(one, name) for one in found), count) for name in _SHARES.values()]
    seen = _median([one.seen_after for one in found])
    after = _median([one.confirmed_after for one in found]) if injection.true else "–"
    return f"| {injection.name} | {count} | {' | '.join(shares)} | {seen} | {after} | {elsewhere} |"


def _median(days: Sequence[float | None]) -> str:
    known = [day for day in days if day is not None]
    return f"{np.median(known):.0f} d" if known else "–"
