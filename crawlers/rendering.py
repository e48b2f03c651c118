"""Pages whose prices a script writes: opened in Debian's chromium by scrapy-playwright, with evidence of every part.

Only for a spider that says `rendered = True`, where there is no data endpoint. What the servers sent is archived
response by response; the page as it stood once `ready` was there is a capture of its own (decoding `rendered`), and
that is what is parsed. Needs the extra `undercut[browser]` and a chromium on the machine.
"""

import importlib.util
import logging
import os
import resource
import shutil
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.archive import Fetched, Peer
from crawlers.base import SourceSpider
from pipeline.settings import settings

RENDERED, UNPACKED = "rendered", "unpacked"
"""Decodings: a page as a browser made it; a part of it whose content coding the browser undid."""
_HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
_NOT_NEEDED = ("image", "media", "font", "websocket", "eventsource", "manifest")
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing(spider: SourceSpider) -> str | None:
    """What a rendered source lacks on this machine, in words; None where it lacks nothing, or is not rendered."""
    if not spider.rendered:
        return None
    if importlib.util.find_spec("scrapy_playwright") is None:
        return f"{spider.name} is read with a browser: install undercut[browser]"
    if shutil.which(settings().chromium) is None:
        return f"{spider.name} is read with a browser: there is no {settings().chromium} on this machine"
    return None


def overrides(spider: SourceSpider) -> dict[str, Any]:
    """Scrapy's settings for a rendered source; none for any other, and none where the browser is missing."""
    if not spider.rendered or missing(spider) is not None:
        return {}
    logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)  # a part that was not needed is no warning
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()  # chromium refuses a sandbox to root
    return {
        "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER},
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": shutil.which(settings().chromium),
            "args": [*_FLAGS, *sandbox],
        },
        "PLAYWRIGHT_CONTEXTS": {"default": {"service_workers": "block", "accept_downloads": False}},
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": settings().download_timeout_seconds * 1000,
        "PLAYWRIGHT_ABORT_REQUEST": is_not_needed,
    }


def is_not_needed(request: Any) -> bool:
    """Whether a part of a page holds no price: pictures, fonts, sounds, sockets."""
    return request.resource_type in _NOT_NEEDED


def leave_limit() -> None:
    """A browser reserves far more address space than it uses and dies under our limit: it is started outside of it."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def keep_to_limit() -> None:
    """Once the browser runs, this process keeps to its own limit again."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    own = settings().crawl_memory_mib << 20
    resource.setrlimit(resource.RLIMIT_AS, (own if hard == resource.RLIM_INFINITY else min(own, hard), hard))


class RenderMiddleware:
    """Nearest the wire: hands a rendered source's documents to the browser and archives what it was served."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> "RenderMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        spider = self._crawler.spider.recorder.spider
        about = request.meta.get("about")
        if not spider.rendered or not isinstance(about, Fetched):
            return
        from scrapy_playwright.page import PageMethod

        about.decoding = RENDERED
        parts: list[Any] = []

        def served(part: Any) -> None:  # playwright hangs its own attribute on a handler: no bound method will do
            parts.append(part)

        request.meta.update(
            playwright=True,
            playwright_page_goto_kwargs={"wait_until": "domcontentloaded"},
            playwright_page_event_handlers={"response": served},
            playwright_page_methods=[PageMethod(partial(self._settled, spider, parts))],
        )

    async def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002  # Scrapy's names
        if "playwright" not in response.flags:
            return response
        keep_to_limit()
        headers = response.headers.copy()
        headers.pop("Content-Length", None)  # that of the page as it was served
        headers["Content-Type"] = "text/html; charset=utf-8"
        return response.replace(body=response.text.encode(), headers=headers, encoding="utf-8")

    async def _settled(self, spider: SourceSpider, parts: list[Any], page: Any) -> None:
        """Wait until the prices are there; every part that was served is archived, whether they came or not."""
        seconds = self._crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        try:
            await page.wait_for_selector(spider.ready, timeout=seconds * 1000, state="attached")
        finally:
            for part in parts:
                await self._keep(part)

    async def _keep(self, part: Any) -> None:
        from playwright.async_api import Error

        recorder = self._crawler.spider.recorder
        about = Fetched(url=part.url, decoding=UNPACKED)
        try:
            body, server = await part.body(), await part.server_addr()
        except Error as error:  # a redirect has no body
            recorder.observation(about, uri=part.url, what=f"status {part.status}, no body: {error.message[:200]}")
            return
        if len(body) > self._crawler.settings.getint("DOWNLOAD_MAXSIZE"):
            recorder.observation(about, uri=part.url, what=f"a part of the page has {len(body):,} bytes: not kept")
            return
        recorder.response(
            about,
            uri=part.url,
            status=part.status,
            headers=[(entry["name"], entry["value"]) for entry in await part.headers_array()],
            payload=body,
            request_headers=(),
            truncated=False,
            peer=Peer(address=(server or {}).get("ipAddress"), certificate=None),
        )
