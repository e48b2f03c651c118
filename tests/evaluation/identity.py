"""Names: labels drawn at random from a real ledger and read by eye, against the answers of the rules.

`drawn.csv` holds 336 labels of 18 sources (LiteLLM's whole history, catalogues, sellers' pages), drawn with the seed
20261124 so that large sources do not crowd out small ones (shares by the square root), and read before the answers were
seen. `names` are the spellings that would be right; empty where no single model can be told from the label.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.jobs.reading import current
from pipeline.normalise.identity import resolve, seller_of
from pipeline.normalise.labels import spelling
from pipeline.reference.load import Reference, load_reference
from pipeline.settings import Settings
from tests.evaluation.shares import share

DRAWN = Path(__file__).resolve().parents[1] / "fixtures" / "identity" / "drawn.csv"
NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One drawn label, what would be right and what the rules said (None: refused)."""

    source: str
    seller: str
    label: str
    right: tuple[str, ...]
    given: str | None

    @property
    def names_a_model(self) -> bool:
        return bool(self.right) and NOTHING not in self.right

    @property
    def correct(self) -> bool:
        return self.given is not None and _same(self.given) in {_same(name) for name in self.right}

    @property
    def wrong(self) -> bool:
        return self.given is not None and not self.correct


def _same(name: str) -> str:
    maker, _, slug = name.partition("/")
    return f"{maker}/{spelling(slug)}"


def drawn() -> pd.DataFrame:
    return pd.read_csv(DRAWN, dtype="str", keep_default_na=False)


def answers(reference: Reference, table: pd.DataFrame) -> list[Answer]:
    """The rules' answers to the drawn labels; nothing but the curated tables and the labels themselves is known."""
    found = resolve(table[["source", "seller", "label"]].assign(alias_of=None), reference)
    given = [None if pd.isna(name) else str(name) for name in found["model_version"]]
    columns = (table[name].astype("str") for name in ("source", "seller", "label", "names"))
    return [
        Answer(
            source=source,
            seller=seller,
            label=label,
            right=tuple(names.split(" or ")) if names else (),
            given=name,
        )
        for source, seller, label, names, name in zip(*columns, given, strict=True)
    ]


def as_the_door_asks(reference: Reference, table: pd.DataFrame) -> list[Answer]:
    """The same labels where only the source is told, as `undercut identity resolve` is asked."""
    return answers(reference, table.assign(seller=[seller_of(str(source), reference) for source in table["source"]]))


def without(reference: Reference, maker: str) -> Reference:
    """The curated tables without what they know of one maker's model names: versions, forms, aliases, openness."""
    versions = {
        name: table[~table["model_version"].str.startswith(f"{maker}/")].reset_index(drop=True)
        for name, table in (("models", reference.models), ("openness", reference.openness))
    }
    named = {
        name: table[table["maker"].ne(maker)].reset_index(drop=True)
        for name, table in (("forms", reference.forms), ("aliases", reference.aliases))
    }
    return replace(reference, **versions, **named)


def held_out(table: pd.DataFrame, beside: pd.DataFrame | None = None) -> list[Answer]:
    """Each label answered by tables that know no model of its maker, beside others (seller, label) where given."""
    makers = table["names"].str.partition("/")[0]
    found = []
    for maker, own in table[makers.ne("")].groupby(makers):
        both = own if beside is None else pd.concat([own, beside.assign(source="beside", names="")], ignore_index=True)
        found += answers(without(load_reference(), str(maker)), both)[: len(own)]
    return found


def row(name: str, found: Iterable[Answer]) -> str:
    """Precision over the labels that were answered, coverage over those that name a model."""
    told = list(found)
    answered = [each for each in told if each.given is not None]
    naming = [each for each in told if each.names_a_model]
    right = sum(each.correct for each in answered)
    covered = sum(each.correct for each in naming)
    return f"| {name} | {len(told)} | {share(right, len(answered))} | {share(covered, len(naming))} |"


def run() -> str:
    """The section of the page."""
    table = drawn()
    found = answers(load_reference(), table)
    frames, meta = current(Settings(), lambda _: None)
    beside = frames["listings"][["seller", "label"]].astype("str").drop_duplicates()
    lines = [
        "## Labels that join",
        (
            f"{len(table)} labels of {table['source'].nunique()} sources, drawn at random and read by eye "
            "(`drawn.csv`). Precision: of the answers, how many name the right version. Coverage: of the labels that "
            "name one, how many were answered rightly. Aims: .98 and .90. Where a maker is held out, its families and "
            "authors stay: they say whose a name is, not which version."
        ),
        "| tables | labels | precision | coverage |\n|---|---|---|---|\n"
        + "\n".join(
            [
                row("all", found),
                row("all, and of the seller only the source's name", as_the_door_asks(load_reference(), table)),
                row("without the versions, spellings, aliases and openness of the label's maker", held_out(table)),
                row(f"the same, beside the {len(beside):,} labels of build {meta['build']}", held_out(table, beside)),
            ]
        ),
        "Wrong answers: " + (_listed(each for each in found if each.wrong) or "none") + ".",
        "Not answered: " + _listed(each for each in found if each.names_a_model and each.given is None) + ".",
    ]
    return "\n\n".join(lines)


def _listed(found: Iterable[Answer]) -> str:
    return "; ".join(_told(each) for each in found)


def _told(answer: Answer) -> str:
    read = "" if answer.given is None else f", read as `{answer.given}`"
    return f"`{answer.label}` ({answer.seller}){read}"
