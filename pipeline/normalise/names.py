"""The curated tables about names, indexed, and the slugs that are known to exist.

Enters the tables of `pipeline.reference`; answers questions about one slug. No label is resolved here.
"""

import re
from dataclasses import dataclass, field
from typing import Protocol

import pandas as pd

from pipeline.normalise.labels import spelling, without_revision
from pipeline.normalise.writings import parts, without_precision

_DATE_STAMP = re.compile(
    r"(?:-preview)?-(?:20\d{2}-\d{2}-\d{2}|20\d{6}|2\d{5}|\d{4}|\d{2}-20\d{2}|[01]\d-\d{2}|00\d)(?:-preview)?"
)


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


class Rank:
    """Who names a slug, the best first: a reviewed table, the maker's own seller, somebody who names the maker."""

    REVIEWED, FIRST_PARTY, NAMED = range(3)


@dataclass(slots=True)
class Known:
    """Slugs that are known to exist, by maker and spelling: the best name of each."""

    best: dict[tuple[str, str], tuple[int, int, str]] = field(default_factory=dict)
    makers: dict[str, set[str]] = field(default_factory=dict)
    reordered: dict[tuple[tuple[str, ...], tuple[str, ...]], set[str]] = field(default_factory=dict)

    def add(self, maker: str, slug: str, rank: int) -> None:
        key = (maker, spelling(slug))
        candidate = (rank, len(slug), slug)
        self.best[key] = min(self.best.get(key, candidate), candidate)
        self.makers.setdefault(key[1], set()).add(maker)
        self.reordered.setdefault(parts(key[1]), set()).add(key[1])

    def dated(self) -> set[tuple[str, str]]:
        """Makers and spellings of which a dated sibling is known."""
        found = set()
        for maker, text in self.best:
            stamp = re.fullmatch(rf"(.+?){_DATE_STAMP.pattern}", text)
            if stamp:
                found.add((maker, stamp[1]))
        return found


_SERVED = re.compile(
    r"(?:-(?:fast|ultrafast|turbo|tput|basic|reference|highspeed|spot|us|lite|precision|flash-attention|coding|ccmax"
    r"|free|lora|az|p|h)|(?:(?<=\db)|(?<=-it))-ultra)+$"
)
"""What hosts hang on a model's name for a way of serving it; some makers do too, for weights of their own."""


class Tables:
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
        self.families = {spelling(str(prefix)): str(maker) for prefix, maker in families}
        self.family_lengths = sorted({len(prefix) for prefix in self.families}, reverse=True)
        self.forms: dict[str, list[tuple[re.Pattern[str], str, str | None]]] = {}
        self.sellers_forms: dict[str, list[tuple[re.Pattern[str], str, str]]] = {}
        columns = (reference.forms[name] for name in ("maker", "pattern", "slug", "seller"))
        for maker, pattern, slug, seller in zip(*columns, strict=True):
            only = None if pd.isna(seller) else spelling(str(seller))
            self.forms.setdefault(maker, []).append((re.compile(pattern), slug, only))
            if only is not None:
                self.sellers_forms.setdefault(only, []).append((re.compile(pattern), slug, maker))
        self.not_models = [re.compile(pattern) for pattern in reference.not_models["pattern"]]
        self.floating = {
            (maker, spelling(alias))
            for maker, alias in zip(reference.aliases["maker"], reference.aliases["alias"], strict=True)
        }
        self.known = Known()
        for name, basis in zip(reference.models["model_version"], reference.models["basis"], strict=True):
            maker, _, slug = name.partition("/")
            self.known.add(maker, slug, Rank.NAMED if basis == "named" else Rank.REVIEWED)

    def served_variant(self, maker: str, slug: str) -> bool:
        """Whether a slug is a host's way of serving weights: only others write it; it is known without the ending."""
        base = _SERVED.sub("", slug)
        if base == slug or self.known.best.get((maker, spelling(slug)), (Rank.NAMED,))[0] != Rank.NAMED:
            return False
        bases = (base, without_precision(base))
        return any((maker, spelling(self.form(maker, name, ""))) in self.known.best for name in bases)

    def route(self, label: str) -> str | None:
        """The seller before the first slash of a catalogue's label, where a price list is that seller's own words."""
        first, slash, _ = label.strip().partition("/")
        known = self.sellers.get(spelling(first.lower()))
        return first.lower() if slash and known is not None and known[1] in ("own", "mixed", "host") else None

    def family(self, slug: str) -> str | None:
        """The maker whose names begin as this slug does; the longest beginning decides."""
        text = spelling(slug)
        starts = (text[:length] for length in self.family_lengths)
        return next((self.families[start] for start in starts if start in self.families), None)

    def form(self, maker: str, slug: str, seller: str) -> str:
        """The slug as the maker writes it; some hosts have spellings of their own."""
        text = without_revision(slug)
        for candidate in (slug, text):
            for pattern, replacement, only in self.forms.get(maker, []):
                if only in (None, spelling(seller)) and pattern.fullmatch(candidate):
                    return pattern.sub(replacement, candidate, count=1)
        return text

    def in_sellers_words(self, seller: str, slug: str) -> tuple[str, str] | None:
        """(maker, slug) of a spelling that a curated row gives for this seller alone."""
        for pattern, replacement, maker in self.sellers_forms.get(spelling(seller), []):
            if pattern.fullmatch(slug):
                return maker, pattern.sub(replacement, slug, count=1)
        return None

    def said_before(self, slug: str) -> tuple[str, str] | None:
        """(maker, slug) of `anthropic-claude-3.5-haiku`: an author before a hyphen, where the rest is of its family."""
        for cut in (position for position, character in enumerate(slug) if character == "-"):
            maker, rest = self.authors.get(slug[:cut]), slug[cut + 1 :]
            if maker is not None and self.family(rest) == maker:
                return maker, rest
        return None
