"""One search box over models, sellers and sources."""

import re
from dataclasses import dataclass

import pandas as pd

from pipeline.query.snapshot import Snapshot

_SEPARATORS = re.compile(r"[\s/_.:@-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """`kind` is model, seller or source; `name` its key; `also` a label or title that matched."""

    kind: str
    name: str
    also: str


def find(snapshot: Snapshot, text: str, *, most: int) -> list[Hit]:
    """Hits whose name, label or title holds every word of `text`; names that begin with it first."""
    words = [word for word in _SEPARATORS.split(text.casefold()) if word]
    if not words:
        return []
    listings = snapshot["listings"]
    known = listings.dropna(subset="model_version").drop_duplicates(["model_version", "label"])
    named = [
        *(("model", *pair) for pair in _pairs(known, "model_version", "label")),
        *(("seller", seller, "") for seller in sorted(set(listings["seller"].astype(str)))),
        *(("source", *pair) for pair in _pairs(snapshot["sources"], "source", "title")),
    ]
    hits: dict[tuple[str, str], tuple[tuple[bool, bool, int], Hit]] = {}
    for kind, name, also in named:
        score = _score(words, name, also)
        if score is not None and (kind, name) not in hits:
            hits[kind, name] = score, Hit(kind=kind, name=name, also=also)
    return [hit for _, hit in sorted(hits.values(), key=lambda found: (found[0], found[1].name))][:most]


def _pairs(frame: pd.DataFrame, name: str, also: str) -> list[tuple[str, str]]:
    return list(zip(frame[name].astype(str), frame[also].astype(str), strict=True))


def _score(words: list[str], name: str, also: str) -> tuple[bool, bool, int] | None:
    plain = " ".join(part for part in _SEPARATORS.split(name.casefold()) if part)
    full = f"{plain} {also.casefold()}"
    if not all(word in full for word in words):
        return None
    phrase = " ".join(words)
    return (phrase not in plain, not any(part.startswith(words[0]) for part in plain.split()), len(plain))
