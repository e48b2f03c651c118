"""A host on loopback that serves what it is told, as slowly and as endlessly as it is told."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

Write = Callable[[bytes], object]


@dataclass
class Host:
    """Bodies by path; `robots` is robots.txt, None where there is none. A body may be written by a function."""

    pages: dict[str, bytes | Callable[[Write], None]] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    robots: bytes | None = None
    asked: list[str] = field(default_factory=list)
    heard: list[dict[str, str]] = field(default_factory=list)
    """Headers of each request, beside `asked`."""


@contextmanager
def serving(host: Host, certificate: Path | None = None) -> Iterator[str]:
    """The address of the host while the block runs; over TLS where a certificate (with its key) is given."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host.asked.append(self.path)
            host.heard.append({name.lower(): value for name, value in self.headers.items()})
            body = host.robots if self.path == "/robots.txt" else host.pages.get(self.path)
            headers = host.headers.get(self.path, {})
            status = int(headers.get("Status", 404 if body is None else 200))
            self.send_response(status)
            for name, value in headers.items():
                if name != "Status":
                    self.send_header(name, value)
            if callable(body):
                self.send_header("Connection", "close")
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    body(self.wfile.write)
                self.close_connection = True
                return
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def endless(write: Write) -> None:
    """200 MB, a megabyte at a time, without saying how much will come."""
    for _ in range(200):
        write(b" " * 1_000_000)


def drop_by_drop(write: Write) -> None:
    """A byte every fifth of a second."""
    for _ in range(150):
        write(b"[")
        time.sleep(0.2)
