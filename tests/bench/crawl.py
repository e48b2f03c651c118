"""A whole crawl of every source from loopback, and every format's reading beside its plain parsing.

Real documents come from the folder that UNDERCUT_CAPTURES names (else ../shared/captures); where a source has none
there, our own small page of its layout is served, and counted apart. `python -m tests.bench.crawl NAME ADDRESS` crawls
one source in a process of its own, as the scheduler does, every request led to ADDRESS.
"""

import csv
import gzip
import hashlib
import io
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, quote, unquote, urlsplit

import lxml.etree
import lxml.html
from w3lib.url import safe_url_string

from crawlers.__main__ import known_spiders
from crawlers.base import SourceSpider
from crawlers.document import Document, unwrap
from crawlers.spiders.aggregators.openrouter_endpoints import OpenRouterEndpoints
from crawlers.spiders.speeds.openrouter_speeds import OpenRouterSpeeds
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.schedule import Schedule

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 2
_BEST_FIRST = ("page", "text", "reduced", "layout")


@dataclass(slots=True, kw_only=True)
class Served:
    """What stands at each address, and what was asked for. `real` names the sources whose document is one."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    wheels: dict[str, bytes] = field(default_factory=dict)
    real: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    sent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """How one crawl ended: its verdict, seconds of wall and of processor, and the most memory it held (MB)."""

    name: str
    verdict: str
    seconds: float
    cpu: float
    peak_mb: float


def captures() -> Path:
    return Path(os.environ.get("UNDERCUT_CAPTURES", ROOT / ".." / "shared" / "captures")).resolve()


def documents(spiders: dict[str, SourceSpider]) -> dict[str, tuple[str, bytes]]:
    """Source → (what kind of evidence, the newest of its best real documents that it reads)."""
    found: dict[str, list[tuple[int, str, Path]]] = {}
    with (ROOT / "tests" / "captures" / "files.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            rank = -_BEST_FIRST.index(row["evidence"])
            for path in captures().glob(row["pattern"]):
                found.setdefault(row["source"], []).append((rank, path.name, path))
    for path in captures().glob("openrouter-pulse/*/providers.json.gz"):
        found.setdefault("openrouter_providers", []).append((0, str(path), path))
    read = {name: _newest_read(spiders[name], sorted(rows, reverse=True)) for name, rows in found.items()}
    return {name: (_BEST_FIRST[-rank], body) for name, (rank, body) in read.items() if body}


def _newest_read(spider: SourceSpider, rows: list[tuple[int, str, Path]]) -> tuple[int, bytes]:
    """A folder holds other layouts of a source, too: those that its spider does not read are passed over."""
    for rank, _, path in rows:
        body, _ = unwrap(path.read_bytes())
        with suppress(DocumentShapeError):
            _read(spider, body)
            return rank, body
    return 0, b""


def served(spiders: dict[str, SourceSpider]) -> Served:
    """Everything that the spiders will ask for."""
    shelf, found = Served(), documents(spiders)
    for name, spider in spiders.items():
        if name in found:
            shelf.real[name], body = found[name]
        else:
            (path,) = (ROOT / "tests" / "fixtures" / name).glob("page.*")
            body = path.read_bytes()
        if isinstance(spider, OpenRouterEndpoints | OpenRouterSpeeds) and name in found:
            shelf.bodies |= _one_by_one(spider, body)
        elif spider.package is not None:
            shelf.wheels[spider.package[0]] = _wheel(spider.package[1], body)
        else:
            shelf.bodies |= {f"{name} {safe_url_string(url)}": body for url in spider.urls}
    return shelf


def _one_by_one(spider: SourceSpider, body: bytes) -> dict[str, bytes]:
    """A stored list of several models, served as the site does: a catalogue, then one answer per model."""
    content = json.loads(body)
    catalogue, answers = [], {}
    if isinstance(spider, OpenRouterEndpoints):
        for model in content["models"]:
            catalogue.append({"id": model["id"]})
            answers[f"{spider.urls[0]}/{model['id']}/endpoints"] = {"data": model}
    else:
        address = "https://openrouter.ai/api/frontend/v1/stats/endpoint"
        for slug, answer in content.items():
            catalogue.append({"id": slug, "canonical_slug": slug})
            answers[f"{address}?permaslug={slug}&variant=standard"] = answer
    both = {spider.urls[0]: {"data": catalogue}, **answers}
    return {f"{spider.name} {safe_url_string(url)}": json.dumps(answer).encode() for url, answer in both.items()}


def _wheel(member: str, body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, body)
    return out.getvalue()


@contextmanager
def serving(shelf: Served) -> Iterator[str]:
    """`/NAME?url=…` is what stands there, `/simple/PROJECT/` and `/files/…` are a package index."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            first = unquote(parts.path).strip("/").split("/")
            shelf.asked[first[0]] += 1
            if first[0] == "simple":
                self._answer(200, _simple(first[1], shelf.wheels[first[1]], self.headers["Host"]), index=True)
            elif first[0] == "files":
                body = shelf.wheels[first[1]]
                low, high = (int(part) for part in self.headers["Range"].removeprefix("bytes=").split("-"))
                self._answer(206, body[low : high + 1], span=f"bytes {low}-{min(high, len(body) - 1)}/{len(body)}")
            else:
                url = parse_qs(parts.query).get("url", [""])[0]
                found = shelf.bodies.get(f"{first[0]} {url}")
                self._answer(404 if found is None else 200, found or b"")

        def _answer(self, status: int, body: bytes, *, index: bool = False, span: str = "") -> None:
            shelf.sent += len(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if index:
                self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
            if span:
                self.send_header("Content-Range", span)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _simple(project: str, body: bytes, host: str) -> bytes:
    file = {
        "filename": f"{project.replace('-', '_')}-1.0.0-py3-none-any.whl",
        "url": f"http://{host}/files/{project}/{project.replace('-', '_')}-1.0.0-py3-none-any.whl",
        "hashes": {"sha256": hashlib.sha256(body).hexdigest()},
        "size": len(body),
        "upload-time": "2026-11-01T00:00:00.000000Z",
        "yanked": False,
    }
    return json.dumps(
        {"meta": {"api-version": "1.1"}, "name": project, "files": [file], "versions": ["1.0.0"]}
    ).encode()


def crawled(name: str, address: str, data_dir: Path) -> Crawled:
    """One crawl in a process of its own."""
    environment = {
        **os.environ,
        "UNDERCUT_DATA_DIR": str(data_dir),
        "UNDERCUT_DOWNLOAD_DELAY_SECONDS": "0",
        "UNDERCUT_PACKAGE_INDEX": f"{address}/simple/",
        "UNDERCUT_ARTIFICIAL_ANALYSIS_KEY": secrets.token_hex(16),  # no word of a document, which would not be kept
    }
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.crawl", name, address],
            env=environment,
            stdout=out,
            stderr=out,
            cwd=ROOT,
        )
        _, _, used = os.wait4(child.pid, 0)
        child.returncode = 0
        out.seek(0)
        said = out.read().decode(errors="replace")
    verdict = next((line.split()[1] for line in said.splitlines() if line.startswith("verdict ")), said[-300:])
    return Crawled(
        name=name,
        verdict=verdict,
        seconds=time.perf_counter() - begun,
        cpu=used.ru_utime + used.ru_stime,
        peak_mb=used.ru_maxrss / 1024,
    )


def whole_crawl() -> Iterator[str]:
    """Every source once, two at a time."""
    spiders = {
        name: spider for name, spider in known_spiders().items() if not Schedule.parse(spider.schedule).when_asked
    }
    shelf = served(spiders)
    with tempfile.TemporaryDirectory() as folder, serving(shelf) as address:
        subprocess.run(
            [sys.executable, "-m", "crawlers", "recover"],  # makes the ledger, once
            env={**os.environ, "UNDERCUT_DATA_DIR": folder},
            check=True,
        )
        begun = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(lambda name: crawled(name, address, Path(folder)), spiders))
        taken = time.perf_counter() - begun
        stored = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    fetches = sum(shelf.asked.values()) - shelf.asked["robots.txt"]
    verdicts = Counter(crawl.verdict for crawl in done)
    said = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    largest = max(done, key=lambda crawl: crawl.peak_mb)
    slowest = max(done, key=lambda crawl: crawl.seconds)
    kinds = Counter(shelf.real.get(name, "our own page") for name in spiders)
    yield f"a whole crawl of {len(spiders)} sources from loopback, {AT_ONCE} at a time: {taken:.1f} s"
    yield f"  ({said}; documents: {', '.join(f'{count} {kind}' for kind, count in kinds.most_common())});"
    yield f"  {fetches:,} fetches and {shelf.asked['robots.txt']} of robots.txt, {shelf.sent / 1e6:.1f} MB served,"
    yield f"  {stored / 1e6:.1f} MB stored; {sum(crawl.cpu for crawl in done) / len(done):.2f} s of processor a source,"
    yield f"  slowest {slowest.name} {slowest.seconds:.1f} s;"
    yield f"  peak of one process {largest.peak_mb:.0f} MB ({largest.name}; aim: under 300 MB)"
    for crawl in done:
        if crawl.verdict not in ("changed", "unchanged", "blind"):
            yield f"  {crawl.name}: {crawl.verdict}"


def formats() -> Iterator[str]:
    """Documents and megabytes a second of our reading, beside parsing the same bytes and nothing else."""
    spiders = known_spiders()
    groups: dict[str, list[tuple[SourceSpider, bytes]]] = {}
    for name, (_, body) in documents(spiders).items():
        groups.setdefault(_format(body), []).append((spiders[name], body))
    for kind, members in sorted(groups.items()):
        size = sum(len(body) for _, body in members) / 1e6
        ours = sum(_fastest(lambda spider=spider, body=body: _read(spider, body)) for spider, body in members)
        floor = sum(_fastest(lambda body=body, parse=_FLOORS[kind]: parse(body)) for _, body in members)
        yield (
            f"reading {len(members)} {kind} documents ({size:.1f} MB): {len(members) / ours:,.0f} documents/s, "
            f"{size / ours:.1f} MB/s; {_FLOOR_NAMES[kind]} alone {size / floor:,.1f} MB/s: {ours / floor:.1f} x"
        )


def _format(body: bytes) -> str:
    head = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:300].lower()
    if head.startswith((b"{", b"[")):
        with suppress(ValueError):  # Markdown may begin with a bracket
            json.loads(body)
            return "JSON"
    if head.startswith(b"<?xml"):
        return "XML"
    return "HTML" if b"<html" in head or b"<!doctype" in head else "text"


_FLOORS: dict[str, Callable[[bytes], object]] = {
    "JSON": json.loads,
    "XML": lxml.etree.fromstring,
    "HTML": lxml.html.fromstring,
    "text": lambda body: (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode().splitlines(),
}
_FLOOR_NAMES = {"JSON": "json", "XML": "lxml", "HTML": "lxml", "text": "splitting lines"}


def _read(spider: SourceSpider, body: bytes) -> None:
    spider.read(Document(body=body, url=spider.urls[0], captured_at=None))


def _fastest(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def run() -> Iterator[str]:
    if not captures().is_dir():
        yield f"no real documents in {captures()} (UNDERCUT_CAPTURES names the folder): no whole crawl"
        return
    yield from whole_crawl()
    yield from formats()


def main(name: str, address: str) -> int:
    """Crawl one source as the scheduler does, with every request led to `address`."""
    from datetime import UTC, datetime

    from crawlers.archive import opened
    from crawlers.backfill import crawl
    from crawlers.engine import Adapter
    from pipeline.domain.vocabulary import RunKind
    from pipeline.settings import settings

    asked = Adapter.download

    async def led(self, request):
        if request.url.startswith(address):
            return await asked(self, request)
        answer = await asked(self, request.replace(url=f"{address}/{name}?url={quote(request.url, safe='')}"))
        return answer.replace(url=request.url)

    Adapter.download = led
    with opened(settings()) as ledger:
        report = crawl(ledger, settings().data_dir, known_spiders()[name], datetime.now(UTC), RunKind.SCHEDULED)
    sys.stdout.write(f"verdict {report.verdict if report else 'held'}\n")
    for issue in report.issues[:3] if report else ():
        sys.stdout.write(f"{issue}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
