"""What is known of a source: the facts that stand in its spider and nowhere else."""

from dataclasses import dataclass
from typing import Any

from pipeline.domain.vocabulary import Redistribute, SourceKind, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """One line of `python -m crawlers list --json`.

    `schedule` is an APScheduler interval in words (`every 6 hours`) or five cron fields; `expected` the smallest and
    largest number of quotes of a good document; `lineage` the voice this source repeats (its own name where it reads
    for itself); `confirmed` whether a real document of it was read.
    """

    name: str
    version: int
    kind: SourceKind
    title: str
    sellers: tuple[str, ...]
    markets: tuple[str, ...]
    urls: tuple[str, ...]
    schedule: str
    expected: tuple[int, int]
    lineage: str
    trust: Trust
    licence: str
    redistribute: Redistribute
    needs_key: str | None
    confirmed: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "version": self.version,
            "kind": self.kind.value,
            "title": self.title,
            "sellers": list(self.sellers),
            "markets": list(self.markets),
            "urls": list(self.urls),
            "schedule": self.schedule,
            "expected": list(self.expected),
            "lineage": self.lineage,
            "trust": self.trust.value,
            "licence": self.licence,
            "redistribute": self.redistribute.value,
            "needs_key": self.needs_key,
            "confirmed": self.confirmed,
        }
