"""History from a web archive: the mementos of a source's documents, read by the parser that reads them today.

Enters the archive's list of what it holds of an address (a CDX index as JSON, or a TimeMap as link format); leaves one
run per memento, with its Memento-Datetime as `as_of`. What is fetched is the body as it was served, without the
archive's own banner (`id_`). Everything passes the evidence middleware like any other fetch; robots.txt is obeyed.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

from crawlers.archive import Fetched, Ledger, Recorder, begin, decode
from crawlers.backfill import Progress, Report, gave_up, one_run
from crawlers.base import SourceSpider
from crawlers.document import Document
from crawlers.engine import Adapter, Fetcher, FetchError, run
from pipeline.domain.errors import DocumentShapeError, InvalidValueError
from pipeline.domain.vocabulary import IssueKind, RunKind, RunVerdict

_STAMP = re.compile(r"/(\d{14})(?:id_)?/")
_LINK = re.compile(r"<([^>]+)>\s*;([^<]*?)(?=,\s*<|\s*$)", re.S)
_ASKED = "output=json&fl=timestamp,original&filter=statuscode:200&collapse=digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Memento:
    """One archived copy: the address it is a copy of, the archive's address of its bytes, and its instant."""

    url: str
    address: str
    as_of: datetime


def listed(body: bytes, archive: str, url: str) -> list[Memento]:
    """The mementos that a CDX answer or a TimeMap names, oldest first; DocumentShapeError for anything else."""
    text = body.decode("utf-8", errors="replace").strip()
    stamps = _cdx(text) if text.startswith("[") else _timemap(text)
    made = [Memento(url=url, address=f"{archive}/web/{stamp}id_/{url}", as_of=_instant(stamp)) for stamp in stamps]
    return sorted(made, key=lambda memento: memento.as_of)


def thinned(mementos: Sequence[Memento], *, every: timedelta, since: datetime | None) -> list[Memento]:
    """Mementos at least `every` apart, and the newest."""
    kept: list[Memento] = []
    for memento in mementos:
        if since is not None and memento.as_of < since:
            continue
        if not kept or memento.as_of - kept[-1].as_of >= every or memento is mementos[-1]:
            kept.append(memento)
    return kept


def backfill_mementos(
    ledger: Ledger,
    data_dir: Path,
    spider: SourceSpider,
    *,
    archive: str,
    every: timedelta,
    since: datetime | None,
    limit: int | None,
    progress: Progress,
) -> list[Report]:
    """Read the mementos that were not read yet, oldest first, each run committed before the next is fetched."""
    if spider.is_several():
        raise InvalidValueError(f"{spider.name} reads several documents at once: hand its copies in as a folder")
    reports: list[Report] = []

    async def job(adapter: Adapter) -> None:
        held = await _held(ledger, data_dir, adapter, spider, archive)
        wanted = [memento for url in spider.urls for memento in thinned(held[url], every=every, since=since)]
        missing = [memento for memento in wanted if not ledger.is_done(spider.name, memento.as_of, RunKind.BACKFILL)]
        for number, memento in enumerate(missing[:limit], start=1):
            progress(number - 1, len(missing[:limit]), f"{memento.as_of:%Y-%m-%d}")
            recorder = begin(ledger, data_dir, spider, memento.as_of, RunKind.BACKFILL)
            if recorder is None:
                continue
            fetcher = Fetcher(adapter, recorder, spider)
            reports.append(await one_run(recorder, spider, _document(fetcher, recorder, memento)))
            if reports[-1].retry_at is not None or gave_up(reports):
                break
        progress(len(missing[:limit]), len(missing[:limit]), "")

    run(job)
    return reports


async def _held(
    ledger: Ledger, data_dir: Path, adapter: Adapter, spider: SourceSpider, archive: str
) -> dict[str, list[Memento]]:
    """What the archive holds of each address: a run of its own, which read and confirmed no price."""
    recorder = begin(ledger, data_dir, spider, datetime.now(UTC), RunKind.BACKFILL)
    if recorder is None:
        return {url: [] for url in spider.urls}
    fetcher = Fetcher(adapter, recorder, spider)
    held: dict[str, list[Memento]] = {}
    try:
        for url in spider.urls:
            address = f"{archive}/cdx/search/cdx?url={quote(url, safe='')}&{_ASKED}"
            await fetcher.document(address, Fetched(url=address), headers={})
            held[url] = listed(decode(recorder.payload, recorder.captures[-1].decoding), archive, url)
    except FetchError as error:
        recorder.issue(error.kind, spider.name, "fetch", str(error))
        recorder.commit(RunVerdict.FAILED_FETCH, {"error": str(error)})
        raise
    except DocumentShapeError as error:
        recorder.issue(IssueKind.DOCUMENT_SHAPE, spider.name, "list of mementos", str(error))
        recorder.commit(RunVerdict.FAILED_PARSE, {"error": str(error)})
        raise
    recorder.commit(RunVerdict.LISTED, {"mementos": sum(len(mementos) for mementos in held.values())})
    return held


async def _document(fetcher: Fetcher, recorder: Recorder, memento: Memento) -> AsyncIterator[Document | None]:
    about = Fetched(url=memento.url, as_of=memento.as_of)
    document = await fetcher.document(memento.address, about, headers={})
    said = next((value for name, value in recorder.captures[-1].headers if name.lower() == "memento-datetime"), None)
    if said is None or _stated(said) != memento.as_of:
        raise FetchError(f"{memento.address} answered with the copy of {said or 'no stated instant'}")
    yield document


def _stated(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None


def _cdx(text: str) -> list[str]:
    try:
        rows = json.loads(text)
        place = rows[0].index("timestamp") if rows else 0
        return [str(row[place]) for row in rows[1:]]
    except (ValueError, AttributeError, LookupError) as error:
        raise DocumentShapeError(f"the archive's index is not one: {text[:80]!r}") from error


def _timemap(text: str) -> list[str]:
    links = _LINK.findall(text)
    if text and not links:
        raise DocumentShapeError(f"the archive's list is no TimeMap: {text[:80]!r}")
    stamps = [_STAMP.search(address) for address, relation in links if "memento" in relation.split("datetime")[0]]
    return [stamp[1] for stamp in stamps if stamp is not None]


def _instant(stamp: str) -> datetime:
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise DocumentShapeError(f"the archive names a copy of {stamp!r}, which is no instant") from error
