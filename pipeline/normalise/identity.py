"""Which model version a label names. Deterministic rules and curated tables only: nothing similar is ever accepted.

Enters the unique labels of the sources and the curated tables; leaves one row per label with the model version, or why
there is none. A label that floats keeps its own name (`openai/gpt-4o`); where the source says what it points to, that
is `alias_target`. Amounts are never looked at.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

from pipeline.domain.quote import Issue
from pipeline.domain.vocabulary import IssueKind
from pipeline.normalise.labels import Parsed, name_of_display, parse_label, spelling
from pipeline.normalise.names import Curated, Rank, Tables
from pipeline.normalise.writings import parts, thinks, writings

_TUNED = ("-instruct", "-chat", "-it")
_NAME = re.compile(r"[^\W_](?:[^\x00-\x1f\x7f-\x9f<>\"`{}|\\^]*)|[~@(].+")
"""What may be a model's name: one line that begins with a letter or a number (`~` and `@` where routers do)."""
_SELLER_FORM = "seller_form"
_MEASURES, _CATALOGUE = "measures", "catalogue"
"""Scopes of sources that sell nothing: they measure models, or list them under their makers' own names."""


class Refused(StrEnum):
    """Why a label has no model version (DOORS)."""

    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    BEFORE_RELEASE = "before_release"
    PRICE_APART = "price_apart"
    NOT_A_MODEL = "not_a_model"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What a label says before other labels are known."""

    maker: str | None
    seller: str
    slug: str
    rule: str
    refused: Refused | None = None
    floats: bool = False
    first_party: bool = False
    measured: bool = False


def seller_of(source: str, reference: Curated) -> str:
    """The seller that a source's name says (`alibaba_cn`, `openrouter_endpoints`); the name itself where it says none.

    A source is called `<seller>` or `<seller>_<market>` (DOORS); the longest beginning that is a known seller decides.
    """
    known = {spelling(str(name)) for name in reference.sellers["seller"]}
    name = source.strip().lower()
    beginning = name
    while spelling(beginning) not in known:
        beginning, _, rest = beginning.rpartition("_")
        if not rest or not beginning:
            return name
    return beginning


def resolve(
    labels: pd.DataFrame,
    reference: Curated,
    *,
    reviewed: pd.DataFrame | None = None,
    rejected: pd.DataFrame | None = None,
    known: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The model version of each label.

    Parameters
    ----------
    labels
        Unique (source, seller, label, alias_of); `alias_of` missing where the source names no target.
    reference
        The curated tables.
    reviewed
        What people decided: seller, label, model_version; a decision comes before every rule (`reviewed`).
    rejected
        What people decided that a label does not name, with the same columns; never an answer again.
    known
        Earlier answers, which say what slugs exist beside those of `labels`.

    Returns
    -------
    One row per row of `labels`, in order: source, seller, label, alias_of, maker, model_version (`maker/slug`, missing
    where refused), rule, refused (missing where matched), floating, first_party (the seller is the maker),
    alias_target (the version that `alias_of` names, missing where it is the label's own).

    Rules, in order: `author_slug` and `hyphen_author`, a label that names the maker; `seller_form`, a spelling that a
    curated row gives for this seller; `first_party`, a label of the maker's own seller; `catalogue_name`, a bare name
    in a catalogue of makers' own names; `known_slug`, a bare label equal (but for punctuation) to a slug that is known
    of exactly one maker: from the reviewed table, from the maker's own seller, or named together with its maker
    elsewhere; `alias_of`, where only the target that the source states can be matched. After `+` stand the normal forms
    that were needed, and the other writing (`writings`) by which the name is known. A bare name of which both base and
    tuned weights are known is `ambiguous`; a host's way of serving weights (`…-Turbo`) is no version of the maker's and
    `unknown`.
    """
    tables = Tables(reference)
    names = labels[["source", "seller", "label", "alias_of"]].astype("object")
    names = names.where(names.notna(), None)
    names["seller"] = names["seller"].str.lower()
    decided = _decided(reviewed)
    said = {
        (seller, label): _read(tables, seller, label, decided.get((seller, label))) for seller, label in _pairs(names)
    }
    for reading in said.values():
        if reading.maker is not None and not reading.measured:
            tables.known.add(reading.maker, reading.slug, _rank(reading.first_party))
    if known is not None:
        matched = known[known["model_version"].notna()].drop_duplicates(["model_version", "first_party"])
        for maker, version, first_party in zip(*(matched[name] for name in _KNOWN), strict=True):
            tables.known.add(maker, version.partition("/")[2], _rank(first_party))
    dated = tables.known.dated()
    answers = {pair: _settle(tables, reading) for pair, reading in said.items()}
    rows = [
        _row(tables, dated, answers, seller, label, alias_of)
        for seller, label, alias_of in zip(names["seller"], names["label"], names["alias_of"], strict=True)
    ]
    denied = _denied(rejected)
    rows = [
        _UNMATCHED if (seller, label, row[1]) in denied else row
        for seller, label, row in zip(names["seller"], names["label"], rows, strict=True)
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


_KNOWN = ("maker", "model_version", "first_party")
_UNMATCHED = (None, None, "unmatched", Refused.UNKNOWN.value, False, False, None)


def _rank(first_party: bool) -> int:
    return Rank.FIRST_PARTY if first_party else Rank.NAMED


def _pairs(names: pd.DataFrame) -> list[tuple[str, str]]:
    own = list(zip(names["seller"], names["label"], strict=True))
    targets = [(seller, target) for seller, target in zip(names["seller"], names["alias_of"], strict=True) if target]
    return list(dict.fromkeys([*own, *targets]))


def unmatched_labels(resolved: pd.DataFrame) -> list[Issue]:
    """One issue per label of a source that names a model nobody can match; a person decides, or a table learns it."""
    unmatched = resolved[resolved["refused"].isin([Refused.UNKNOWN.value, Refused.AMBIGUOUS.value])]
    rows = unmatched.drop_duplicates(["source", "seller", "label"]).sort_values(["source", "seller", "label"])
    return [
        Issue(
            kind=IssueKind.UNMATCHED_LABEL,
            subject=f"{seller}: {label}",
            place=source,
            text=f"no model version for the label ({refused}); its prices stand under its own words",
        )
        for source, seller, label, refused in zip(
            rows["source"], rows["seller"], rows["label"], rows["refused"], strict=True
        )
    ]


def _decided(reviewed: pd.DataFrame | None) -> dict[tuple[str, str], str]:
    if reviewed is None:
        return {}
    columns = (reviewed["seller"].str.lower(), reviewed["label"], reviewed["model_version"])
    return {(seller, label): version for seller, label, version in zip(*columns, strict=True)}


def _denied(rejected: pd.DataFrame | None) -> set[tuple[str, str, str | None]]:
    if rejected is None:
        return set()
    return set(zip(rejected["seller"].str.lower(), rejected["label"], rejected["model_version"], strict=True))


def _read(tables: Tables, seller: str, label: str, decided: str | None) -> _Reading:
    if decided is not None:
        maker, _, slug = decided.partition("/")
        own = tables.sellers.get(spelling(seller), (None, "host"))[0]
        return _Reading(maker=maker, seller=seller, slug=slug, rule="reviewed", first_party=maker == own)
    own, scope = tables.sellers.get(spelling(seller), (None, "host"))
    if scope == _CATALOGUE and (route := tables.route(label)) is not None:
        # Behind a route stands that seller's spelling, not the catalogue's: `groq/llama3-70b-8192`.
        seller = route
        own, scope = tables.sellers[spelling(route)]
    if scope == _MEASURES:
        label = name_of_display(label)
    text = label.strip().lower()
    if not _NAME.fullmatch(text):
        return _Reading(maker=None, seller=seller, slug=text, rule="no_name", refused=Refused.UNKNOWN)
    if any(pattern.fullmatch(text) for pattern in tables.not_models):
        return _Reading(maker=None, seller=seller, slug=text, rule="not_a_model", refused=Refused.NOT_A_MODEL)
    parsed = parse_label(label, seller=seller, wrappers=tables.wrappers, authors=tables.authors)
    if parsed.unknown_author:
        return _Reading(maker=None, seller=seller, slug=parsed.slug, rule="unknown_author", refused=Refused.UNKNOWN)
    author, slug, main = _said(tables, seller, parsed)
    family = tables.family(slug)
    if author is not None and _resold(tables, author, family):
        author = None
    if author is None:
        author, main = _implied(own, scope, family)
    return _Reading(
        maker=author,
        seller=seller,
        slug=slug if author is None or main == _SELLER_FORM else tables.form(author, slug, seller),
        rule=main + "".join(f"+{rule}" for rule in parsed.rules if rule != "author_slug"),
        floats=parsed.floats,
        first_party=author is not None and author == own,
        measured=scope == _MEASURES,
    )


def _said(tables: Tables, seller: str, parsed: Parsed) -> tuple[str | None, str, str]:
    """(maker, slug, rule) as far as the label itself and the seller's own spellings say."""
    slug = _without_seller(tables, seller, parsed.slug)
    if parsed.author is not None:
        return parsed.author, slug, "author_slug"
    meant = tables.in_sellers_words(seller, parsed.slug)
    if meant is not None:
        return *meant, _SELLER_FORM
    before = tables.said_before(slug) if tables.family(slug) is None else None
    return (None, slug, "author_slug") if before is None else (*before, "hyphen_author")


def _implied(own: str | None, scope: str, family: str | None) -> tuple[str | None, str]:
    """(maker, rule) where the label names no maker: that of the seller, or of the family in a catalogue."""
    if own is not None and (family == own or (family is None and scope == "own")):
        return own, "first_party"
    if family is not None and scope == _CATALOGUE:
        return family, "catalogue_name"
    return None, "known_slug"


def _without_seller(tables: Tables, seller: str, slug: str) -> str:
    """The slug without the host that some write before it (`databricks-claude-…`, Azure's `FW-` for Fireworks)."""
    for prefix in (f"{seller}-", "fw-"):
        if slug.startswith(prefix) and tables.family(slug.removeprefix(prefix)):
            return slug.removeprefix(prefix)
    if spelling(seller).startswith("fireworks"):
        return re.sub(r"(?<=\d)p(?=\d)", ".", slug)
    return slug


def _resold(tables: Tables, author: str, family: str | None) -> bool:
    """`tencent/deepseek-v4-pro`: the part before the slash is a seller that resells another maker's model."""
    return family not in (None, author) and any(
        maker == author and scope == "mixed" for maker, scope in tables.sellers.values()
    )


def _settle(tables: Tables, reading: _Reading) -> _Reading:
    """The reading with its maker and the best known name, or with the reason why there is none."""
    if reading.refused is not None:
        return reading
    if reading.rule == "reviewed":
        return reading
    if reading.maker is not None and tables.served_variant(reading.maker, reading.slug):
        return _refused(reading, Refused.UNKNOWN)
    if reading.maker is not None:
        return _of_maker(tables, reading, reading.maker)
    answer = _bare(tables, reading, reading.slug)
    if answer.maker is None or tables.known.best[answer.maker, spelling(answer.slug)][0] == Rank.NAMED:
        answer = _rewritten(tables, reading, tables.family(reading.slug)) or answer
    return answer


def _of_maker(tables: Tables, reading: _Reading, maker: str) -> _Reading:
    """A label that names its maker, or whose seller is the maker: known, another writing of a known name, or new."""
    key = (maker, spelling(reading.slug))
    rank = tables.known.best.get(key, (None,))[0]
    if rank in (None, Rank.NAMED):
        other = _rewritten(tables, reading, maker)
        if other is not None:
            return other
    if rank is None and reading.rule.startswith(_SELLER_FORM):
        return _refused(reading, Refused.UNKNOWN)  # a source that measures has no names of its own
    if rank is None:
        family = tables.family(reading.slug)
        known = family is not None and (family, spelling(reading.slug)) in tables.known.best
        return _named(tables, reading, str(family), reading.slug) if known else reading
    return _named(tables, reading, _true_maker(tables, reading, maker), reading.slug)


def _bare(tables: Tables, reading: _Reading, name: str) -> _Reading:
    """A name without its maker: that of the one maker of whom it is known."""
    family = tables.family(name)
    slug = name if family is None else tables.form(family, name, reading.seller)
    text = spelling(slug)
    makers = {
        maker
        for maker in tables.known.makers.get(text, set())
        if maker == family or tables.known.best[maker, text][0] < Rank.NAMED
    }
    if family in makers:
        makers = {family}
    if not makers:
        return _refused(reading, Refused.UNKNOWN)
    if len(makers) > 1:
        return _refused(reading, Refused.AMBIGUOUS)
    maker = makers.pop()
    if tables.served_variant(maker, slug):
        return _refused(reading, Refused.UNKNOWN)
    tuned = any((maker, text + ending) in tables.known.best for ending in _TUNED)
    if tuned and tables.known.best[maker, text][0] == Rank.NAMED:
        return _refused(reading, Refused.AMBIGUOUS)
    return _named(tables, reading, maker, slug)


def _rewritten(tables: Tables, reading: _Reading, maker: str | None) -> _Reading | None:
    """The version that another writing of the label's name is known to be; None where no writing, or several, is."""
    if maker is not None and tables.served_variant(maker, reading.slug):
        return None
    candidates = list(writings(reading.slug, measured=reading.measured))
    for rule, slug in candidates:
        found = _known_as(tables, reading, maker, slug)
        if found is not None and not _other_weights(reading, found):
            return replace(found, rule=f"{reading.rule}+{rule}")
    for _, slug in (("", reading.slug), *candidates):
        name = slug if maker is None else tables.form(maker, slug, reading.seller)
        text = spelling(name)
        others = tables.known.reordered.get(parts(text), set()) - {text}
        named = [found for other in sorted(others) if (found := _known_as(tables, reading, maker, other)) is not None]
        if reading.maker is not None:  # of two names that only others write neither is the maker's
            named = [found for found in named if tables.known.best[reading.maker, spelling(found.slug)][0] < Rank.NAMED]
        if len({(found.maker, found.slug) for found in named}) == 1:
            return replace(named[0], rule=f"{reading.rule}+word_order")
    return None


def _other_weights(reading: _Reading, found: _Reading) -> bool:
    """Whether a label that says the model thought was read as weights that were tuned to answer at once."""
    return reading.measured and thinks(reading.slug) and "instruct" in found.slug.split("-")


def _known_as(tables: Tables, reading: _Reading, maker: str | None, slug: str) -> _Reading | None:
    if reading.maker is None:
        answer = _bare(tables, reading, slug)
        return None if answer.refused is not None else answer
    name = tables.form(reading.maker, slug, reading.seller)
    if (maker, spelling(name)) not in tables.known.best or reading.maker != maker:
        return None
    return _named(tables, reading, reading.maker, name)


def _true_maker(tables: Tables, reading: _Reading, maker: str) -> str:
    """The maker in the label, but where another's names begin so and others name that one: `meta/…-nemotron-…`."""
    family, text = tables.family(reading.slug), spelling(reading.slug)
    if family in (None, maker) or reading.first_party:
        return maker
    only_named = tables.known.best[maker, text][0] == Rank.NAMED
    return str(family) if only_named and (str(family), text) in tables.known.best else maker


def _named(tables: Tables, reading: _Reading, maker: str, slug: str) -> _Reading:
    best = tables.known.best[maker, spelling(slug)][2]
    return replace(reading, maker=maker, slug=best)


def _refused(reading: _Reading, why: Refused) -> _Reading:
    return replace(reading, maker=None, refused=why)


def _row(
    tables: Tables,
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
