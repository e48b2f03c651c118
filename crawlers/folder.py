"""Documents that somebody else kept: a folder of copies, or one file that a person hands in.

Enters files; leaves captures like any other, read by the source's own parser, each with the instant that it speaks for
as `as_of`. All files of one instant are one run; a run that is done is skipped. A layout that the parser does not know
is an issue, never a guess.
"""

import asyncio
import csv
import fnmatch
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from crawlers.archive import Fetched, Ledger, Peer, Recorder, begin
from crawlers.backfill import Report, one_run
from crawlers.base import SourceSpider
from crawlers.document import Document, unwrap
from pipeline.domain.errors import InvalidValueError
from pipeline.domain.vocabulary import RunKind

_DAY = re.compile(r"(20\d\d-\d\d-\d\d)")
_INDEX = "INDEX.tsv"
_NOT_A_DOCUMENT = ("_manifest.json", "README.md", _INDEX)
_VERBATIM = "verbatim"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A copy: its file, the document that it is a copy of, and the instant it speaks for."""

    path: Path
    url: str
    as_of: datetime


def copies(folder: Path, spider: SourceSpider, match: str | None) -> list[Kept]:
    """The copies of a source's documents in a folder, oldest first.

    An `INDEX.tsv` with `path`, `source_url` and `capture_day` says what a file is; else the day stands in its path or
    the instant in its envelope. What the index calls reduced, transcribed or synthetic is no evidence and is taken only
    by name. `match` is a pattern of paths below the folder; without it the index decides, by the
    host and path of the source's addresses. InvalidValueError where nothing is found or a file has no date.
    """
    rows = list(_indexed(folder)) or [(path, "", "") for path in _files(folder)]
    wanted = [row for row in rows if _belongs(row[0].relative_to(folder).as_posix(), row[1], spider, match)]
    if not wanted:
        how = f"matches {match}" if match else f"is a copy of {spider.urls[0]}; --match PATTERN names the files"
        raise InvalidValueError(f"{folder}: no file {how}")
    kept = [Kept(path=path, url=_address(spider, url), as_of=_instant(path, folder, day)) for path, url, day in wanted]
    return sorted(kept, key=lambda copy: (copy.as_of, copy.path))


def backfill_folder(
    ledger: Ledger, data_dir: Path, spider: SourceSpider, found: Sequence[Kept], *, handed_in_by: str | None = None
) -> list[Report]:
    """Read copies that were not read yet, one run per instant, each committed before the next is begun."""
    reports = []
    for as_of in sorted({copy.as_of for copy in found}):
        if ledger.is_done(spider.name, as_of, RunKind.BACKFILL):
            continue
        recorder = begin(ledger, data_dir, spider, as_of, RunKind.BACKFILL)
        if recorder is not None:
            same = [copy for copy in found if copy.as_of == as_of]
            reports.append(asyncio.run(one_run(recorder, spider, _documents(recorder, same, handed_in_by))))
    return reports


def source_of(url: str, spiders: Iterable[SourceSpider]) -> SourceSpider:
    """The one source that reads this address; InvalidValueError where there is none, or several."""
    found = [spider for spider in spiders if any(_place(url) == _place(own) for own in spider.urls)]
    if len(found) != 1:
        names = ", ".join(spider.name for spider in found) or "no source"
        raise InvalidValueError(f"{url} is read by {names}: --source names the one that can read this document")
    return found[0]


async def _documents(recorder: Recorder, found: list[Kept], handed_in_by: str | None) -> AsyncIterator[Document]:
    for copy in found:
        body, _ = unwrap(copy.path.read_bytes())
        about = Fetched(url=copy.url, as_of=copy.as_of, handed_in_by=handed_in_by)
        recorder.response(
            about,
            uri=copy.url,
            status=200,
            headers=(),
            payload=body,
            request_headers=(),
            truncated=False,
            peer=Peer(address=None, certificate=None),
        )
        yield Document(body=body, url=copy.url, captured_at=copy.as_of)


def _indexed(folder: Path) -> Iterator[tuple[Path, str, str]]:
    index = folder / _INDEX
    if not index.is_file():
        return
    with index.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            path = folder / row["path"]
            whole = row.get("kind", _VERBATIM).lower().startswith(_VERBATIM)
            if path.is_file() and path.name not in _NOT_A_DOCUMENT:
                yield path, row["source_url"] if whole else "", row["capture_day"]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in _NOT_A_DOCUMENT)


def _belongs(path: str, url: str, spider: SourceSpider, match: str | None) -> bool:
    if match is not None:
        return fnmatch.fnmatch(path, match)
    named_by_the_source = type(spider).documents is not SourceSpider.documents
    return not named_by_the_source and any(_place(url) == _place(own) for own in spider.urls)


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url.split(" ")[0])
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/").removesuffix(".md"), parts.query


def _address(spider: SourceSpider, url: str) -> str:
    """The declared address that a copy is one of: what was served elsewhere is a copy of the source's only document."""
    same = [own for own in spider.urls if _place(own) == _place(url)]
    return same[0] if same else spider.urls[0]


def _instant(path: Path, folder: Path, day: str) -> datetime:
    """The envelope's instant; else the last second of the day, so that nothing is public before it was."""
    _, stamped = unwrap(path.read_bytes())
    if stamped is not None:
        return stamped
    named = _DAY.search(day) or _DAY.search(path.relative_to(folder).as_posix())
    if named is None:
        raise InvalidValueError(f"{path}: no date in its name, its envelope or {_INDEX}: when was it public?")
    return datetime.strptime(named[1], "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1) - _SECOND
