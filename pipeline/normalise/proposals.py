"""Which known versions an unmatched label may mean: proposals for a person, never answers.

Enters unmatched labels and the versions that exist; leaves up to three candidates per label, the nearest first, each
with what the two names share and what differs. Names are compared by their parts (letters and numbers between dashes,
dots and slashes), so that word order does not matter and a size or a date that differs is said.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST = 3
_LEAST_SHARED = 0.5
_PARTS = re.compile(r"[a-z]+|\d+(?:b|k|m)?(?![a-z0-9])|\d+")
_EMPTY = frozenset({"ai", "models", "model"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A version a label may name. `shared` is the share of all parts of both names that they have in common."""

    model_version: str
    shared: float
    reason: str


def proposals(labels: Iterable[str], versions: Iterable[str]) -> Mapping[str, tuple[Proposal, ...]]:
    """Candidates by label; a label near to nothing has none. `versions` are `maker/slug`."""
    known = {version: _parts(version.partition("/")[2]) for version in sorted(set(versions))}
    holders: dict[str, list[str]] = defaultdict(list)
    for version, parts in known.items():
        for part in parts:
            holders[part].append(version)
    return {label: _nearest(_parts(label.rpartition("/")[2]), known, holders) for label in labels}


def _nearest(
    asked: frozenset[str], known: Mapping[str, frozenset[str]], holders: Mapping[str, list[str]]
) -> tuple[Proposal, ...]:
    near = {version for part in asked for version in holders.get(part, ())}
    found = []
    for version in near:
        parts = known[version]
        shared = len(asked & parts) / len(asked | parts)
        if shared >= _LEAST_SHARED:
            found.append(Proposal(model_version=version, shared=shared, reason=_reason(asked, parts)))
    return tuple(sorted(found, key=lambda each: (-each.shared, len(each.model_version), each.model_version))[:MOST])


def _reason(asked: frozenset[str], parts: frozenset[str]) -> str:
    more, less = sorted(asked - parts), sorted(parts - asked)
    said = [f"{len(asked & parts)} of {len(asked | parts)} parts shared"]
    if more:
        said.append(f"only the label has {', '.join(more)}")
    if less:
        said.append(f"only the version has {', '.join(less)}")
    return "; ".join(said) if more or less else "the same parts in another order"


def _parts(name: str) -> frozenset[str]:
    return frozenset(_PARTS.findall(name.lower())) - _EMPTY
