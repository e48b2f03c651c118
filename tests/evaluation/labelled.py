"""Labelled decisions as tables: what was read as what, cross-validated, by source and year, and what is wrong."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.reference.thresholds import load_thresholds
from tests.evaluation.labels import Label, Labelled, Row, meet, read_labels, why_missed
from tests.evaluation.matrix import HEAD, KNOWN, LEVELS, Matrix, Reading, cross_validated, of_level
from tests.evaluation.shares import upper_bound

Frames = dict[str, pd.DataFrame]
FOLDS = 5
STANDING = "as reviewed"


def tables(
    frames: Frames, events: pd.DataFrame, events_of: Callable[..., pd.DataFrame], folder: Path, *, seed: int
) -> str:
    """Markdown: the matrices, cross-validation, counts by source and year, what is wrong and what was never seen."""
    labels = read_labels(folder)
    judged, missed = meet(labels, events)
    cuts = [each for each in judged if each.row["change_b31"] <= -0.2]
    parts = [
        f"### Labelled moves ({len(labels)} usable labels; {len(judged)} decisions of this ledger carry one)",
        _RULE,
        _matrices("Cuts of 20 % or more", cuts),
        _matrices("All moves", judged),
        _bound(judged),
        _cross_validation(frames, events_of, judged, seed),
        _counts("Source (a decision counts under each lineage that shows it)", judged, _sources),
        _counts("Year in which the new price was first seen", judged, lambda row: [str(row["bracket_to"].year)]),
        _wrong(judged),
        _never_met(missed, frames),
    ]
    return "\n\n".join(parts)


_RULE = (
    "A label is met by a decision of its input and output amounts whose bracket holds its day, or that was first seen "
    "within 130 days of it (catalogues lag by up to 112). Labels of one decision are one row. Recorded: every "
    "decision; probable: read as a market move and out of the state `recorded`; confirmed: as such with its "
    "confirmation; flagged: the sharp cut."
)


def _matrices(title: str, judged: Sequence[Labelled]) -> str:
    return "\n".join([f"**{title}**", "", *HEAD, *(of_level(judged, level).text(level) for level in LEVELS)])


def _bound(judged: Sequence[Labelled]) -> str:
    found = of_level(judged, "confirmed")
    count = found.hits + found.false
    return (
        f"Of {count} confirmed decisions {found.false} were no move of a seller. With 95 % confidence the share of "
        f"false ones among confirmed is under {100 * upper_bound(found.false, count):.0f} % (Clopper–Pearson, one "
        "sided): the sample is too small to say more."
    )


def settings_tried(standing: Thresholds) -> dict[str, Thresholds]:
    """The standing thresholds, and each of those that catalogues' habits decide moved to either side."""
    days = timedelta(days=1)
    sides: dict[str, tuple[object, object]] = {
        "young_listing": (3 * days, 14 * days),
        "undone_within": (14 * days, 60 * days),
        "bulk_models": (15, 60),
        "corroborated_before": (60 * days, 180 * days),
        "same_price_percent": (1, 6),
    }
    moved = {
        f"{name} {value.days if isinstance(value, timedelta) else value}": replace(standing, **{name: value})
        for name, pair in sides.items()
        for value in pair
    }
    return {STANDING: standing, **moved}


def readings(
    frames: Frames, events_of: Callable[..., pd.DataFrame], judged: Sequence[Labelled], level: str
) -> list[Reading]:
    """How each labelled decision is read under every setting; a setting that records none of it reads it as none."""
    by_setting: dict[str, dict[str, Row]] = {}
    for name, thresholds in settings_tried(load_thresholds()).items():
        met, _ = meet([label for each in judged for label in each.labels], events_of(frames, thresholds))
        by_setting[name] = {label.name + str(label.day): each.row for each in met for label in each.labels}
    found = []
    for each in judged:
        first = each.labels[0].name + str(each.labels[0].day)
        read = {name: first in rows and LEVELS[level](rows[first]) for name, rows in by_setting.items()}
        found.append(Reading(decision=each.row["id"], maker=str(each.row["maker"]), truth=each.truth, read=read))
    return found


_CROSS = (
    "In each fold one of eleven settings of the thresholds is chosen on the other folds only and judged on this one. "
    "The reviewed setting gives way to one that reads more of them rightly by over one standard error (of the "
    "decisions on which the two differ). No decision, and in the rows by maker no maker, is on both sides."
)


def _cross_validation(
    frames: Frames, events_of: Callable[..., pd.DataFrame], judged: Sequence[Labelled], seed: int
) -> str:
    lines = [
        f"### Cross-validated ({FOLDS} folds)",
        "",
        _CROSS,
        "",
        "| folds by | level | true | false | missed | rightly not | precision | recall | settings chosen |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for level in ("probable", "confirmed"):
        read = readings(frames, events_of, judged, level)
        for unit in ("decision", "maker"):
            found, chosen = cross_validated(
                read, lambda each, unit=unit: str(getattr(each, unit)), standing=STANDING, count=FOLDS, seed=seed
            )
            times = ", ".join(f"{name} ×{count}" for name, count in sorted(Counter(chosen).items()))
            lines.append(f"| {unit} {found.text(level)} {times} |")
    return "\n".join(lines)


def _sources(row: Row) -> list[str]:
    return [str(name) for name in json.loads(row["sources"])]


def _counts(title: str, judged: Sequence[Labelled], keys: Callable[[Row], list[str]]) -> str:
    groups: dict[str, list[Labelled]] = {}
    for each in judged:
        for key in keys(each.row):
            groups.setdefault(key, []).append(each)
    lines = [
        f"**{title}**",
        "",
        "| | labelled decisions | true moves | read as probable | false | confirmed | false |",
        "|---|---|---|---|---|---|---|",
    ]
    for key, own in sorted(groups.items()):
        probable, confirmed = (of_level(own, level) for level in ("probable", "confirmed"))
        true = probable.hits + probable.missed
        lines.append(
            f"| {key} | {len(own)} | {true} | {_read(probable)} | {probable.false} | {_read(confirmed)} | "
            f"{confirmed.false} |"
        )
    return "\n".join(lines)


def _read(found: Matrix) -> int:
    return found.hits + found.false


def _wrong(judged: Sequence[Labelled]) -> str:
    """Every labelled decision that is read otherwise than labelled, with what decided it."""
    lines = [
        "**What it gets wrong**",
        "",
        "| label | day first seen | change of B31 | labelled | read as | what decided it |",
        "|---|---|---|---|---|---|",
    ]
    for each in sorted(judged, key=lambda each: (each.truth, each.row["bracket_to"], each.row["id"])):
        if LEVELS["probable"](each.row) == each.truth:
            continue
        row = each.row
        change = "–" if pd.isna(row["change_b31"]) else f"{100 * row['change_b31']:+.0f} %"
        said = "a move" if each.truth else "no move"
        name = each.labels[0].name
        lines.append(
            f"| {name} | {row['bracket_to']:%Y-%m-%d} | {change} | {said} | {row['class_'].replace('_', ' ')}, "
            f"{row['state']} | {_decided(row)} |"
        )
    return "\n".join(lines)


def _decided(row: Row) -> str:
    if isinstance(row["veto"], str):
        return f"veto: {row['veto']}"
    against = json.loads(row["contradicted_by"])
    if against:
        return f"contradicted by {', '.join(against)}"
    return "nothing speaks against it" if row["state"] in KNOWN else "too young"


def _never_met(missed: Sequence[Label], frames: Frames) -> str:
    why = [(label, why_missed(label, frames["spells"], frames["listings"])) for label in missed]
    lines = [
        f"**Labels that no decision of this ledger meets ({len(missed)})**",
        "",
        "| why | true moves | others |",
        "|---|---|---|",
    ]
    for reason in sorted({reason for _, reason in why}):
        own = [label.truth for label, said in why if said == reason]
        lines.append(f"| {reason} | {sum(own)} | {len(own) - sum(own)} |")
    return "\n".join(lines)
