"""Three downloader middlewares: robots.txt is obeyed whatever happens to it, every fetch leaves evidence, no key does.

Request meta: `recorder` (an `archive.Recorder`) and `about` (an `archive.Fetched`); a request without them (robots.txt)
is recorded under its own address by the recorder of the crawl.
"""

from typing import Any

from scrapy import Request, signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from crawlers.archive import Fetched, Peer, Recorder
from crawlers.keys import header_value, in_address, key_of, repeats, same_origin

REFUSED = "robots.txt"


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, with two holes closed.

    Of several requests that wait for one robots.txt, 2.19 lets all but the first pass; and it takes a robots.txt that
    was refused, timed out or answered 5xx for permission. RFC 9309 (2.3.1.3, 2.3.1.4): 4xx allows, unreachable forbids.
    """

    async def robot_parser(self, request: Request) -> RobotParser:
        await super().robot_parser(request)
        found = self._parsers[_netloc(request)]
        if not isinstance(found, RobotParser):
            raise IgnoreRequest(f"{REFUSED} of {_netloc(request)} could not be read: nothing is fetched from there")
        return found

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            raise IgnoreRequest(f"{REFUSED} of {netloc} answered {response.status}")
        body = response.body if response.status == 200 else b""
        await super()._parse_robots(response.replace(body=body), netloc, request)


class KeyMiddleware:
    """Sends a source's key to the origin that the source declares, and to no other: not after a redirect either."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> "KeyMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        spider = self._crawler.spider.recorder.spider
        key = key_of(spider)
        if key is None:
            return
        if in_address(key, request.url):
            raise IgnoreRequest("an address holds the key: it is not asked for, since the archive would keep it")
        about = request.meta.get("about")
        if isinstance(about, Fetched) and same_origin(request.url, about.url):
            request.headers[spider.key_header] = header_value(spider.key_header, key)
        else:
            request.headers.pop(spider.key_header, None)


class EvidenceMiddleware:
    """Nearest the wire: writes each response, and each fetch without one, before anybody reads it."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> "EvidenceMiddleware":
        made = cls(crawler)
        crawler.signals.connect(made.headers_received, signal=signals.headers_received)
        return made

    def headers_received(self, body_length: int, request: Request) -> None:
        """The size that was announced, for the observation of a body that is too large."""
        request.meta["announced"] = body_length

    async def process_response(self, request: Request, response: Response) -> Response:
        recorder = self._recorder()
        key = key_of(recorder.spider)
        if key is not None and repeats(key, response.body, _pairs(response.headers)):
            what = f"the answer (status {response.status}) repeats the key that it was asked with: it is not kept"
            recorder.observation(_about(request), uri=request.url, what=what)
            raise IgnoreRequest(what)
        recorder.response(
            _about(request),
            uri=response.url,
            status=response.status,
            headers=_pairs(response.headers),
            payload=response.body,
            request_headers=_pairs(request.headers),
            truncated="dataloss" in response.flags,
            peer=_peer(response),
        )
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, IgnoreRequest):
            return
        announced = request.meta.get("announced")
        size = f"; {announced:,} bytes were announced" if isinstance(announced, int) and announced > 0 else ""
        limit = self._crawler.settings.getint("DOWNLOAD_MAXSIZE")
        said = str(exception) or f"at most {limit:,} bytes of a document are taken"
        what = f"{type(exception).__name__}: {said}{size}"
        self._recorder().observation(_about(request), uri=request.url, what=what)

    def _recorder(self) -> Recorder:
        recorder: Recorder = self._crawler.spider.recorder
        return recorder


def _about(request: Request) -> Fetched:
    """A hop of a redirect and robots.txt speak for themselves; the rest for the document that was asked for."""
    about = request.meta.get("about")
    return about if isinstance(about, Fetched) else Fetched(url=request.url)


def _pairs(headers: Any) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]


def _peer(response: Response) -> Peer:
    certificate, address = response.certificate, response.ip_address
    return Peer(
        address=None if address is None else str(address),
        certificate=None if certificate is None else certificate.dump(),
    )


def _netloc(request: Request) -> str:
    return str(request.url).split("/")[2]
