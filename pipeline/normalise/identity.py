"""Which model version a label names. Deterministic rules and curated tables only: nothing similar is ever accepted.

Enters the unique labels of the sources and the curated tables; leaves one row per label with the model version, or why
there is none. A label that floats keeps its own name (`openai/gpt-4o`); where the source says what it points to, that
is `alias_target`. Amounts are never looked at.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import pandas as pd

from pipeline.normalise.labels import parse_label, spelling, without_revision

_DATE_STAMP = re.compile(
    r"(?:-preview)?-(?:20\d{2}-\d{2}-\d{2}|20\d{6}|2\d{5}|\d{4}|\d{2}-20\d{2}|[01]\d-\d{2}|00\d)(?:-preview)?"
)
_TUNED = ("-instruct", "-chat", "-it")


class Refused(StrEnum):
    """Why a label has no model version (DOORS)."""

    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    BEFORE_RELEASE = "before_release"
    PRICE_APART = "price_apart"
    NOT_A_MODEL = "not_a_model"


class Curated(Protocol):
    """The tables that identity needs (pipeline.reference.load.Reference)."""

    @property
    def authors(self) -> pd.DataFrame: ...
    @property
    def sellers(self) -> pd.DataFrame: ...
    @property
    def families(self) -> pd.DataFrame: ...
    @property
    def forms(self) -> pd.DataFrame: ...
    @property
    def aliases(self) -> pd.DataFrame: ...
    @property
    def models(self) -> pd.DataFrame: ...
    @property
    def not_models(self) -> pd.DataFrame: ...


class _Rank:
    """Who names a slug, the best first: a reviewed table, the maker's own seller, somebody who names the maker."""

    REVIEWED, FIRST_PARTY, NAMED = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What a label says before other labels are known."""

    maker: str | None
    slug: str
    rule: str
    refused: Refused | None = None
    floats: bool = False
    first_party: bool = False


@dataclass(slots=True)
class _Known:
    """Slugs that are known to exist, by maker and spelling: the best name of each."""

    best: dict[tuple[str, str], tuple[int, int, str]] = field(default_factory=dict)
    makers: dict[str, set[str]] = field(default_factory=dict)

    def add(self, maker: str, slug: str, rank: int) -> None:
        key = (maker, spelling(slug))
        candidate = (rank, len(slug), slug)
        self.best[key] = min(self.best.get(key, candidate), candidate)
        self.makers.setdefault(key[1], set()).add(maker)

    def dated(self) -> set[tuple[str, str]]:
        """Makers and spellings of which a dated sibling is known."""
        found = set()
        for maker, text in self.best:
            stamp = re.fullmatch(rf"(.+?){_DATE_STAMP.pattern}", text)
            if stamp:
                found.add((maker, stamp[1]))
        return found


class _Tables:
    """The curated tables, indexed for one call of `resolve`."""

    def __init__(self, reference: Curated) -> None:
        authors = zip(reference.authors["author"], reference.authors["maker"], strict=True)
        self.authors = {spelling(str(author)): str(maker) for author, maker in authors}
        scopes = reference.sellers
        self.sellers = {
            spelling(str(name)): (None if pd.isna(maker) else str(maker), str(scope))
            for name, maker, scope in zip(scopes["seller"], scopes["maker"], scopes["scope"], strict=True)
        }
        self.wrappers = frozenset(self.sellers)
        families = zip(reference.families["prefix"], reference.families["maker"], strict=True)
        self.families = sorted(families, key=lambda row: -len(row[0]))
        self.forms: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        for maker, pattern, slug in zip(*(reference.forms[name] for name in ("maker", "pattern", "slug")), strict=True):
            self.forms.setdefault(maker, []).append((re.compile(pattern), slug))
        self.not_models = [re.compile(pattern) for pattern in reference.not_models["pattern"]]
        self.floating = {
            (maker, spelling(alias))
            for maker, alias in zip(reference.aliases["maker"], reference.aliases["alias"], strict=True)
        }
        self.known = _Known()
        for name in reference.models["model_version"]:
            maker, _, slug = name.partition("/")
            self.known.add(maker, slug, _Rank.REVIEWED)

    def family(self, slug: str) -> str | None:
        """The maker whose names begin as this slug does; the longest beginning decides."""
        return next((maker for prefix, maker in self.families if slug.startswith(prefix)), None)

    def form(self, maker: str, slug: str) -> str:
        """The slug as the maker writes it."""
        text = without_revision(slug)
        for candidate in (slug, text):
            for pattern, replacement in self.forms.get(maker, []):
                if pattern.fullmatch(candidate):
                    return pattern.sub(replacement, candidate, count=1)
        return text


def resolve(labels: pd.DataFrame, reference: Curated) -> pd.DataFrame:
    """The model version of each label.

    Parameters
    ----------
    labels
        Unique (source, seller, label, alias_of); `alias_of` missing where the source names no target.
    reference
        The curated tables.

    Returns
    -------
    One row per row of `labels`, in order: source, seller, label, alias_of, maker, model_version (`maker/slug`, missing
    where refused), rule, refused (missing where matched), floating, first_party (the seller is the maker),
    alias_target (the version that `alias_of` names, missing where it is the label's own).

    Rules, in order: `first_party`, a label of the maker's own seller; `author_slug`, a label that names the maker;
    `known_slug`, a bare label equal (but for punctuation) to a slug that is known of exactly one maker: from the
    reviewed table, from the maker's own seller, or named together with its maker elsewhere; `alias_of`, where only the
    target that the source states can be matched. After `+` stand the normal forms that were needed. A bare name of
    which both base and tuned weights are known is `ambiguous`.
    """
    tables = _Tables(reference)
    names = labels[["source", "seller", "label", "alias_of"]].astype("object")
    names = names.where(names.notna(), None)
    names["seller"] = names["seller"].str.lower()
    said = {(seller, label): _read(tables, seller, label) for seller, label in _pairs(names)}
    for reading in said.values():
        if reading.maker is not None:
            rank = _Rank.FIRST_PARTY if reading.first_party else _Rank.NAMED
            tables.known.add(reading.maker, reading.slug, rank)
    dated = tables.known.dated()
    answers = {pair: _settle(tables, reading) for pair, reading in said.items()}
    rows = [
        _row(tables, dated, answers, seller, label, alias_of)
        for seller, label, alias_of in zip(names["seller"], names["label"], names["alias_of"], strict=True)
    ]
    found = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
    return pd.concat([labels.reset_index(drop=True)[["source", "seller", "label", "alias_of"]], found], axis=1)


_COLUMNS = {
    "maker": "str",
    "model_version": "str",
    "rule": "str",
    "refused": "str",
    "floating": "bool",
    "first_party": "bool",
    "alias_target": "str",
}


def _pairs(names: pd.DataFrame) -> list[tuple[str, str]]:
    own = list(zip(names["seller"], names["label"], strict=True))
    targets = [(seller, target) for seller, target in zip(names["seller"], names["alias_of"], strict=True) if target]
    return list(dict.fromkeys([*own, *targets]))


def _read(tables: _Tables, seller: str, label: str) -> _Reading:
    text = label.strip().lower()
    if any(pattern.fullmatch(text) for pattern in tables.not_models):
        return _Reading(maker=None, slug=text, rule="not_a_model", refused=Refused.NOT_A_MODEL)
    parsed = parse_label(label, seller=seller, wrappers=tables.wrappers, authors=tables.authors)
    own, scope = tables.sellers.get(spelling(seller), (None, "host"))
    slug = parsed.slug
    if slug.startswith(f"{seller}-") and tables.family(slug.removeprefix(f"{seller}-")):
        slug = slug.removeprefix(f"{seller}-")
    family = tables.family(slug)
    suffix = "".join(f"+{rule}" for rule in parsed.rules if rule != "author_slug")
    if parsed.unknown_author:
        return _Reading(maker=None, slug=slug, rule="unknown_author", refused=Refused.UNKNOWN)
    if parsed.author is not None and not _resold(tables, parsed.author, family):
        maker = parsed.author
        return _Reading(
            maker=maker,
            slug=tables.form(maker, slug),
            rule=f"author_slug{suffix}",
            floats=parsed.floats,
            first_party=maker == own,
        )
    if own is not None and (family == own or (family is None and scope == "own")):
        return _Reading(
            maker=own,
            slug=tables.form(own, slug),
            rule=f"first_party{suffix}",
            floats=parsed.floats,
            first_party=True,
        )
    return _Reading(maker=None, slug=slug, rule=f"known_slug{suffix}", floats=parsed.floats)


def _resold(tables: _Tables, author: str, family: str | None) -> bool:
    """`tencent/deepseek-v4-pro`: the part before the slash is a seller that resells another maker's model."""
    return family not in (None, author) and any(
        maker == author and scope == "mixed" for maker, scope in tables.sellers.values()
    )


def _settle(tables: _Tables, reading: _Reading) -> _Reading:
    """The reading with its maker and the best known name, or with the reason why there is none."""
    if reading.refused is not None:
        return reading
    if reading.maker is not None:
        return _named(tables, reading, reading.maker, reading.slug)
    family = tables.family(reading.slug)
    slug = reading.slug if family is None else tables.form(family, reading.slug)
    text = spelling(slug)
    makers = {
        maker
        for maker in tables.known.makers.get(text, set())
        if maker == family or tables.known.best[maker, text][0] < _Rank.NAMED
    }
    if family in makers:
        makers = {family}
    if not makers:
        return _refused(reading, Refused.UNKNOWN)
    if len(makers) > 1:
        return _refused(reading, Refused.AMBIGUOUS)
    maker = makers.pop()
    tuned = any((maker, text + ending) in tables.known.best for ending in _TUNED)
    if tuned and tables.known.best[maker, text][0] == _Rank.NAMED:
        return _refused(reading, Refused.AMBIGUOUS)
    return _named(tables, reading, maker, slug)


def _named(tables: _Tables, reading: _Reading, maker: str, slug: str) -> _Reading:
    best = tables.known.best[maker, spelling(slug)][2]
    return _Reading(maker=maker, slug=best, rule=reading.rule, floats=reading.floats, first_party=reading.first_party)


def _refused(reading: _Reading, why: Refused) -> _Reading:
    return _Reading(maker=None, slug=reading.slug, rule=reading.rule, refused=why, floats=reading.floats)


def _row(
    tables: _Tables,
    dated: set[tuple[str, str]],
    answers: dict[tuple[str, str], _Reading],
    seller: str,
    label: str,
    alias_of: str | None,
) -> tuple[str | None, str | None, str, str | None, bool, bool, str | None]:
    answer = answers[seller, label]
    target = answers[seller, alias_of] if alias_of else None
    version = f"{answer.maker}/{answer.slug}" if answer.maker else None
    pointed = f"{target.maker}/{target.slug}" if target is not None and target.maker else None
    if version is None and pointed is not None and target is not None:
        return target.maker, pointed, "alias_of", None, True, target.first_party, pointed
    if version is None or answer.maker is None:
        return None, None, "unmatched", str(answer.refused), answer.floats or target is not None, False, None
    key = (answer.maker, spelling(answer.slug))
    floating = answer.floats or key in tables.floating or key in dated or (target is not None and pointed != version)
    return (
        answer.maker,
        version,
        answer.rule,
        None,
        floating,
        answer.first_party,
        None if pointed == version else pointed,
    )
