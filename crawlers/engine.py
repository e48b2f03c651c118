"""One crawl as one sequential coroutine: a job that fetches through Scrapy's engine, with evidence of every fetch.

Scrapy swallows what a spider raises and ends well all the same; here the job's error is kept and raised again after the
process has ended, so that an exit code can be honest.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings

from crawlers import settings as ours
from crawlers.archive import Fetched, Recorder, decode
from crawlers.base import SourceSpider
from crawlers.document import Document
from crawlers.report import blocked
from pipeline.domain.errors import DocumentShapeError, UndercutError
from pipeline.domain.vocabulary import IssueKind

_TOO_MANY = (429, 503)


class FetchError(UndercutError):
    """No document came; `retry_at` is what the server asked for, where it asked."""

    def __init__(
        self, reason: str, *, kind: IssueKind = IssueKind.FETCH_FAILED, retry_at: datetime | None = None
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.retry_at = retry_at


class Adapter(scrapy.Spider):
    """Runs a job within Scrapy. `recorder` is where the evidence of the moment goes."""

    name = "undercut"

    def __init__(self, job: Callable[["Adapter"], Awaitable[None]]) -> None:
        super().__init__()
        self.job = job
        self.recorder: Recorder | None = None
        self.error: BaseException | None = None

    async def start(self) -> Any:
        try:
            await self.job(self)
        except Exception as error:  # noqa: BLE001  # kept, and raised again once Scrapy has ended
            self.error = error
        requests: tuple[scrapy.Request, ...] = ()
        for request in requests:  # Scrapy wants an asynchronous generator; the job has made its requests itself
            yield request

    async def download(self, request: scrapy.Request) -> Response:
        """One response, or FetchError; its evidence is written before this returns."""
        engine = self.crawler.engine
        if engine is None:
            raise UndercutError("the crawl has not begun")
        try:
            response: Response = await engine.download_async(request)
        except IgnoreRequest as error:
            kind = IssueKind.TOO_LARGE if "DOWNLOAD_MAXSIZE" in str(error) else IssueKind.FETCH_FAILED
            raise FetchError(str(error) or "refused by robots.txt", kind=kind) from error
        except Exception as error:
            if not type(error).__module__.startswith(("scrapy.", "twisted.", "playwright.")):
                raise
            kind = IssueKind.TOO_LARGE if isinstance(error, DownloadCancelledError) else IssueKind.FETCH_FAILED
            said = str(error) or f"at most {self.crawler.settings.getint('DOWNLOAD_MAXSIZE'):,} bytes are taken"
            raise FetchError(f"{request.url}: {type(error).__name__}: {said}", kind=kind) from error
        return response


def run(job: Callable[[Adapter], Awaitable[None]], **overrides: Any) -> None:
    """Run a job in this process (once: Scrapy's reactor does not start twice); raises what the job raised."""
    settings = Settings()
    settings.setmodule(ours)
    settings.setdict(overrides, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    # What became of robots.txt is an observation of the run; Scrapy would print its stack as well.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)
    made: list[Adapter] = []

    async def kept(adapter: Adapter) -> None:
        made.append(adapter)
        await job(adapter)

    process.crawl(Adapter, job=kept)
    process.start()
    if not made:
        raise UndercutError("the crawl did not begin: see the log")
    if made[0].error is not None:
        raise made[0].error


class Fetcher:
    """What a spider's `documents(fetch)` is given: conditional requests, evidence, and the document where it is new."""

    def __init__(self, adapter: Adapter, recorder: Recorder, spider: SourceSpider) -> None:
        self._adapter = adapter
        self._recorder = recorder
        self._spider = spider
        adapter.recorder = recorder

    async def __call__(self, url: str, *, headers: dict[str, str] | None = None) -> Document | None:
        return await self.document(url, Fetched(url=url), headers=headers or {})

    async def document(
        self,
        url: str,
        about: Fetched,
        *,
        headers: dict[str, str],
        meta: dict[str, Any] | None = None,
        status: int = 200,
    ) -> Document | None:
        """The document at an address, or None where the one in force was confirmed (304, or the same bytes)."""
        recorder = self._recorder
        known = recorder.ledger.last_parsed(self._spider.name, about.url, self._spider.version)
        if known is not None and known.segment is None:
            known = None  # the shipped sample holds no bytes: ours are fetched once
        etag = next((value for name, value in known.headers if name.lower() == "etag"), None) if known else None
        etag = None if self._spider.rendered else etag  # that of the page speaks for its frame, not for its prices
        asked = {**headers, **({"If-None-Match": etag} if etag else {})}
        about = replace(about, known=known if etag else None)
        request = scrapy.Request(url, headers=asked, meta={**(meta or {}), "about": about}, dont_filter=True)
        response = await self._adapter.download(request)
        capture = recorder.captures[-1]
        if response.status == 304 and about.known is not None:
            return None
        self._refuse(response, status, url)
        if about.url == url and _elsewhere(url, response.url):
            raise FetchError(f"{url} leads to {response.url}, which is not the source that was declared")
        if known is not None and capture.payload_sha256 == known.payload_sha256:
            return None
        body = decode(recorder.payload, capture.decoding)
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return Document(body=body, url=about.url, captured_at=about.as_of or capture.captured_at, content_type=kind)

    def _refuse(self, response: Response, status: int, url: str) -> None:
        refuse(response, url, expected=status)
        if self._recorder.captures[-1].truncated:
            raise FetchError(f"{url}: the body ends early", kind=IssueKind.TRUNCATED)
        if not self._recorder.payload:
            raise FetchError(f"{url}: the body is empty")


def refuse(response: Response, what: str, *, expected: int) -> None:
    """FetchError for any other status; one that asks us to wait says until when."""
    if response.status in _TOO_MANY:
        raise FetchError(f"{what} answered {response.status}", retry_at=retry_at(response, datetime.now(UTC)))
    if response.status != expected:
        raise FetchError(f"{what} answered {response.status}, not {expected}")


def _elsewhere(asked: str, served: str) -> bool:
    """Served by another site, or no longer over TLS: whoever took over a name must not set a price."""
    there, here = urlsplit(served), urlsplit(asked)
    hosts = [(part.hostname or "").removeprefix("www.") for part in (there, here)]
    return hosts[0] != hosts[1] or (here.scheme, there.scheme) == ("https", "http")


def retry_at(response: Response, now: datetime) -> datetime | None:
    """When the server asks us to come again: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3)."""
    header = response.headers.get("Retry-After")
    return asked_until(header.decode("latin-1") if header else None, now)


def asked_until(header: str | None, now: datetime) -> datetime | None:
    """The instant that a `Retry-After` names; None where it names none."""
    text = (header or "").strip()
    if text.isdigit():
        return now + timedelta(seconds=min(int(text), 7 * 86_400))
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except ValueError:
        return None


def why_unread(document: Document, error: DocumentShapeError) -> tuple[IssueKind, str]:
    """A page that asks who we are is not a changed layout."""
    if blocked(document.body):
        return IssueKind.BLOCKED, "A page that asks who is there came in the place of the price list."
    return IssueKind.DOCUMENT_SHAPE, str(error)
