"""Crawls and back-fills: what to fetch, what to believe, when to commit.

A crawl is one run. A back-fill is one run per archived copy, committed before the next is fetched: whatever ends it,
the same command goes on where it stopped.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawlers import rendering
from crawlers.archive import Ledger, Recorder, begin, document_of, last_document, note_missing_key, rows_of
from crawlers.base import Contents, SourceSpider
from crawlers.document import Document
from crawlers.engine import Adapter, Fetcher, FetchError, run, why_unread
from crawlers.keys import key_of
from crawlers.packages import MissingMemberError, PackageReader, Release, newest, thinned
from crawlers.report import Look, agree, judge, new_sentences
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.instants import instant_text
from pipeline.domain.vocabulary import IssueKind, RunKind, RunVerdict

PACKAGE_DELAY = 0.1
"""Seconds between requests to a package index: made for programs, and a release is three small requests."""
AGREEING = 2
"""Quarantined looks that a further one must agree with to be believed, and they with it (DESIGN 3)."""
IN_FORCE = (RunVerdict.CHANGED, RunVerdict.UNCHANGED)
Progress = Callable[[int, int, str], None]


@dataclass(slots=True, kw_only=True)
class Report:
    """What a run did, for the person who asked and for the exit code."""

    source: str
    verdict: RunVerdict
    documents: int = 0
    rows: int = 0
    notices: int = 0
    issues: list[str] = field(default_factory=list)
    seconds: float = 0.0
    retry_at: datetime | None = None

    @property
    def exit_code(self) -> int:
        if self.verdict in IN_FORCE:
            return 3 if self.issues else 0
        return 3 if self.verdict in (RunVerdict.QUARANTINED, RunVerdict.BLIND, RunVerdict.NEEDS_KEY) else 1


def crawl(ledger: Ledger, data_dir: Path, spider: SourceSpider, due: datetime, kind: RunKind) -> Report | None:
    """One look at a source; None where the slot is done already."""
    if spider.needs_key and key_of(spider) is None:
        noted = note_missing_key(ledger, data_dir, spider, due, kind)
        return None if noted is None else Report(source=spider.name, verdict=RunVerdict.NEEDS_KEY)
    recorder = begin(ledger, data_dir, spider, due, kind)
    if recorder is None:
        return None
    reports: list[Report] = []

    async def job(adapter: Adapter) -> None:
        reports.append(await one_run(recorder, spider, _documents(adapter, recorder, spider)))

    if spider.rendered:
        rendering.leave_limit()
    run(job, **_overrides(spider))
    return reports[0]


def _documents(adapter: Adapter, recorder: Recorder, spider: SourceSpider) -> Any:
    fetcher, lacking = Fetcher(adapter, recorder, spider), rendering.missing(spider)
    if lacking is not None:
        return _without_browser(lacking)
    return newest(PackageReader(adapter, fetcher, spider), recorder) if spider.package else spider.documents(fetcher)


async def _without_browser(lacking: str) -> AsyncIterator[None]:
    """The documents of a source that cannot be opened here."""
    if lacking:
        raise FetchError(lacking)
    yield


def backfill_packages(
    ledger: Ledger,
    data_dir: Path,
    spider: SourceSpider,
    *,
    every: timedelta,
    since: datetime | None,
    limit: int | None,
    progress: Progress,
) -> list[Report]:
    """Read the releases of a packaged source that were not read yet, oldest first."""
    reports: list[Report] = []

    async def job(adapter: Adapter) -> None:
        wanted = await _listed(ledger, data_dir, adapter, spider, every=every, since=since)
        missing = [
            release for release in wanted if not ledger.is_done(spider.name, release.published_at, RunKind.BACKFILL)
        ]
        for number, release in enumerate(missing[:limit], start=1):
            progress(number - 1, len(missing[:limit]), str(release.version))
            recorder = begin(ledger, data_dir, spider, release.published_at, RunKind.BACKFILL)
            if recorder is None:
                continue
            reader = PackageReader(adapter, Fetcher(adapter, recorder, spider), spider)
            report = await one_run(recorder, spider, _release(reader, release))
            reports.append(report)
            if report.retry_at is not None or gave_up(reports):
                break
        progress(len(missing[:limit]), len(missing[:limit]), "")

    run(job, **_overrides(spider))
    return reports


def gave_up(reports: Sequence[Report]) -> bool:
    """The last fetches all failed: whoever is asked is not there. The same command goes on later."""
    return len(reports) >= 3 and all(report.verdict is RunVerdict.FAILED_FETCH for report in reports[-3:])


async def _listed(
    ledger: Ledger, data_dir: Path, adapter: Adapter, spider: SourceSpider, *, every: timedelta, since: datetime | None
) -> list[Release]:
    """The look at what releases there are is a run of its own: it read and confirmed no price."""
    recorder = begin(ledger, data_dir, spider, datetime.now(UTC), RunKind.BACKFILL)
    if recorder is None:
        return []
    reader = PackageReader(adapter, Fetcher(adapter, recorder, spider), spider)
    try:
        found = await reader.releases()
    except FetchError as error:
        recorder.commit(RunVerdict.FAILED_FETCH, _why(recorder, spider, error))
        raise
    except DocumentShapeError as error:
        recorder.issue(IssueKind.DOCUMENT_SHAPE, spider.name, "document", str(error))
        recorder.commit(RunVerdict.FAILED_PARSE, {"error": str(error)})
        raise
    recorder.commit(RunVerdict.LISTED, {"releases": len(found), **reader.left_out})
    return thinned(found, every=every, since=since)


async def _release(reader: PackageReader, release: Release) -> Any:
    yield await reader.document(release)


async def one_run(recorder: Recorder, spider: SourceSpider, documents: Any) -> Report:
    """Fetch and read everything of one run, judge it as a whole, commit it."""
    begun = datetime.now(UTC)
    report = Report(source=spider.name, verdict=RunVerdict.UNCHANGED)
    detail: dict[str, Any] = {}
    released: list[str] = []
    try:
        looks, confirmed = await _looks(recorder, spider, documents, report)
        if looks:
            judged = judge(spider, looks, confirmed=confirmed)
            recorder.issues += judged.issues
            report.verdict = judged.verdict
            _note_unconfirmed(recorder, looks[0])
            if judged.verdict is RunVerdict.QUARANTINED and (released := _agreed(recorder, looks)):
                report.verdict, detail["agrees_with"] = RunVerdict.CHANGED, released
    except MissingMemberError as error:
        report.verdict, detail["missing"] = RunVerdict.LISTED, str(error)
    except FetchError as error:
        report.verdict, report.retry_at = RunVerdict.FAILED_FETCH, error.retry_at
        detail |= _why(recorder, spider, error)
    except DocumentShapeError as error:
        report.verdict, detail["error"] = RunVerdict.FAILED_PARSE, str(error)
        kind, text = why_unread(last_document(recorder), error)
        recorder.issue(kind, spider.name, "document", text)
    report.issues = [f"{issue.kind}: {issue.subject}: {issue.text}" for issue in recorder.issues]
    report.seconds = (datetime.now(UTC) - begun).total_seconds()
    recorder.commit(report.verdict, {**detail, "seconds": round(report.seconds, 3)})
    recorder.release(released)
    return report


def _note_unconfirmed(recorder: Recorder, look: Look) -> None:
    """A live document of a layout that nobody had seen: a person compares the two before anything rests on it."""
    spider = recorder.spider
    if spider.confirmed or recorder.run.kind is RunKind.BACKFILL:
        return
    text = (
        f"Its reading was made without a real document, and now there is one ({look.reading.rows:,} read): compare "
        "them, then set `confirmed` in its spider. Until then it confirms nothing and raises no flag."
    )
    recorder.issue(IssueKind.UNCONFIRMED_SOURCE, spider.name, "layout", text)


def _why(recorder: Recorder, spider: SourceSpider, error: FetchError) -> dict[str, Any]:
    """The issue of a fetch that brought nothing, and what of it the next look goes by."""
    recorder.issue(error.kind, spider.name, "fetch", str(error))
    if error.retry_at is None:
        return {"error": str(error)}
    return {"error": str(error), "retry_at": instant_text(error.retry_at.replace(microsecond=0))}


async def _looks(recorder: Recorder, spider: SourceSpider, documents: Any, report: Report) -> tuple[list[Look], int]:
    """What each new document states beside what was believed of it, and the rows of those that did not change."""
    looks: list[Look] = []
    confirmed = 0
    async for document in documents:
        report.documents += 1
        last = recorder.captures[-1]
        if document is None:
            known = recorder.ledger.parse_of(last.confirms or "", spider.name, spider.version)
            confirmed += known.rows if known else 0
            continue
        if last.payload_sha256 is None:
            raise DocumentShapeError(f"{document.url}: the document has no payload")
        reading = spider.read(document)
        looks.append(_look(recorder, spider, document, reading, last.payload_sha256))
        recorder.keep(last.payload_sha256, reading)
        report.rows += reading.rows
        report.notices += len(reading.notices)
    if not report.documents:
        raise FetchError(f"{spider.name}: no document was named")
    return looks, confirmed


def _look(recorder: Recorder, spider: SourceSpider, document: Document, reading: Contents, payload_sha256: str) -> Look:
    # An archived copy is older than what is in force: the two are not compared.
    if recorder.run.kind is RunKind.BACKFILL:
        return Look(url=document.url, reading=reading)
    in_force = recorder.ledger.in_force(spider.name, document.url if spider.is_several() else None)
    if in_force is None or in_force == payload_sha256:
        return Look(url=document.url, reading=reading, same=in_force is not None)
    old = document_of(recorder, in_force) if spider.terms else None
    terms = new_sentences(document.prose(spider.terms), old.prose(spider.terms)) if spider.terms and old else ()
    return Look(url=document.url, reading=reading, before=rows_of(recorder, in_force), terms=terms)


def _agreed(recorder: Recorder, looks: Sequence[Look]) -> list[str]:
    """The two quarantined looks before this one, where both state what it states: three in a row are believed."""
    held_back = list(recorder.ledger.held_back(recorder.spider.name).items())[:AGREEING]
    agreeing = [run for run, payloads in held_back if agree([_beside(recorder, look, payloads) for look in looks])]
    return agreeing if len(agreeing) == AGREEING else []


def _beside(recorder: Recorder, look: Look, payloads: dict[str, str]) -> Look:
    """The same document beside what another run read of it."""
    other = payloads.get(look.url) if recorder.spider.is_several() else next(iter(payloads.values()))
    return replace(look, before=rows_of(recorder, other or ""))


def _overrides(spider: SourceSpider) -> dict[str, Any]:
    size = {**({"DOWNLOAD_MAXSIZE": spider.largest} if spider.largest else {}), **rendering.overrides(spider)}
    return {**size, "DOWNLOAD_DELAY": PACKAGE_DELAY} if spider.package else size
