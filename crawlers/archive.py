"""Captures, runs and readings into the store: the only door from the crawlers to it.

The order of writing is never another: a record is synced before anything reads the response; at the end the segment is
closed; then one transaction writes captures, chain lines, parses, issues and the run's end; only then is there an exit
code.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.base import Contents, SourceSpider, grouped
from crawlers.document import Document
from crawlers.worker import worker_name
from pipeline.domain.errors import DocumentShapeError, InvalidValueError
from pipeline.domain.instants import instant_text
from pipeline.domain.quote import Issue
from pipeline.domain.stated import Stated
from pipeline.domain.vocabulary import IssueKind, ReviewKind, RunKind, RunVerdict
from pipeline.settings import Settings
from pipeline.store import parses
from pipeline.store.decoding import decode
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Ledger
from pipeline.store.rows import Capture, Head, Located, Parse, Run
from pipeline.store.segments import Record, Segment, abandoned, mend, read_payload, read_segment

__all__ = [
    "AS_OF",
    "DECODING",
    "HANDED_IN",
    "PEER",
    "RANGE",
    "TRUNCATED",
    "URL",
    "Capture",
    "Fetched",
    "Ledger",
    "Located",
    "Parse",
    "Peer",
    "Record",
    "Recorder",
    "Run",
    "abandoned",
    "begin",
    "decode",
    "mend",
    "opened",
    "read_segment",
    "row_of",
]

ALLOWED_REQUEST_HEADERS = ("accept", "accept-encoding", "if-none-match", "range", "user-agent")
URL, AS_OF, DECODING, RANGE = "Undercut-Url", "Undercut-As-Of", "Undercut-Decoding", "Undercut-Range"
TRUNCATED, PEER, HANDED_IN = "Undercut-Truncated", "Undercut-Peer-SHA256", "Undercut-Handed-In-By"
"""Names of what a record says beside the standard's own: enough to make its row again."""


@dataclass(slots=True, kw_only=True)
class Fetched:
    """What a fetch is about, beyond its bytes: handed along in the request's meta."""

    url: str
    as_of: datetime | None = None
    decoding: str | None = None
    handed_in_by: str | None = None
    """Who gave us this document, where we did not fetch it ourselves."""
    known: Located | None = None
    """The capture whose ETag was sent: what a 304 confirms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who answered: address and certificate (DER), where the connection had them."""

    address: str | None
    certificate: bytes | None


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
        peer: Peer,
    ) -> Capture:
        """Write a response before anybody reads it: whole once per body and address, a revisit after that."""
        now = datetime.now(UTC)
        asked = {name.lower(): value for name, value in request_headers}
        decoding = about.decoding or _content_coding(headers)
        digest = hashlib.sha256(payload).hexdigest() if payload else None
        certificate = hashlib.sha256(peer.certificate).hexdigest() if peer.certificate else None
        extra = _extra(about, decoding, asked.get("range"))
        extra |= {TRUNCATED: "yes"} if truncated else {}
        extra |= {PEER: certificate} if certificate else {}
        extra |= {"WARC-IP-Address": peer.address} if peer.address else {}
        earlier = self._earlier(about, status, None if truncated else digest)
        facts: dict[str, Any] = {"uri": uri, "at": now, "status": status, "headers": headers, "extra": extra}
        if earlier is None:
            written = self.segment.response(**facts, payload=payload)
        else:
            seen = (earlier.final_url, earlier.captured_at)
            written = self.segment.revisit(**facts, refers_to=earlier.payload_sha256, seen=seen)
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
            confirms=None if earlier is None else earlier.payload_sha256,
            revisit=earlier is not None,
            peer_sha256=certificate,
            size=len(payload),
            truncated=truncated,
            handed_in_by=about.handed_in_by,
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
        written = self.segment.observation(uri=uri, at=now, text=what, extra=_extra(about, "identity", None))
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
    def confirm_by_list(self, page: int, payload_sha256: str) -> None:
        """A list of releases (the capture at that place of the run) names the document in force as the newest."""
        self.captures[page] = replace(self.captures[page], confirms=payload_sha256)

    def issue(self, kind: IssueKind, subject: str, place: str, text: str) -> None:
        self.issues.append(Issue(kind=kind, subject=subject, place=place, text=text))

    def keep(self, payload_sha256: str, reading: Contents) -> None:
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

    def release(self, runs: Sequence[str]) -> None:
        """Put quarantined runs in force that this one agrees with."""
        content = {"reason": f"the run {self.run.run} states the same", "agrees": self.run.run}
        for run in runs:
            self.ledger.add_review(ReviewKind.QUARANTINE_RELEASED, run, content, who="undercut", at=datetime.now(UTC))

    def _earlier(self, about: Fetched, status: int, digest: str | None) -> Located | None:
        """The capture that this response repeats: the one a 304 speaks of, or one of the same address and bytes."""
        if status == 304:
            return about.known
        return self.ledger.held(about.url, digest) if status in (200, 206) and digest is not None else None


def _extra(about: Fetched, decoding: str, asked: str | None) -> dict[str, str]:
    extra = {URL: about.url, DECODING: decoding}
    if about.as_of is not None:
        extra[AS_OF] = instant_text(about.as_of)
    if asked:
        extra[RANGE] = asked
    if about.handed_in_by is not None:
        extra[HANDED_IN] = about.handed_in_by
    return extra


def opened(settings: Settings) -> Ledger:
    """The ledger of the settings; a context manager."""
    return open_ledger(settings.ledger_url, settings.data_dir)


def row_of(item: Stated) -> dict[str, Any]:
    """One stated thing as a row of a parse."""
    return parses.row_of(item)


def rows_of(recorder: Recorder, payload_sha256: str) -> list[dict[str, Any]] | None:
    """The rows that this version of the source's spider read from a payload; None where it never did."""
    parse = recorder.ledger.parse_of(payload_sha256, recorder.spider.name, recorder.spider.version)
    return None if parse is None else parses.read_rows(recorder.data_dir, parse.file)


def last_document(recorder: Recorder) -> Document:
    """The document of the last response, for whoever must say why it could not be read."""
    body = recorder.payload
    with suppress(DocumentShapeError):
        body = decode(recorder.payload, recorder.captures[-1].decoding)
    return Document(body=body, url=recorder.captures[-1].url)


def document_of(recorder: Recorder, payload_sha256: str) -> Document | None:
    """The document of a payload as it was served; None where its bytes are not held."""
    located = recorder.ledger.locate(payload_sha256)
    if located is None or located.segment is None:
        return None
    return Document(body=document_bytes(recorder.data_dir, located), url=located.url)


def states_the_same(data_dir: Path, parse: Parse, reading: Contents) -> bool:
    """Whether a reading is the one that was written, row by row; a file that was lost is made again, to the byte."""
    if not (data_dir / parse.file).exists():
        again = parses.write(
            data_dir,
            payload_sha256=parse.payload_sha256,
            source=parse.source,
            spider_version=parse.spider_version,
            kind=parse.kind,
            items=reading.items,
        )
        return again == (parse.file, parse.file_sha256)
    return parses.read_rows(data_dir, parse.file) == [parses.row_of(item) for item in reading.items]


def begin(ledger: Ledger, data_dir: Path, spider: SourceSpider, due: datetime, kind: RunKind) -> Recorder | None:
    """Claim a slot and open its segment; None where the slot is done or somebody else's."""
    run = ledger.claim(spider.name, due, kind, now=datetime.now(UTC), worker=worker_name(data_dir))
    return None if run is None else Recorder(ledger=ledger, data_dir=data_dir, spider=spider, run=run)


def note_missing_key(ledger: Ledger, data_dir: Path, spider: SourceSpider, due: datetime, kind: RunKind) -> Run | None:
    """A slot in which nothing was fetched, since the source needs a key that is not there; None where it is done."""
    now = datetime.now(UTC)
    run = ledger.claim(spider.name, due, kind, now=now, worker=worker_name(data_dir))
    if run is not None:
        ledger.commit(
            run,
            verdict=RunVerdict.NEEDS_KEY,
            captures=[],
            parses=[],
            issues=[],
            facts=spider.facts(),
            ended_at=now,
            detail={"needs_key": spider.needs_key},
        )
    return run


def write_parse(data_dir: Path, spider: SourceSpider, payload_sha256: str, reading: Contents) -> Parse:
    """What a body states, on disk; an amount that no row can hold is DocumentShapeError."""
    try:
        file, file_sha256 = parses.write(
            data_dir,
            payload_sha256=payload_sha256,
            source=spider.name,
            spider_version=spider.version,
            kind=spider.kind.value,
            items=reading.items,
        )
    except InvalidValueError as error:
        raise DocumentShapeError(str(error)) from error
    return Parse(
        payload_sha256=payload_sha256,
        source=spider.name,
        spider_version=spider.version,
        kind=spider.kind.value,
        rows=reading.rows,
        notices=tuple(grouped(reading.notices)),
        whole=reading.whole,
        file=file,
        file_sha256=file_sha256,
    )


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
