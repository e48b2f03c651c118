"""Curated facts about makers, sellers and names, read from the tables beside this file.

Every row has its `source` and the day it was `reviewed_on`. Reading files is done here and nowhere after: the stages
that compute are handed the frames.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import pandas as pd

from pipeline.domain.errors import FrameError

_COLUMNS = {
    "makers": ("maker", "title", "seat"),
    "authors": ("author", "maker"),
    "sellers": ("seller", "maker", "scope"),
    "families": ("prefix", "maker"),
    "forms": ("maker", "seller", "pattern", "slug", "note"),
    "aliases": ("maker", "alias", "slug", "since", "until", "basis"),
    "models": ("model_version", "released", "open_weights", "basis"),
    "openness": ("model_version", "open_weights", "public_since"),
    "not_models": ("pattern", "note"),
}
_DAYS = ("since", "until", "released", "public_since", "reviewed_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Curated frames; missing cells are missing.

    makers: who made the weights, with the country of the seat (ISO 3166 alpha-2). authors: how catalogues spell a maker
    before the slash. sellers: a seller's spellings, the maker it is (missing for hosts) and its scope: `own` models
    only, `mixed`, or `host`. families: first letters of the names a maker gives. forms: regular expressions on a
    maker's slugs, tried in order, and what the maker itself writes; with a seller, for its labels only. aliases: names
    that float, each with the slug it pointed to from `since` until before `until` where that is known. models: names of
    versions, with release day and openness where known; by `basis` the `maker` prints the name, or it is `named` by
    others together with its maker. openness: whether weights are open, since a document said so. not_models: labels
    that name no model.
    """

    makers: pd.DataFrame
    authors: pd.DataFrame
    sellers: pd.DataFrame
    families: pd.DataFrame
    forms: pd.DataFrame
    aliases: pd.DataFrame
    models: pd.DataFrame
    openness: pd.DataFrame
    not_models: pd.DataFrame


@lru_cache(maxsize=1)
def load_reference() -> Reference:
    """The tables of this version of undercut, read once. Raises FrameError where a table lacks a column."""
    return Reference(**{name: _table(name, columns) for name, columns in _COLUMNS.items()})


def seats_of(makers: pd.DataFrame) -> dict[str, str]:
    """The country of each maker's seat, where it is known."""
    seated = makers[makers["seat"].notna()]
    return {str(maker): str(seat) for maker, seat in zip(seated["maker"], seated["seat"], strict=True)}


def known_openness(reference: Reference) -> pd.DataFrame:
    """model_version, open_weights: the reviewed table of models first, then what documents say of others."""
    tables = [reference.models, reference.openness]
    said = pd.concat([table[["model_version", "open_weights"]].dropna() for table in tables])
    return said.drop_duplicates("model_version").reset_index(drop=True)


def closed_weights(reference: Reference) -> frozenset[str]:
    """Model versions whose weights some document says are not open: whoever resells them has their maker to turn to."""
    said = known_openness(reference)
    return frozenset(said.loc[said["open_weights"] == "no", "model_version"].astype("str"))


def _table(name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    with (files("pipeline.reference") / f"{name}.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str", keep_default_na=False, na_values=[""])
    if tuple(table.columns) != (*columns, "source", "reviewed_on"):
        raise FrameError(f"the table {name}.csv has the columns {', '.join(table.columns)}")
    return table.assign(
        **{day: pd.to_datetime(table[day]).astype("datetime64[us]") for day in _DAYS if day in table.columns}
    )
