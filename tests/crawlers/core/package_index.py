"""A package index on loopback: the JSON simple interface, and wheels that answer ranges."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

MEMBER = "litellm/model_prices_and_context_window_backup.json"


def price_map(**models: tuple[float, float]) -> bytes:
    """A price map of chat models: name → (input, output) in USD per million tokens; filled up to its usual size."""
    filler = {f"filler-{number}": (1, 2) for number in range(60)}
    return json.dumps(
        {
            name.replace("__", "-"): {
                "litellm_provider": "openai",
                "mode": "chat",
                "input_cost_per_token": dollars_in / 1e6,
                "output_cost_per_token": dollars_out / 1e6,
            }
            for name, (dollars_in, dollars_out) in {**filler, **models}.items()
        }
    ).encode()


def wheel(content: bytes | None, members: int = 0) -> bytes:
    """A wheel that carries the price map, or one that does not; with `members` more, its directory is long."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("litellm/__init__.py", "")
        if content is not None:
            archive.writestr(MEMBER, content)
        for number in range(members):
            archive.writestr(f"litellm/proxy/a_member_with_a_rather_long_name_{number:05}.py", "")
        archive.writestr("litellm-1.dist-info/METADATA", "Name: litellm\n" * 50)
    return out.getvalue()


@dataclass
class Index:
    """What the server knows; `asked` is what it was asked for."""

    files: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    busy: str | None = None
    """What to say in `Retry-After` instead of serving a wheel."""
    after: int | None = None
    """Answer no more after so many requests: the server hangs up, as a machine that is switched off does."""

    def add(
        self, version: str, day: str, content: bytes | None, *, tag: str = "py3-none-any", members: int = 0
    ) -> None:
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        self.files[f"litellm-{version}-{tag}.whl"] = (wheel(content, members), at)

    def page(self, base: str) -> bytes:
        files = [
            {
                "filename": name,
                "url": f"{base}/files/{name}",
                "hashes": {"sha256": hashlib.sha256(body).hexdigest()},
                "size": len(body),
                "upload-time": at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
                "yanked": False,
            }
            for name, (body, at) in self.files.items()
        ]
        versions = sorted({name.split("-")[1] for name in self.files})
        return json.dumps(
            {"meta": {"api-version": "1.1"}, "name": "litellm", "files": files, "versions": versions}
        ).encode()


@contextmanager
def serving(index: Index) -> Iterator[str]:
    """The address of the simple interface while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append((self.path, self.headers.get("Range")))
            if index.after is not None and len(index.asked) > index.after:
                self.close_connection = True
                return
            if self.path.startswith("/simple/"):
                self._answer(200, index.page(f"http://127.0.0.1:{self.server.server_port}"), kind="json")
                return
            if index.busy is not None:
                self._answer(429, b"", wait=index.busy)
                return
            body = index.files[self.path.rpartition("/")[2]][0]
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == tag:
                self._answer(304, b"", tag=tag)
                return
            first, last = (int(part) for part in re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups())
            self._answer(206, body[first : last + 1], tag=tag, content_range=f"bytes {first}-{last}/{len(body)}")

        def _answer(self, status, body, *, kind="", tag="", content_range="", wait=""):
            self.send_response(status)
            headers = {
                "Content-Type": "application/vnd.pypi.simple.v1+json" if kind else "",
                "ETag": tag,
                "Content-Range": content_range,
                "Retry-After": wait,
                "Content-Length": str(len(body)),
            }
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
