"""Captures, runs and readings into the store: the only door from the crawlers to it.

The order of writing is never another: a record is synced before anything reads the response; at the end the segment is
closed; then one transaction writes captures, chain lines, parses, issues and the run's end; only then is there an exit
code.
"""

import hashlib
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.base import Reading, SourceSpider
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.instants import instant_text, parse_instant
from pipeline.domain.quote import Issue, Quote, Rate, Score
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import IssueKind, RunKind, RunVerdict
from pipeline.settings import Settings
from pipeline.store import parses
from pipeline.store.decoding import decode
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Capture, Head, Ledger, Located, Parse, Run
from pipeline.store.segments import Record, Segment, abandoned, mend, read_payload, read_segment

__all__ = [
    "Fetched",
    "Ledger",
    "Located",
    "Parse",
    "Recorder",
    "begin",
    "decode",
    "opened",
    "recover",
    "row_of",
    "rows_before",
]

ALLOWED_REQUEST_HEADERS = ("accept", "accept-encoding", "if-none-match", "range", "user-agent")
_URL, _AS_OF, _DECODING, _RANGE = "Undercut-Url", "Undercut-As-Of", "Undercut-Decoding", "Undercut-Range"
_FLAGS = "Undercut-Truncated"


@dataclass(slots=True, kw_only=True)
class Fetched:
    """What a fetch is about, beyond its bytes: handed along in the request's meta."""

    url: str
    as_of: datetime | None = None
    decoding: str | None = None


@dataclass(slots=True, kw_only=True)
class Recorder:
    """One run's evidence and readings, until `commit`."""

    ledger: Ledger
    data_dir: Path
    spider: SourceSpider
    run: Run
    segment: Segment = field(init=False)
    captures: list[Capture] = field(default_factory=list)
    parses: list[Parse] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    payload: bytes = b""
    """The payload of the last response, as it came over the wire."""

    def __post_init__(self) -> None:
        about = {
            "run": self.run.run,
            "source": self.run.source,
            "due": instant_text(self.run.due),
            "kind": self.run.kind.value,
            "attempt": str(self.run.attempt),
            "spider-version": str(self.spider.version),
        }
        self.segment = Segment(self.data_dir / "segments", self.run.run, about)

    # -- from the middleware
    def response(
        self,
        about: Fetched,
        *,
        uri: str,
        status: int,
        headers: Sequence[tuple[str, str]],
        payload: bytes,
        request_headers: Sequence[tuple[str, str]],
        truncated: bool,
        peer_certificate: bytes | None,
    ) -> Capture:
        """Write a response before anybody reads it: whole once per body and address, a revisit after that."""
        now = datetime.now(UTC)
        asked = {name.lower(): value for name, value in request_headers}
        decoding = about.decoding or _content_coding(headers)
        digest = hashlib.sha256(payload).hexdigest() if payload else None
        extra = self._extra(about, decoding, asked.get("range"), truncated=truncated)
        repeatable = status in (200, 206) and digest is not None and not truncated
        earlier = self._earlier(about.url, digest) if repeatable and digest is not None else None
        facts: dict[str, Any] = {"uri": uri, "at": now, "status": status, "headers": headers, "extra": extra}
        if earlier is not None and digest is not None:
            written = self.segment.revisit(**facts, refers_to=digest)
        else:
            written = self.segment.response(**facts, payload=payload)
        kept = [(name, value) for name, value in request_headers if name.lower() in ALLOWED_REQUEST_HEADERS]
        self.segment.request(uri=uri, at=now, method="GET", path=uri, headers=kept)
        self.payload = payload
        capture = Capture(
            source=self.run.source,
            url=about.url,
            final_url=uri if about.url == uri or not about.url.startswith("pkg:") else about.url,
            captured_at=now,
            as_of=about.as_of,
            status=status,
            request_range=asked.get("range"),
            headers=tuple(headers),
            payload_sha256=digest,
            record_sha256=written.record_sha256,
            confirms=digest if earlier is not None else None,
            peer_sha256=hashlib.sha256(peer_certificate).hexdigest() if peer_certificate else None,
            size=len(payload),
            truncated=truncated,
            decoding=decoding,
            segment=self.segment.name,
            offset=written.offset,
            spider_version=self.spider.version,
        )
        self.captures.append(capture)
        return capture

    def observation(self, about: Fetched, *, uri: str, what: str) -> None:
        """A fetch without a response: its address, instant and reason are evidence too."""
        now = datetime.now(UTC)
        extra = self._extra(about, "identity", None, truncated=False)
        written = self.segment.observation(uri=uri, at=now, text=what, extra=extra)
        self.captures.append(
            Capture(
                source=self.run.source,
                url=about.url,
                final_url=about.url if about.url.startswith("pkg:") else uri,
                captured_at=now,
                as_of=about.as_of,
                status=None,
                observation=what,
                payload_sha256=None,
                record_sha256=written.record_sha256,
                segment=self.segment.name,
                offset=written.offset,
                spider_version=self.spider.version,
            )
        )

    # -- from the fetcher
    def confirm(self, payload_sha256: str) -> None:
        """The last response confirmed a body that was read before: nothing is to be read."""
        self.captures[-1] = replace(self.captures[-1], confirms=payload_sha256)

    def confirm_by_list(self, page: int, payload_sha256: str) -> None:
        """A list of releases (the capture at that place of the run) names the document in force as the newest."""
        self.captures[page] = replace(self.captures[page], confirms=payload_sha256)

    def issue(self, kind: IssueKind, subject: str, place: str, text: str) -> None:
        self.issues.append(Issue(kind=kind, subject=subject, place=place, text=text))

    def keep(self, payload_sha256: str, reading: Reading) -> None:
        """Write what a body states, once per body, source and version; its capture is marked as read."""
        self.captures = [
            replace(capture, parsed=True) if capture.payload_sha256 == payload_sha256 else capture
            for capture in self.captures
        ]
        parse = self.ledger.parse_of(payload_sha256, self.run.source, self.spider.version)
        self.parses.append(parse or write_parse(self.data_dir, self.spider, payload_sha256, reading))

    def commit(self, verdict: RunVerdict, detail: dict[str, Any]) -> Head:
        """Close the segment, then write the run's end and everything of it in one transaction."""
        self.segment.close()
        return self.ledger.commit(
            self.run,
            verdict=verdict,
            captures=self.captures,
            parses=self.parses,
            issues=self.issues,
            facts=self.spider.facts(),
            ended_at=datetime.now(UTC),
            detail=detail,
        )

    def _earlier(self, url: str, digest: str) -> Located | None:
        return self.ledger.held(url, digest)

    def _extra(self, about: Fetched, decoding: str, asked: str | None, *, truncated: bool) -> dict[str, str]:
        extra = {_URL: about.url, _DECODING: decoding}
        if about.as_of is not None:
            extra[_AS_OF] = instant_text(about.as_of)
        if asked:
            extra[_RANGE] = asked
        if truncated:
            extra[_FLAGS] = "yes"
        return extra


def opened(settings: Settings) -> Ledger:
    """The ledger of the settings; a context manager."""
    return open_ledger(settings.ledger_url, settings.data_dir)


def row_of(item: Quote | Score | Rate) -> dict[str, Any]:
    """One stated thing as a row of a parse."""
    return parses.row_of(item)


def rows_before(recorder: Recorder) -> list[dict[str, Any]] | None:
    """The rows of the last believed reading of a source, where it was of another body than the last response's."""
    spider, last = recorder.spider, recorder.ledger.in_force(recorder.spider.name)
    if last is None or last == recorder.captures[-1].payload_sha256:
        return None
    parse = recorder.ledger.parse_of(last, spider.name, spider.version)
    return None if parse is None else parses.read_rows(recorder.data_dir, parse.file)


def begin(ledger: Ledger, data_dir: Path, spider: SourceSpider, due: datetime, kind: RunKind) -> Recorder | None:
    """Claim a slot and open its segment; None where the slot is done or somebody else's."""
    run = ledger.claim(spider.name, due, kind, now=datetime.now(UTC), worker=worker_name())
    return None if run is None else Recorder(ledger=ledger, data_dir=data_dir, spider=spider, run=run)


def write_parse(data_dir: Path, spider: SourceSpider, payload_sha256: str, reading: Reading) -> Parse:
    """What a body states, on disk."""
    file, file_sha256 = parses.write(
        data_dir,
        payload_sha256=payload_sha256,
        source=spider.name,
        spider_version=spider.version,
        kind=spider.kind.value,
        items=[*reading.quotes, *reading.scores, *reading.rates],
    )
    return Parse(
        payload_sha256=payload_sha256,
        source=spider.name,
        spider_version=spider.version,
        kind=spider.kind.value,
        rows=reading.rows,
        notices=tuple(grouped_notices(reading)),
        whole=reading.whole,
        file=file,
        file_sha256=file_sha256,
    )


_EACH_KEPT = ("alias", "announcement", "deprecated", "issue")
_EXAMPLES = 5


def grouped_notices(reading: Reading) -> list[dict[str, Any]]:
    """Notices as JSON: those that say something of a model each, the skipped ones once per reason with a count."""
    each = [notice.as_json() for notice in reading.notices if notice.notice.value in _EACH_KEPT]
    counted: dict[tuple[str, str], dict[str, Any]] = {}
    for notice in reading.notices:
        if notice.notice.value in _EACH_KEPT:
            continue
        group = counted.setdefault((notice.notice.value, notice.text), {**notice.as_json(), "count": 0, "labels": []})
        group["count"] += 1
        if len(group["labels"]) < _EXAMPLES:
            group["labels"].append(notice.label)
    return each + list(counted.values())


def document_bytes(data_dir: Path, located: Located) -> bytes:
    """The decoded document of a capture, read back from its segment."""
    if located.segment is None or located.offset is None:
        raise DocumentShapeError(f"{located.url}: the document is not held here (shipped sample)")
    return decode(read_payload(data_dir, located.segment, located.offset), located.decoding)


def _content_coding(headers: Sequence[tuple[str, str]]) -> str:
    for name, value in headers:
        if name.lower() == "content-encoding":
            return value.strip().lower()
    return "identity"


# -- recovery
def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def recover(ledger: Ledger, data_dir: Path, known: dict[str, SourceFacts]) -> list[str]:
    """End what died: abandoned segments are mended and their captures kept; runs of dead workers end as interrupted.

    An interrupted run never withdraws and never confirms; its slot is run again as a further attempt.
    """
    ended = []
    for path in abandoned(data_dir / "segments"):
        records = read_segment(path)
        mended = mend(path)
        run = ledger.knows_run(mended.name.removesuffix(".warc.gz"))
        if run is not None and not ledger.ended(run.run):
            captures = [
                _recovered(record, run, mended.name) for record in records if record.kind not in ("warcinfo", "request")
            ]
            _end(ledger, run, captures, known)
            ended.append(run.run)
    for run in ledger.open_runs():
        if not _alive(ledger.worker_of(run.run)) and not (data_dir / "segments" / f"{run.run}.warc.gz.open").exists():
            closed = data_dir / "segments" / f"{run.run}.warc.gz"
            records = read_segment(closed) if closed.exists() else []
            captures = [
                _recovered(record, run, closed.name) for record in records if record.kind not in ("warcinfo", "request")
            ]
            _end(ledger, run, captures, known)
            ended.append(run.run)
    return ended


def _end(ledger: Ledger, run: Run, captures: list[Capture], known: dict[str, SourceFacts]) -> None:
    facts = known.get(run.source)
    if facts is None:
        return
    ledger.commit(
        run,
        verdict=RunVerdict.INTERRUPTED,
        captures=captures,
        parses=[],
        issues=[],
        facts=facts,
        ended_at=datetime.now(UTC),
        detail={"recovered": len(captures)},
    )


def _recovered(record: Record, run: Run, segment: str) -> Capture:
    """A capture as its record tells it; what only the index knew (the certificate) is lost and not invented."""
    warc = record.warc
    observed = record.kind == "metadata"
    refers = warc.get("WARC-Payload-Digest", "").removeprefix("sha256:") if record.kind == "revisit" else None
    payload = None if observed or not record.payload else hashlib.sha256(record.payload).hexdigest()
    return Capture(
        source=run.source,
        url=warc[_URL],
        final_url=warc[_URL] if warc[_URL].startswith("pkg:") else warc["WARC-Target-URI"],
        captured_at=parse_instant(warc["WARC-Date"]),
        as_of=parse_instant(warc[_AS_OF]) if _AS_OF in warc else None,
        status=None if observed else record.status,
        observation=record.payload.decode() if observed else None,
        request_range=warc.get(_RANGE),
        headers=record.headers,
        payload_sha256=refers or payload,
        record_sha256=record.record_sha256,
        confirms=refers,
        size=0 if observed else len(record.payload),
        truncated=_FLAGS in warc,
        decoding=warc[_DECODING],
        segment=segment,
        offset=record.offset,
        spider_version=1,
    )


def _alive(worker: str) -> bool:
    """Whether a worker of this host still runs; another host's is left alone."""
    host, _, pid = worker.rpartition(":")
    if host != socket.gethostname():
        return True
    if int(pid) == os.getpid():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
