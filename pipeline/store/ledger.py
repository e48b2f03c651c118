"""The ledger's rows: runs, captures on their hash chain, parses, issues, reviews, outbox. One instance per process.

Every write is one transaction. Nothing here computes: it keeps what crawlers, jobs and people hand in, and gives it
back. Instants are aware UTC datetimes on both sides; SHA-256 digests are lower-case hex.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.domain.conditions import canonical_json
from pipeline.domain.errors import LedgerError
from pipeline.domain.instants import instant_text, parse_instant
from pipeline.domain.quote import Issue
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import IssueKind, ReviewKind, RunKind, RunVerdict
from pipeline.store import chain, schema
from pipeline.store.issues import close_others, raise_issues
from pipeline.store.rows import Capture, Head, Located, Parse, Run

IN_FORCE = (RunVerdict.CHANGED.value, RunVerdict.UNCHANGED.value)
_GOOD = (*IN_FORCE, RunVerdict.QUARANTINED.value, RunVerdict.LISTED.value)


def brings_its_body() -> ColumnElement[bool]:
    """A capture whose record holds the body: no observation, no 304, no revisit of the same bytes."""
    return and_(schema.capture.c.payload_sha256.is_not(None), ~schema.capture.c.revisit)


class Ledger:
    """The ledger of one database and one data directory. Use as a context manager."""

    def __init__(self, engine: Engine, data_dir: Path) -> None:
        self.engine = engine
        self.data_dir = data_dir
        self._read = engine.execution_options(read=True)

    def reading(self) -> Any:
        """A block of reads over one state of the database."""
        return self._read.begin()

    def writing(self) -> Any:
        """One transaction."""
        return self.engine.begin()

    # -- runs
    def claim(self, source: str, due: datetime, kind: RunKind, *, now: datetime, worker: str) -> Run | None:
        """Claim the slot (source, due, kind) in a transaction of its own.

        None where the slot is done or another worker holds it. A failed or interrupted attempt is followed by a
        further attempt; two claims of one attempt meet at the unique key, and one of them wins.
        """
        table = schema.run
        slot = and_(table.c.source == source, table.c.due == due, table.c.kind == kind.value)
        try:
            with self.writing() as connection:
                last = connection.execute(
                    select(table.c.attempt, table.c.verdict).where(slot).order_by(table.c.attempt.desc()).limit(1)
                ).first()
                if last is not None and (last.verdict is None or last.verdict in _GOOD):
                    return None
                attempt = 1 if last is None else last.attempt + 1
                run = _run_name(source, due, kind, attempt)
                connection.execute(
                    insert(table).values(
                        run=run,
                        source=source,
                        due=due,
                        kind=kind.value,
                        attempt=attempt,
                        claimed_at=now,
                        claimed_by=worker,
                    )
                )
        except IntegrityError:
            return None
        return Run(run=run, source=source, due=due, kind=kind, attempt=attempt)

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
        with self.writing() as connection:
            head = chain.lock(connection)
            self._note_source(connection, facts, ended_at)
            done = connection.execute(
                update(schema.run)
                .where(schema.run.c.run == run.run, schema.run.c.ended_at.is_(None))
                .values(
                    ended_at=ended_at,
                    verdict=verdict.value,
                    spider_version=facts.version,
                    documents=sum(1 for capture in captures if capture.parsed or capture.confirms),
                    quotes=sum(parse.rows for parse in parses),
                    notices=sum(len(parse.notices) for parse in parses),
                    issues=len(issues),
                    detail=canonical_json(detail),
                )
            )
            if done.rowcount != 1:
                raise LedgerError(f"the run {run.run} was ended by somebody else: nothing was written")
            head = chain.append(connection, head, captures, run.run, ended_at)
            _insert_parses(connection, parses, ended_at)
            raise_issues(connection, run.source, issues, ended_at)
        return head

    def is_done(self, source: str, due: datetime, kind: RunKind) -> bool:
        """The slot ended in a way that is not tried again."""
        table = schema.run
        with self.reading() as connection:
            found = connection.execute(
                select(table.c.run).where(
                    table.c.source == source, table.c.due == due, table.c.kind == kind.value, table.c.verdict.in_(_GOOD)
                )
            ).first()
        return found is not None

    def last_due(self, source: str, kind: RunKind = RunKind.SCHEDULED) -> datetime | None:
        """Due time of the last finished run, whatever its verdict: what a restart catches up from."""
        table = schema.run
        with self.reading() as connection:
            due: datetime | None = connection.execute(
                select(table.c.due)
                .where(table.c.source == source, table.c.kind == kind.value, table.c.ended_at.is_not(None))
                .order_by(table.c.due.desc())
                .limit(1)
            ).scalar()
        return due

    def retry_at(self, source: str) -> datetime | None:
        """When the server of a source asked us to come again, by its last ended run; None where it did not."""
        table = schema.run
        query = select(table.c.detail).where(table.c.source == source, table.c.ended_at.is_not(None))
        with self.reading() as connection:
            detail = connection.execute(query.order_by(table.c.ended_at.desc()).limit(1)).scalar()
        asked = json.loads(detail).get("retry_at") if detail else None
        return None if asked is None else parse_instant(asked)

    def open_runs(self) -> list[Run]:
        """Runs that were claimed and never ended."""
        with self.reading() as connection:
            rows = connection.execute(select(schema.run).where(schema.run.c.ended_at.is_(None))).mappings().all()
        return [Run.of(row) for row in rows]

    def knows_run(self, run: str) -> Run | None:
        """The run of that identifier where it exists, ended or not."""
        with self.reading() as connection:
            row = connection.execute(select(schema.run).where(schema.run.c.run == run)).mappings().first()
        return None if row is None else Run.of(row)

    def worker_of(self, run: str) -> str:
        """Who claimed a run: `host:pid`."""
        with self.reading() as connection:
            return str(connection.execute(select(schema.run.c.claimed_by).where(schema.run.c.run == run)).scalar_one())

    def ended(self, run: str) -> bool:
        with self.reading() as connection:
            found = connection.execute(
                select(schema.run.c.run).where(schema.run.c.run == run, schema.run.c.ended_at.is_not(None))
            ).first()
        return found is not None

    def facts_text(self, source: str) -> str:
        """The newest facts of a source, as JSON."""
        table = schema.source
        query = select(table.c.facts).where(table.c.name == source).order_by(table.c.id.desc()).limit(1)
        with self.reading() as connection:
            return str(connection.execute(query).scalar_one())

    # -- captures
    def last_parsed(self, source: str, url: str, spider_version: int) -> Located | None:
        """The newest capture of the address that this spider version parsed whole in a committed run in force.

        Only its ETag may be sent as If-None-Match.
        """
        capture, parse = schema.capture, schema.parse
        return self._located(
            select(capture)
            .join(schema.run, schema.run.c.run == capture.c.run)
            .join(
                parse,
                and_(
                    parse.c.payload_sha256 == capture.c.payload_sha256,
                    parse.c.source == capture.c.source,
                    parse.c.spider_version == spider_version,
                    parse.c.whole,
                ),
            )
            .where(capture.c.source == source, capture.c.url == url, schema.run.c.verdict.in_(IN_FORCE))
            .order_by(capture.c.seq.desc())
        )

    def held(self, url: str, payload_sha256: str) -> Located | None:
        """An earlier `response` record of the same address with the same body, fit for a `revisit`."""
        capture = schema.capture
        return self._located(
            select(capture)
            .where(
                capture.c.url == url,
                capture.c.payload_sha256 == payload_sha256,
                brings_its_body(),
                capture.c.segment.is_not(None),
                ~capture.c.truncated,
            )
            .order_by(capture.c.seq)
        )

    def locate(self, payload_sha256: str) -> Located | None:
        """Where the bytes of a payload are, whatever the source."""
        capture = schema.capture
        return self._located(
            select(capture)
            .where(capture.c.payload_sha256 == payload_sha256, brings_its_body())
            .order_by(capture.c.segment.is_(None), capture.c.seq)
        )

    def in_force(self, source: str, url: str | None = None) -> str | None:
        """Payload of the newest capture in force of a source, or of one address of it: the last believed reading."""
        capture = schema.capture
        place = capture.c.source == source if url is None else and_(capture.c.source == source, capture.c.url == url)
        with self.reading() as connection:
            payload: str | None = connection.execute(
                select(func.coalesce(capture.c.confirms, capture.c.payload_sha256))
                .join(schema.run, schema.run.c.run == capture.c.run)
                .where(
                    place,
                    schema.run.c.verdict.in_(IN_FORCE),
                    or_(capture.c.parsed, capture.c.confirms.is_not(None)),
                )
                .order_by(func.coalesce(capture.c.as_of, capture.c.captured_at).desc(), capture.c.seq.desc())
                .limit(1)
            ).scalar()
        return payload

    def held_back(self, source: str) -> dict[str, dict[str, str]]:
        """Quarantined looks since the last one in force, newest first: run → address → payload that was read."""
        run, capture = schema.run, schema.capture
        of_source = and_(run.c.source == source, run.c.kind != RunKind.BACKFILL.value)
        believed = select(func.max(run.c.due)).where(of_source, run.c.verdict.in_(IN_FORCE)).scalar_subquery()
        query = (
            select(run.c.run, capture.c.url, capture.c.payload_sha256)
            .join(capture, capture.c.run == run.c.run)
            .where(of_source, run.c.verdict == RunVerdict.QUARANTINED.value, run.c.due > believed, capture.c.parsed)
            .order_by(run.c.due.desc(), capture.c.seq)
        )
        found: dict[str, dict[str, str]] = {}
        with self.reading() as connection:
            for row in connection.execute(query):
                found.setdefault(row.run, {})[row.url] = row.payload_sha256
        return found

    def replayable(self, source: str) -> Iterator[Located]:
        """Every payload of a source that was read, once, oldest first, where its bytes are.

        They may lie in a run that was interrupted before they were read: the next attempt only referred to them.
        """
        capture = schema.capture
        was_read = select(capture.c.payload_sha256).where(capture.c.source == source, capture.c.parsed)
        with self.reading() as connection:
            rows = connection.execute(
                select(capture)
                .where(capture.c.source == source, capture.c.payload_sha256.in_(was_read), brings_its_body())
                .order_by(capture.c.seq)
            ).mappings()
            seen: dict[str, Located] = {}
            for row in rows:
                seen.setdefault(row["payload_sha256"], Located.of(row))
        yield from seen.values()

    def head(self) -> Head:
        with self.reading() as connection:
            return chain.head(connection)

    def chain(self) -> Iterator[tuple[dict[str, Any], str]]:
        """Every line of the chain as its row has it (its object) and its stored SHA-256, in order."""
        with self.reading() as connection:
            lines = list(chain.lines(connection))
        yield from lines

    # -- parses
    def parse_of(self, payload_sha256: str, source: str, spider_version: int) -> Parse | None:
        table = schema.parse
        with self.reading() as connection:
            row = (
                connection.execute(
                    select(table).where(
                        table.c.payload_sha256 == payload_sha256,
                        table.c.source == source,
                        table.c.spider_version == spider_version,
                    )
                )
                .mappings()
                .first()
            )
        return None if row is None else Parse.of(row)

    def add_parses(self, parses: Iterable[Parse], *, at: datetime) -> None:
        """Parses made by replay with a newer spider version."""
        with self.writing() as connection:
            _insert_parses(connection, list(parses), at)

    # -- issues, reviews
    def raise_issues(self, source: str | None, issues: Iterable[Issue], *, at: datetime) -> None:
        """Insert, or count a further sighting; a closed issue that is seen again is open again."""
        with self.writing() as connection:
            raise_issues(connection, source, list(issues), at)

    def found_issues(self, issues: Iterable[Issue], *, but: Collection[IssueKind], at: datetime) -> None:
        """What a refresh found: raised as above. What earlier ones found beside it is closed, `but` some kinds: of
        those a refresh does not find all that still stand."""
        found = list(issues)
        with self.writing() as connection:
            raise_issues(connection, None, found, at)
            close_others(connection, found, but=but)

    def add_review(self, kind: ReviewKind, subject: str, content: dict[str, Any], *, who: str, at: datetime) -> int:
        """Append what a person decided; its number."""
        with self.writing() as connection:
            done = connection.execute(
                insert(schema.review).values(
                    kind=kind.value, subject=subject, content=canonical_json(content), who=who, at=at
                )
            )
            number: int = done.inserted_primary_key[0]
        return number

    def reviews(self, kind: ReviewKind | None = None) -> list[dict[str, Any]]:
        """Reviews in order of writing: review, kind, subject, content, who, at."""
        table = schema.review
        query = select(table).order_by(table.c.review)
        if kind is not None:
            query = query.where(table.c.kind == kind.value)
        with self.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [{**row, "content": json.loads(row["content"])} for row in rows]

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- within a transaction
    def _note_source(self, connection: Connection, facts: SourceFacts, at: datetime) -> None:
        """Keep a source's facts, dated, where they changed."""
        table = schema.source
        text = canonical_json(facts.as_json())
        last = connection.execute(
            select(table.c.facts).where(table.c.name == facts.name).order_by(table.c.id.desc()).limit(1)
        ).scalar()
        if last != text:
            connection.execute(insert(table).values(name=facts.name, facts=text, recorded_at=at))

    def _located(self, query: Any) -> Located | None:
        with self.reading() as connection:
            row = connection.execute(query.limit(1)).mappings().first()
        return None if row is None else Located.of(row)


def _run_name(source: str, due: datetime, kind: RunKind, attempt: int) -> str:
    digest = hashlib.sha256(canonical_json([source, instant_text(due), kind.value, attempt]).encode()).hexdigest()[:8]
    return f"{source[:30]}-{due:%Y%m%dT%H%M%S}-{attempt}-{digest}"


def _insert_parses(connection: Connection, parses: Sequence[Parse], at: datetime) -> None:
    for parse in parses:
        known = connection.execute(
            select(schema.parse.c.file_sha256).where(
                schema.parse.c.payload_sha256 == parse.payload_sha256,
                schema.parse.c.source == parse.source,
                schema.parse.c.spider_version == parse.spider_version,
            )
        ).scalar()
        if known is None:
            fields = {name: getattr(parse, name) for name in Parse.__slots__ if name != "notices"}
            notices = json.dumps(list(parse.notices), ensure_ascii=False)
            connection.execute(insert(schema.parse).values(**fields, notices=notices, recorded_at=at))
