"""Labelled price changes, and the decision of a build that each of them meets.

Enters the folder of labels and the frame `events`; leaves labelled decisions, one per decision, and the labels that no
decision meets. A label is met by a decision of its amounts near its day: within the bracket, or within 130 days of it
(catalogues lag by up to 112). A printed name must be among the decision's labels and speaks before a name for people,
which no catalogue prints.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

_TRUE = {"market_cut", "market_rise", "market_cut_late", "market_rise_late", "price_change", "promo_end", "y"}
_UNCLEAR = {"unclear", "promo_convention", "promo_or_free"}
_STEPS = ("cut", "rise", "promo_start", "promo_end")
_LAG = pd.Timedelta(days=130)
Row = dict[str, Any]
Amounts = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One labelled change: whether it was a move of a seller, its amounts per million (input, output), its day."""

    name: str
    truth: bool
    old: tuple[float, float]
    new: tuple[float, float]
    day: pd.Timestamp
    for_people: bool

    @property
    def tail(self) -> str:
        return self.name.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A decision and the labels that it meets; the printed names decide about the truth where there are some."""

    row: Row
    labels: tuple[Label, ...]

    @property
    def truth(self) -> bool:
        printed = [label for label in self.labels if not label.for_people]
        return any(label.truth for label in printed or self.labels)


def read_labels(folder: Path) -> list[Label]:
    """Every usable label: what its author left unclear and what moved neither input nor output is none."""
    litellm = pd.read_csv(folder / "litellm_events.csv")
    models_dev = pd.read_csv(folder / "models_dev_events.csv")
    known = pd.read_csv(folder / "known_events.csv")
    steps = known[known["event_type"].isin(_STEPS) | (known["market_move"] == "n")]
    steps = steps[steps["currency"] == "USD"].dropna(subset=["old_in", "old_out", "new_in", "new_out"])
    parts = [
        (litellm, ("key", "label", "in0", "out0", "in1", "out1", "day"), False),
        (models_dev, ("model", "label_final", "in0", "out0", "in1", "out1", "recorded_at"), False),
        (steps, ("model", "market_move", "old_in", "old_out", "new_in", "new_out", "date_effective"), True),
    ]
    return [
        label
        for table, columns, for_people in parts
        for row in table[list(columns)].itertuples(index=False)
        if (label := _label(row, for_people)) is not None
    ]


def _label(row: Any, for_people: bool) -> Label | None:
    name, said, in0, out0, in1, out1, day = row
    if said in _UNCLEAR or (in0, out0) == (in1, out1) or pd.isna(day):
        return None
    return Label(
        name=str(name),
        truth=said in _TRUE,
        old=(in0, out0),
        new=(in1, out1),
        day=pd.Timestamp(str(day)[:10], tz="UTC"),
        for_people=for_people,
    )


def meet(labels: list[Label], events: pd.DataFrame) -> tuple[list[Labelled], list[Label]]:
    """Labelled decisions, and the labels that none meets."""
    steps = _steps(events)
    met: dict[str, tuple[Row, list[Label]]] = {}
    missed = []
    for label in labels:
        row = nearest(label, steps)
        if row is None:
            missed.append(label)
        else:
            met.setdefault(row["id"], (row, []))[1].append(label)
    return [Labelled(row=row, labels=tuple(own)) for row, own in met.values()], missed


def nearest(label: Label, steps: "list[tuple[Amounts, Row]]") -> Row | None:
    near = [(first_party(row), row) for amounts, row in steps if _same(label, amounts) and _near(row, label)]
    order = [(not own, abs(row["bracket_to"] - label.day), row["id"], row) for own, row in near]
    return min(order, key=lambda each: each[:3])[3] if order else None


def first_party(row: Row) -> bool:
    return bool(row["seller"] == row["maker"])


def _same(label: Label, amounts: Amounts) -> bool:
    """Equal amounts; within 3 % for names for people, whose amounts no catalogue need have printed."""
    tolerance = 0.03 if label.for_people else 0.0005
    pairs = zip((*label.old, *label.new), amounts, strict=True)
    return all(abs(said - found) <= tolerance * max(abs(said), abs(found)) for said, found in pairs)


def _near(row: Row, label: Label) -> bool:
    names = {text.rsplit("/", 1)[-1] for text in json.loads(row["labels"])}
    if not label.for_people and label.tail not in names:
        return False
    since = row["bracket_from"]
    within = not pd.isna(since) and since <= label.day <= row["bracket_to"]
    return within or abs(row["bracket_to"] - label.day) <= _LAG


def _steps(events: pd.DataFrame) -> "list[tuple[Amounts, Row]]":
    """Decisions with a price of input and output on both sides."""
    found: list[tuple[Amounts, Row]] = []
    for row in events.to_dict("records"):
        prices = json.loads(row["prices"])
        pair = [prices.get(meter, {}).get(side) for side in ("old", "new") for meter in ("input", "output")]
        if None not in pair:
            found.append((tuple(float(value) for value in pair), {str(name): value for name, value in row.items()}))
    return found


def why_missed(label: Label, spells: pd.DataFrame, listings: pd.DataFrame) -> str:
    """What this ledger holds of a label that no decision meets."""
    if label.for_people:
        return "a name for people, and no decision of these amounts"
    tails = listings["label"].astype("str").str.rsplit("/", n=1).str[-1]
    own = spells[spells["listing_id"].isin(listings.loc[tails == label.tail, "listing_id"])]
    if own.empty:
        return "no source of this ledger lists it"
    stated = set(own["nano_per_million"] / 1e9)
    sides = [
        all(any(abs(price - value) < 1e-6 for price in stated) for value in side) for side in (label.old, label.new)
    ]
    words = {
        (True, True): "both prices are stated, by no one source one after the other",
        (True, False): "the new price was never looked at",
        (False, True): "the old price was never looked at",
        (False, False): "neither price was looked at",
    }
    return words[(sides[0], sides[1])]
