"""An OpenAI-compatible endpoint on loopback that streams as it is told: whole, broken, refused, silent, endless."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Write = Callable[[str], None]


@dataclass
class Chat:
    """`answers` are what the next requests get, the last one again and again: a status, or a function that streams."""

    answers: list[Any] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    heard: list[dict[str, str]] = field(default_factory=list)
    ended: Event = field(default_factory=Event)

    def next(self) -> Any:
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def piece(text: str = "", finish: str | None = None, **more: Any) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return "data: " + json.dumps({"choices": [choice], "model": "m-1", **more}) + "\n\n"


def usage(prompt: int, output: int) -> str:
    counted = {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output}
    return "data: " + json.dumps({"choices": [], "usage": counted}) + "\n\n"


def whole(tokens: int = 40, *, wait: float = 0.05, pause: float = 0.002, prompt: int = 100) -> Callable[[Write], None]:
    """A comment first, then one piece a token, its end, the count and the mark."""

    def stream(write: Write) -> None:
        write(": keep alive\n\n")
        write(piece(""))
        time.sleep(wait)
        for _ in range(tokens):
            write(piece("word "))
            time.sleep(pause)
        write(piece("", finish="length"))
        write(usage(prompt, tokens))
        write("data: [DONE]\n\n")

    return stream


@contextmanager
def chatting(chat: Chat) -> Iterator[str]:
    """The base URL of the endpoint while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            chat.asked.append({"path": self.path, **json.loads(body)})
            chat.heard.append({name.lower(): value for name, value in self.headers.items()})
            answer = chat.next()
            if isinstance(answer, int):
                said = f'{{"error": "no: {self.headers.get("Authorization")}"}}'.encode()
                self.send_response(answer)
                for name, value in chat.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
                return
            self.close_connection = True
            if answer is None:  # never a byte of an answer
                chat.ended.wait(20)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                answer(self._chunk)
                self.wfile.write(b"0\r\n\r\n")

        def _chunk(self, text: str) -> None:
            content = text.encode()
            self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        chat.ended.set()
        server.shutdown()
        server.server_close()
