"""A label as a source prints it, taken apart: wrapper / author / slug, and what was hung on the slug.

Pure text. Nothing here knows which models exist; a wrapper or an author counts only where the tables handed in name it.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

_REGION = re.compile(
    r"us|eu|apac|global|au|jp|ca|in|us-gov|cn|[a-z]{2}(?:-gov)?-[a-z]+-\d|(?:global|data-zone|us)-standard"
)
_PATH_WORDS = frozenset(
    {"accounts", "models", "publishers", "@cf", "@hf", "@oi", "claude_platform", "invoke", "standard", "ps"}
)
_TIER_WORDS = frozenset({"fast"})
_DOTTED_REGION = re.compile(r"(?:us-gov|us|eu|apac|global|regional|au|jp|ca|in|mx)\.(?=[a-z0-9-]+\.)")
_DOTTED_AUTHOR = re.compile(r"([a-z0-9-]+)\.(.+)")
_VARIANT = re.compile(
    r":(free|batch|beta|extended|nitro|floor|online|thinking|exacto|standard|self-moderated|flex|priority)$"
)
_AT_DATE = re.compile(r"@(\d{8}|\d{3,4}(?:-\d{3})?)$")
_AT_WORD = re.compile(r"@(default|latest)$")
_CLOUD_REVISION = re.compile(r"-v1:\d+$|(?<=-\d{8})-v\d+:\d+$|(?<=b)-1:0$|:\d$")
_BLANKS = re.compile(r"\s*-\s+|\s+-?\s*")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_FLOATS = re.compile(r"[-:@]latest\b|-latest-|^latest-")


_EFFORT = re.compile(
    r"\s*\((?:x?-?high|medium|low|minimal|max|none|default|chat|reasoner|adaptive|[^()]*(?:think|reason)[^()]*)\)\s*$",
    re.IGNORECASE,
)
_STAMP = re.compile(r"\s*\(([0-9][0-9-]*)\)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """`author` is the maker that the label itself names, `slug` the model's name in lower case.

    `floats`: the label says itself that it may be pointed elsewhere. `rules` are the normal forms that were used.
    """

    author: str | None
    unknown_author: bool
    slug: str
    floats: bool
    rules: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    rules: list[str] = field(default_factory=list)
    floats: bool = False


def parse_label(label: str, *, seller: str, wrappers: frozenset[str], authors: dict[str, str]) -> Parsed:
    """Take a label apart. `wrappers` are sellers and `authors` maps authors to makers, both by `spelling`.

    A first part that is both is the author only where the seller is not it and nothing but the slug follows.
    """
    reading = _Reading()
    text = re.sub(r"\s*/\s*", "/", _unescaped(plain(label).strip().lower()))
    if "~" in text:
        text, reading.floats = text.replace("~", ""), True
        reading.rules.append("router_alias")
    parts = _unwrapped(text.split("/"), seller, wrappers, authors, reading)
    slug = parts[-1]
    author, unknown = None, False
    if len(parts) > 1:
        author = authors.get(spelling(parts[-2]))
        unknown = author is None
        reading.rules.append("author_slug")
    else:
        author, slug = _dotted(slug, authors, reading)
    slug = _bare(slug, reading)
    reading.floats |= bool(_FLOATS.search(slug))
    return Parsed(author=author, unknown_author=unknown, slug=slug, floats=reading.floats, rules=tuple(reading.rules))


def _unwrapped(
    parts: list[str], seller: str, wrappers: frozenset[str], authors: dict[str, str], reading: _Reading
) -> list[str]:
    while len(parts) > 1:
        first = parts[0]
        last_two = len(parts) == 2
        region = bool(_REGION.fullmatch(first))
        tier = first in _TIER_WORDS
        drop = region or tier or first in _PATH_WORDS or spelling(first) == spelling(seller)
        if not drop and spelling(first) in wrappers:
            drop = not (last_two and spelling(first) in authors)
        if not drop:
            return parts
        parts = parts[1:]
        reading.rules.append("region" if region else "variant" if tier else "prefix")
    return parts


def _dotted(slug: str, authors: dict[str, str], reading: _Reading) -> tuple[str | None, str]:
    """`us.anthropic.claude-…` names its region and author before dots."""
    without = _DOTTED_REGION.sub("", slug, count=1)
    if without != slug:
        reading.rules.append("region")
    dotted = _DOTTED_AUTHOR.fullmatch(without)
    if dotted and spelling(dotted[1]) in authors:
        reading.rules.append("dotted_author")
        return authors[spelling(dotted[1])], dotted[2]
    return None, without


def _bare(slug: str, reading: _Reading) -> str:
    for pattern, replacement, rule in (
        (_VARIANT, "", "variant"),
        (_AT_DATE, r"-\1", "at_date"),
        (_AT_WORD, r"-\1", "at_word"),
    ):
        shorter = pattern.sub(replacement, slug)
        if shorter != slug:
            slug = shorter
            reading.rules.append(rule)
    slug = slug.removesuffix("-default")
    if slug.endswith("-maas"):
        slug = slug.removesuffix("-maas")
        reading.rules.append("maas")
    return _BLANKS.sub("-", slug)


def plain(label: str) -> str:
    """The label in plain letters: wide forms as usual ones, every dash and blank as the one on a keyboard."""
    text = unicodedata.normalize("NFKC", label)
    return re.sub(r"[\u200b-\u200d\u2060\ufeff]", "", _DASHES.sub("-", text))


def _unescaped(text: str) -> str:
    """The separators that addresses escape, as themselves; and what Hugging Face is called before a repository."""
    return text.replace("%2f", "/").replace("%3a", ":").removeprefix("hf:")


def without_revision(slug: str) -> str:
    """The slug without Amazon's revision (`-v1:0`), which is no version of the weights.

    A later `v` is the model's own (`nemotron-nano-9b-v2:0`, `embed-v4:0`), unless a date stands before it.
    """
    return _CLOUD_REVISION.sub("", slug)


@cache
def spelling(slug: str) -> str:
    """The slug with dots, colons, underscores and blanks as dashes: how two spellings of one name are compared."""
    return re.sub(r"[\s._:]+", "-", slug)


def name_of_display(label: str) -> str:
    """`Claude Opus 4.5 (High)` → `claude-opus-4.5`, `DeepSeek R1 (0528)` → `deepseek-r1-0528`.

    A date in brackets is the identity of a version, never how it was run; other brackets stay, and such a name matches
    nothing. A label with a slash is an identifier already.
    """
    if "/" in label:
        return label
    name = _STAMP.sub(r"-\1", _EFFORT.sub("", label))
    return re.sub(r"\s+", "-", name.strip().lower())
