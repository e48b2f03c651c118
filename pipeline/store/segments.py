"""Segments: the bytes as served, as WARC/1.1. *The segment is the truth of bytes, SQL is its index.*

One segment per run, `<run>.warc.gz.open` under a lock while it is written, `<run>.warc.gz` once it is closed. Each
record is one gzip member, synced before anything reads the response. Digests are SHA-256. Not kept, because Scrapy does
not hand them over: the status line's reason, the order of header names, the chunks of a chunked transfer; the
`warcinfo` record says so.
"""

import fcntl
import hashlib
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from pipeline.domain.instants import instant_text
from pipeline.store.sync import sync

OPEN = ".warc.gz.open"
CLOSED = ".warc.gz"
_NOT_KEPT = "reason phrase, order of header names, transfer coding: the HTTP client does not hand them over"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_CHUNK = 1 << 16
Headers = Sequence[tuple[str, str]]


class _Writer(WARCWriter):  # type: ignore[misc]
    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")  # warcio's own is SHA-1


@dataclass(frozen=True, slots=True)
class Written:
    """Where a record lies, and the SHA-256 of its gzip member."""

    offset: int
    record_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One whole record of a segment that was read back."""

    kind: str
    offset: int
    record_sha256: str
    warc: dict[str, str]
    status: int | None
    headers: tuple[tuple[str, str], ...]
    payload: bytes


class Segment:
    """A segment that is being written."""

    def __init__(self, folder: Path, run: str, about: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{run}{OPEN}"
        self._file = self.path.open("ab")
        fcntl.flock(self._file, fcntl.LOCK_EX)  # waits for nobody but a recovery that looks whether it is free
        sync(folder)
        self._writer = _Writer(self._file, gzip=True, warc_version="WARC/1.1")
        info = {"software": "undercut", "format": "WARC/1.1", **about, "not-kept": _NOT_KEPT}
        self._add(self._writer.create_warcinfo_record(self.path.name.removesuffix(".open"), info))

    @property
    def name(self) -> str:
        """Its name once closed."""
        return self.path.name.removesuffix(".open")

    def response(
        self, *, uri: str, at: datetime, status: int, headers: Headers, payload: bytes, extra: dict[str, str]
    ) -> Written:
        """A response with its payload as it came over the wire (content coding on)."""
        http = StatusAndHeaders(str(status), list(headers), protocol="HTTP/1.1")
        warc = {
            **extra,
            "WARC-Date": instant_text(at),
            "WARC-Payload-Digest": f"sha256:{hashlib.sha256(payload).hexdigest()}",
        }
        record = self._writer.create_warc_record(
            uri, "response", payload=io.BytesIO(payload), length=len(payload), http_headers=http, warc_headers_dict=warc
        )
        return self._add(record)

    def revisit(
        self,
        *,
        uri: str,
        at: datetime,
        status: int,
        headers: Headers,
        refers_to: str,
        seen: tuple[str, datetime],
        extra: dict[str, str],
    ) -> Written:
        """A response whose body is held already (identical bytes, or a 304); `seen` is where and when it was served."""
        http = StatusAndHeaders(str(status), list(headers), protocol="HTTP/1.1")
        record = self._writer.create_revisit_record(
            uri,
            f"sha256:{refers_to}",
            seen[0],
            instant_text(seen[1]),
            http_headers=http,
            warc_headers_dict={**extra, "WARC-Date": instant_text(at)},
        )
        if status == 304:
            record.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED)
        return self._add(record)

    def observation(self, *, uri: str, at: datetime, text: str, extra: dict[str, str]) -> Written:
        """A fetch that brought no response, and why."""
        content = text.encode()
        record = self._writer.create_warc_record(
            uri,
            "metadata",
            payload=io.BytesIO(content),
            length=len(content),
            warc_content_type="text/plain; charset=utf-8",
            warc_headers_dict={**extra, "WARC-Date": instant_text(at)},
        )
        return self._add(record)

    def request(self, *, uri: str, at: datetime, method: str, path: str, headers: Headers) -> None:
        """What was asked, reduced by the caller to headers that may be kept."""
        http = StatusAndHeaders(f"{method} {path} HTTP/1.1", list(headers), is_http_request=True)
        self._add(
            self._writer.create_warc_record(
                uri,
                "request",
                payload=io.BytesIO(b""),
                length=0,
                http_headers=http,
                warc_headers_dict={"WARC-Date": instant_text(at)},
            )
        )

    def close(self) -> None:
        """Sync, rename, sync the folder."""
        os.fsync(self._file.fileno())
        self.path.rename(self.path.with_name(self.name))
        sync(self.path.parent)
        self._file.close()

    def _add(self, record: Any) -> Written:
        offset = self._file.tell()
        self._writer.write_record(record)
        self._file.flush()
        os.fsync(self._file.fileno())
        with self.path.open("rb") as written:
            written.seek(offset)
            digest = hashlib.sha256(written.read()).hexdigest()
        return Written(offset=offset, record_sha256=digest)


def read_payload(data_dir: Path, segment: str, offset: int) -> bytes:
    """The payload of one record as it came over the wire."""
    folder = data_dir / "segments"
    path = folder / segment
    with (path if path.exists() else folder / f"{segment}.open").open("rb") as file:
        file.seek(offset)
        for record in ArchiveIterator(file, no_record_parse=False):
            payload: bytes = record.raw_stream.read()
            return payload
    raise EOFError(f"no record at {offset}")


def read_segment(path: Path) -> list[Record]:
    """Every whole record of a segment, in order; a torn tail is left out."""
    found = []
    for offset, member in _members(path):
        for record in ArchiveIterator(io.BytesIO(member)):
            http = record.http_headers
            status = http.get_statuscode() if record.rec_type in ("response", "revisit") else None
            found.append(
                Record(
                    kind=record.rec_type,
                    offset=offset,
                    record_sha256=hashlib.sha256(member).hexdigest(),
                    warc=dict(record.rec_headers.headers),
                    status=int(status) if status and status.isdigit() else None,
                    headers=tuple(http.headers) if http is not None else (),
                    payload=record.raw_stream.read(),
                )
            )
    return found


def abandoned(folder: Path) -> list[Path]:
    """Open segments that nobody holds: their writer died."""
    return [path for path in sorted(folder.glob(f"*{OPEN}")) if _is_free(path)]


def mend(path: Path) -> Path:
    """Cut an abandoned segment at its first torn record and close it; its new path."""
    whole = sum(len(member) for _, member in _members(path))
    with path.open("r+b") as file:
        file.truncate(whole)
        os.fsync(file.fileno())
    closed = path.with_name(path.name.removesuffix(".open"))
    path.rename(closed)
    sync(path.parent)
    return closed


def _members(path: Path) -> Iterator[tuple[int, bytes]]:
    """Whole gzip members with their offsets: warcio reads over a torn one without a word, zlib does not."""
    content = path.read_bytes()
    offset = 0
    while offset < len(content):
        unzip = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            position = offset
            while not unzip.eof and position < len(content):
                unzip.decompress(content[position : position + _CHUNK])
                position += _CHUNK
        except zlib.error:
            return
        if not unzip.eof:
            return
        end = min(position, len(content)) - len(unzip.unused_data)
        yield offset, content[offset:end]
        offset = end


def _is_free(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
