"""`undercut seed-cases`: what the ledger shows of the moves that everybody remembers, and on which day it could have.

Enters the current build, the rows of a replay (`undercut replay --out FILE.csv`) and the curated list of cases; leaves
a page in Markdown. The same three give the same page. No price stands in the list: what has no document is said to.
"""

import csv
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.domain.amounts import from_nano
from pipeline.domain.vocabulary import EventKind
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.normalise.blends import b31
from pipeline.settings import Settings

DONE, WRONG_USAGE = 0, 2
NO_EVIDENCE = "no evidence here"
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Where to look for one move; `since` and `until` bound the day on which it applied."""

    name: str
    model_versions: tuple[str, ...]
    seller: str
    kinds: tuple[str, ...]
    since: date
    until: date
    peer: str | None


def load_cases() -> list[Case]:
    """The curated list, in its order."""
    with (files("pipeline.reference") / "seed_cases.toml").open("rb") as file:
        rows = tomllib.load(file)["case"]
    return [
        Case(
            name=row["name"],
            model_versions=tuple(row["model_versions"]),
            seller=row["seller"],
            kinds=tuple(row["kinds"]),
            since=row["from"],
            until=row["to"],
            peer=row.get("peer"),
        )
        for row in rows
    ]


def seed_cases(settings: Settings, replayed: Path, out: Path, *, say: Say) -> int:
    """Write the page; 2 where the file of the replay is none."""
    with replayed.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if "public_on" not in (reader.fieldnames or ()):
            say(f"{replayed} is no replay: write one with `undercut replay --out {replayed}`")
            return WRONG_USAGE
        rows = list(reader)
    frames, meta = current(settings, say)
    listed = load_cases()
    out.write_text(page(listed, frames, rows, data_to=str(meta["data_to"])), encoding="utf-8")
    say(f"{len(listed)} cases in {out}")
    return DONE


def page(listed: Sequence[Case], frames: Mapping[str, pd.DataFrame], rows: Sequence[Row], *, data_to: str) -> str:
    """The page: one table of all cases, then each with its decisions."""
    told = [(case, decisions_of(case, frames["events"])) for case in listed]
    voices = ", ".join(sorted(frames["captures"]["source"].astype("str").unique()))
    lines = [
        "<!-- written by `undercut seed-cases`: do not edit -->",
        "# Moves that everybody remembers",
        "",
        "What one ledger shows of each, and on which day a monitor that watched all along could have said it: every",
        "day knows only what was public by its end (docs/methods/replay.md). No price here is from memory; where no",
        f"document shows a move, the page says *{NO_EVIDENCE}*.",
        "",
        f"Documents of {voices}; data to {data_to}.",
        "",
        "| move | what the monitor says | first said | flag, and since when | which part decided |",
        "|---|---|---|---|---|",
        *(_line(case, found, frames, rows) for case, found in told),
        "",
    ]
    for case, found in told:
        lines += _section(case, found, frames, rows)
    return "\n".join(lines).rstrip() + "\n"


def decisions_of(case: Case, events: pd.DataFrame) -> list[dict[Any, Any]]:
    """The decisions of the build that a case is about, in order of the day on which they applied."""
    applied = events["effective_at"].fillna(events["public_at"])
    days = applied.dt.date
    near = events[
        events["model_version"].isin(case.model_versions)
        & events["seller"].eq(case.seller)
        & events["kind"].isin(case.kinds)
        & (days >= case.since)
        & (days <= case.until)
    ]
    ordered = near.assign(applied=applied[near.index]).sort_values(["applied", "id"])
    found: list[dict[Any, Any]] = ordered.to_dict("records")
    return found


def history_of(event: str, rows: Sequence[Row]) -> list[Row]:
    """The rows of a decision and of those whose evidence it took over, in order of days.

    That a flag goes with the name of a decision that another took over is no fall of it.
    """
    wanted = {event}
    while True:
        more = {row["id"] for row in rows if row["successor"] in wanted} - wanted
        if not more:
            own = [row for row in rows if row["id"] in wanted]
            gone = {(row["id"], row["public_on"]) for row in own if row["to"] == "gone"}
            return [
                row for row in own if row["to"] not in ("gone", "none") or (row["id"], row["public_on"]) not in gone
            ]
        wanted |= more


def _line(case: Case, found: list[dict[Any, Any]], frames: Mapping[str, pd.DataFrame], rows: Sequence[Row]) -> str:
    if not found:
        return f"| {case.name} | {NO_EVIDENCE} | – | – | {_watched(case, frames)} |"
    parts = [_cells(event, frames, history_of(str(event["id"]), rows)) for event in found]
    cells = ["<br>".join(dict.fromkeys(column)) for column in zip(*parts, strict=True)]
    return f"| {case.name} | {' | '.join(cells)} |"


def _cells(event: dict[Any, Any], frames: Mapping[str, pd.DataFrame], past: Sequence[Row]) -> tuple[str, str, str, str]:
    said = f"{_words(event['kind'])}, {_words(event['class_'])}, {event['state']}"
    first = past[0]["public_on"] if past else "not in this replay"
    raised = [row for row in past if row["what"] == "flag"]
    again = [place > 0 and raised[place - 1]["to"] == row["to"] for place, row in enumerate(raised)]
    flags = [f"{_words(row['to'])} {row['public_on']}" for row, same in zip(raised, again, strict=True) if not same]
    return said, first, ", ".join(flags) or "none", _decided(event, frames)


def _decided(event: dict[Any, Any], frames: Mapping[str, pd.DataFrame]) -> str:
    """Why it is no more than it is: what stopped the flag's tests, else what the decision itself lacks."""
    judged = frames["flags"][frames["flags"]["event"] == event["id"]].to_dict("records")
    reasons = [
        f"{_words(row['trigger'])}: {row['stopped_at']} ({row['stopped_by']})"
        for row in judged
        if isinstance(row["stopped_at"], str)
    ]
    if reasons:
        return "; ".join(dict.fromkeys(reasons))
    if isinstance(event["veto"], str):
        return f"veto: {event['veto']}"
    if judged:
        return "every part held"
    return _NO_TRIGGER.get(EventKind(event["kind"]), "no trigger: no cut of a fifth")


_NO_TRIGGER = {
    EventKind.RISE: "no trigger: a rise raises no flag",
    EventKind.WINDOWS: "no trigger: no hour of the week became cheaper by a fifth",
    EventKind.LAUNCH: "no trigger: no launch price that is shown to be below its peers",
}


def _watched(case: Case, frames: Mapping[str, pd.DataFrame]) -> str:
    """Whether the ledger watched the offer at all around those days."""
    listings = frames["listings"]
    own = listings[listings["model_version"].isin(case.model_versions) & listings["seller"].eq(case.seller)]
    spells = frames["spells"]
    seen = spells[spells["listing_id"].isin(own["listing_id"])]
    if seen.empty:
        return "no document lists the offer"
    during = seen[(seen["first_seen"].dt.date <= case.until) & (seen["last_seen"].dt.date >= case.since)]
    if during.empty:
        first = f"{seen['first_seen'].min():%Y-%m-%d}"
        return f"no document of {case.since} to {case.until} lists the offer (first listed {first})"
    names = ", ".join(sorted(during["source"].astype("str").unique()))
    return f"the offer was listed in those days ({names}), and no such step is shown"


def _section(
    case: Case, found: list[dict[Any, Any]], frames: Mapping[str, pd.DataFrame], rows: Sequence[Row]
) -> list[str]:
    lines = [f"## {case.name}", ""]
    if not found:
        return [*lines, f"{NO_EVIDENCE.capitalize()}: {_watched(case, frames)}.", ""]
    for event in found:
        lines += [f"**{event['id']}** ({event['market']}): {event['explanation']}", ""]
        lines += _peer(case, event, frames)
        for row in history_of(str(event["id"]), rows):
            what = "flag" if row["what"] == "flag" else "decision"
            delay = f", {row['delay_days']} days after it applied by what was known then" if row["delay_days"] else ""
            lines.append(f"* {row['public_on']}: {what} {_words(row['from'])} → {_words(row['to'])}{delay}")
        lines += [""] if lines[-1] else []
    return lines


def _peer(case: Case, event: dict[Any, Any], frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """The decision's new B31 beside that of `peer` in one source on that day."""
    new = {
        meter: Decimal(pair["new"]) for meter, pair in json.loads(event["prices"]).items() if pair["new"] is not None
    }
    if case.peer is None or not {"input", "output"} <= new.keys():
        return []
    listings = frames["listings"]
    own = listings[listings["model_version"].eq(case.peer) & listings["first_party"] & listings["base"]]
    spells = frames["spells"]
    near = spells[spells["listing_id"].isin(own["listing_id"]) & spells["currency"].eq(event["currency"])]
    near = near[(near["first_seen"] <= event["public_at"]) & (near["last_seen"] >= event["public_at"])]
    for source, rows in near.sort_values("source").groupby("source", observed=True):
        prices = {str(row["meter"]): from_nano(int(row["nano_per_million"])) for row in rows.to_dict("records")}
        if {"input", "output"} <= prices.keys():
            mine, other = (b31(side["input"], side["output"]) for side in (new, prices))
            share = f"{100 * mine / other:.2f} %"
            return [
                f"B31 {mine} {event['currency']} beside {other} of {case.peer} in {source}: {share} of it.",
                "",
            ]
    return [f"No source states {case.peer} on that day.", ""]


def _words(text: object) -> str:
    return str(text).replace("_", " ")
