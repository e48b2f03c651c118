"""The ledger's rows: runs, captures on their hash chain, parses, issues, reviews, outbox. One instance per process.

Every write is one transaction. Nothing here computes: it keeps what crawlers, jobs and people hand in, and gives it
back. Instants are aware UTC datetimes on both sides; SHA-256 digests are lower-case hex.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.domain.quote import Issue
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import ReviewKind, RunKind, RunVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A claimed slot of work. `run` is its identifier and the stem of its segment's name."""

    run: str
    source: str
    due: datetime
    kind: RunKind
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One fetch, as it goes on the chain; `status` is None and `observation` says why where no response came.

    `segment` and `offset` locate the WARC record (None where the document is not held: the shipped sample).
    `decoding` says how the parsed document is made of the payload: `identity`, a Content-Encoding, or
    `zip-entry` (a range of a wheel that begins at a local file header). `confirms` names the payload that a 304 or an
    identical body confirmed. `headers` are the response's, in order.
    """

    source: str
    url: str
    final_url: str
    captured_at: datetime
    as_of: datetime | None = None
    status: int | None
    observation: str | None = None
    request_range: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    payload_sha256: str | None
    record_sha256: str | None
    confirms: str | None = None
    peer_sha256: str | None = None
    size: int = 0
    truncated: bool = False
    decoding: str = "identity"
    segment: str | None = None
    offset: int | None = None
    spider_version: int
    parsed: bool = False
    handed_in_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parse:
    """One reading of one body by one spider version; the rows are in `file` (pipeline.store.parses).

    `whole` is False where a record of the document could not be read. `notices` are JSON objects as DOORS prints them.
    """

    payload_sha256: str
    source: str
    spider_version: int
    kind: str
    rows: int
    notices: tuple[dict[str, Any], ...]
    whole: bool
    file: str
    file_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of the hash chain: an unstamped chain proves nothing without a copy of it kept elsewhere."""

    seq: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where the bytes of a payload are."""

    payload_sha256: str
    source: str
    url: str
    captured_at: datetime
    as_of: datetime | None
    headers: tuple[tuple[str, str], ...]
    decoding: str
    segment: str | None
    offset: int | None
    request_range: str | None
    final_url: str
    spider_version: int


class Ledger:
    """The ledger of one database and one data directory. Use as a context manager."""

    def __init__(self, url: str, data_dir: Path) -> None:
        raise NotImplementedError

    # -- runs
    def claim(self, source: str, due: datetime, kind: RunKind, *, now: datetime, worker: str) -> Run | None:
        """Claim the slot (source, due, kind) by a conditional UPDATE in a transaction of its own.

        None where the slot is done or another worker holds it. A failed or interrupted attempt is followed by a
        further attempt.
        """
        raise NotImplementedError

    def commit(
        self,
        run: Run,
        *,
        verdict: RunVerdict,
        captures: Sequence[Capture],
        parses: Sequence[Parse],
        issues: Sequence[Issue],
        facts: SourceFacts,
        ended_at: datetime,
        detail: dict[str, Any],
    ) -> Head:
        """Write a run's end, its captures on the chain, its parses and issues in one transaction."""
        raise NotImplementedError

    def is_done(self, source: str, due: datetime, kind: RunKind) -> bool:
        raise NotImplementedError

    def last_due(self, source: str, kind: RunKind = RunKind.SCHEDULED) -> datetime | None:
        """Due time of the last finished run, whatever its verdict: what a restart catches up from."""
        raise NotImplementedError

    def open_runs(self) -> list[Run]:
        """Runs that were claimed and never ended."""
        raise NotImplementedError

    def knows_run(self, run: str) -> Run | None:
        """The run of that identifier where it exists, ended or not."""
        raise NotImplementedError

    def ended(self, run: str) -> bool:
        raise NotImplementedError

    # -- captures
    def last_parsed(self, source: str, url: str, spider_version: int) -> Located | None:
        """The newest capture of the address that this spider version parsed whole in a committed run in force.

        Only its ETag may be sent as If-None-Match.
        """
        raise NotImplementedError

    def held(self, url: str, payload_sha256: str) -> Located | None:
        """An earlier `response` record of the same address with the same body, fit for a `revisit`."""
        raise NotImplementedError

    def locate(self, payload_sha256: str) -> Located | None:
        """Where the bytes of a payload are, whatever the source."""
        raise NotImplementedError

    def in_force(self, source: str) -> str | None:
        """Payload of the newest capture in force of a source (by public time): the last believed reading."""
        raise NotImplementedError

    def replayable(self, source: str) -> Iterator[Located]:
        """Every parsed payload of a source once, oldest first."""
        raise NotImplementedError

    def head(self) -> Head:
        raise NotImplementedError

    def chain(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Every line of the chain as written (its object) and its stored SHA-256, in order."""
        raise NotImplementedError

    # -- parses
    def parse_of(self, payload_sha256: str, source: str, spider_version: int) -> Parse | None:
        raise NotImplementedError

    def add_parses(self, parses: Iterable[Parse]) -> None:
        """Parses made by replay with a newer spider version."""
        raise NotImplementedError

    # -- issues, reviews
    def raise_issues(self, source: str | None, issues: Iterable[Issue], *, at: datetime) -> None:
        """Insert, or count a further sighting; a closed issue that is seen again is open again."""
        raise NotImplementedError

    def add_review(self, kind: ReviewKind, subject: str, content: dict[str, Any], *, who: str, at: datetime) -> int:
        raise NotImplementedError

    def reviews(self, kind: ReviewKind | None = None) -> list[dict[str, Any]]:
        """Reviews in order of writing: review, kind, subject, content, who, at."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
