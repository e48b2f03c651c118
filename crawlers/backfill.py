"""Crawls and back-fills: what to fetch, what to believe, when to commit.

A crawl is one run. A back-fill is one run per archived copy, committed before the next is fetched: whatever ends it,
the same command goes on where it stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawlers.archive import Ledger, Recorder, begin, rows_before
from crawlers.base import SourceSpider
from crawlers.document import Document
from crawlers.engine import Adapter, Fetcher, FetchError, run, why_unread
from crawlers.packages import MissingMemberError, PackageReader, Release, newest, thinned
from crawlers.report import judge
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.instants import instant_text
from pipeline.domain.vocabulary import RunKind, RunVerdict

PACKAGE_DELAY = 0.1
"""Seconds between requests to a package index: made for programs, and a release is three small requests."""
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

    @property
    def exit_code(self) -> int:
        if self.verdict in IN_FORCE:
            return 3 if self.issues else 0
        return 3 if self.verdict in (RunVerdict.QUARANTINED, RunVerdict.BLIND) else 1


def crawl(ledger: Ledger, data_dir: Path, spider: SourceSpider, due: datetime, kind: RunKind) -> Report | None:
    """One look at a source; None where the slot is done already."""
    recorder = begin(ledger, data_dir, spider, due, kind)
    if recorder is None:
        return None
    reports: list[Report] = []

    async def job(adapter: Adapter) -> None:
        fetcher = Fetcher(adapter, recorder, spider)
        documents = (
            newest(PackageReader(adapter, fetcher, spider), recorder) if spider.package else spider.documents(fetcher)
        )
        reports.append(await _one_run(recorder, spider, documents))

    run(job, **_overrides(spider))
    return reports[0]


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
            reports.append(await _one_run(recorder, spider, _release(reader, release)))
        progress(len(missing[:limit]), len(missing[:limit]), "")

    run(job, **_overrides(spider))
    return reports


async def _listed(
    ledger: Ledger, data_dir: Path, adapter: Adapter, spider: SourceSpider, *, every: timedelta, since: datetime | None
) -> list[Release]:
    """The look at what releases there are is a run of its own: it read and confirmed no price."""
    recorder = begin(ledger, data_dir, spider, datetime.now(UTC), RunKind.BACKFILL)
    if recorder is None:
        return []
    try:
        found = await PackageReader(adapter, Fetcher(adapter, recorder, spider), spider).releases()
    except (FetchError, DocumentShapeError) as error:
        recorder.commit(RunVerdict.FAILED_FETCH, {"error": str(error)})
        raise
    recorder.commit(RunVerdict.LISTED, {"releases": len(found)})
    return thinned(found, every=every, since=since)


async def _release(reader: PackageReader, release: Release) -> Any:
    yield await reader.document(release)


async def _one_run(recorder: Recorder, spider: SourceSpider, documents: Any) -> Report:
    """Fetch and read everything of one run, judge it, commit it."""
    begun = datetime.now(UTC)
    report = Report(source=spider.name, verdict=RunVerdict.UNCHANGED)
    detail: dict[str, Any] = {}
    try:
        async for document in documents:
            report.documents += 1
            if document is not None:
                _read(recorder, spider, document, report)
        if report.documents == 0:
            report.verdict = RunVerdict.FAILED_FETCH
    except MissingMemberError as error:
        report.verdict, detail["missing"] = RunVerdict.LISTED, str(error)
    except FetchError as error:
        report.verdict, detail["error"] = RunVerdict.FAILED_FETCH, str(error)
        recorder.issue(error.kind, spider.name, "fetch", str(error))
        if error.retry_at is not None:
            detail["retry_at"] = instant_text(error.retry_at.replace(microsecond=0))
    except DocumentShapeError as error:
        report.verdict, detail["error"] = RunVerdict.FAILED_PARSE, str(error)
        kind, text = why_unread(Document(body=recorder.payload, url=spider.name), error)
        recorder.issue(kind, spider.name, "document", text)
    report.issues = [f"{issue.kind}: {issue.subject}: {issue.text}" for issue in recorder.issues]
    report.seconds = (datetime.now(UTC) - begun).total_seconds()
    recorder.commit(report.verdict, {**detail, "seconds": round(report.seconds, 3)})
    return report


_WORST = (RunVerdict.UNCHANGED, RunVerdict.CHANGED, RunVerdict.QUARANTINED, RunVerdict.BLIND)


def _read(recorder: Recorder, spider: SourceSpider, document: Document, report: Report) -> None:
    reading = spider.read(document)
    last = recorder.captures[-1]
    if last.payload_sha256 is None:
        raise DocumentShapeError(f"{document.url}: the document has no payload")
    # An archived copy is older than what is in force: the two are not compared.
    before = None if recorder.run.kind is RunKind.BACKFILL else rows_before(recorder)
    judged = judge(spider, reading, before, document.url)
    recorder.issues += judged.issues
    recorder.keep(last.payload_sha256, reading)
    report.rows += reading.rows
    report.notices += len(reading.notices)
    report.verdict = max(report.verdict, judged.verdict, key=_WORST.index)


def _overrides(spider: SourceSpider) -> dict[str, Any]:
    return {"DOWNLOAD_DELAY": PACKAGE_DELAY} if spider.package else {}
