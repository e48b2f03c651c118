"""An OpenAI-compatible endpoint, asked for streamed answers whose pieces are timed, within a budget.

Enters where, what and how much; leaves one `Attempt` per request, in its order. The key is sent in one header and kept
nowhere. Answers are read with `http.client`: Scrapy hands over a body, not the instants of its pieces.
"""

import http.client
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import SplitResult, urlsplit

from crawlers.engine import asked_until
from crawlers.formats.chat_stream import Stream
from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import instant_text

LARGEST_ANSWER = 4 << 20
"""Bytes of one answer that are taken."""
FAILURES = 2
"""Requests in a row that may bring nothing: then the endpoint is left alone."""
_WORDS = "time year people way day man thing woman life child world school state family student group country problem"
_ASK = "Write on, one common English word after the other, for as long as you can. Do not explain anything."
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_WITHHELD = "(withheld: this line repeats the key)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What every request asks for, in tokens; two probes are comparable where these are equal."""

    prompt_tokens: int
    output_tokens: int
    requests: int

    def __post_init__(self) -> None:
        if min(self.prompt_tokens, self.output_tokens, self.requests) < 1:
            raise InvalidValueError("a workload has at least one request, one prompt token and one output token")


@dataclass(slots=True, kw_only=True)
class Budget:
    """What a probe may cost: prices in USD per million tokens, `most` in USD; `spent` by the server's own count."""

    input_price: Decimal
    output_price: Decimal
    most: Decimal
    spent: Decimal = Decimal(0)

    def cost(self, prompt_tokens: int, output_tokens: int) -> Decimal:
        return (prompt_tokens * self.input_price + output_tokens * self.output_price) / 1_000_000

    def allows(self, prompt_tokens: int, output_tokens: int) -> bool:
        return self.spent + self.cost(prompt_tokens, output_tokens) <= self.most

    def refuse(self, workload: Workload) -> None:
        """InvalidValueError where the whole workload costs more than may be spent."""
        whole = workload.requests * self.cost(workload.prompt_tokens, workload.output_tokens)
        if whole > self.most:
            raise InvalidValueError(
                f"{workload.requests} requests of {workload.prompt_tokens} + {workload.output_tokens} tokens cost "
                f"{whole:.6f} USD, more than the bound of {self.most} USD: nothing was asked"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where to ask, whom, and with which key (None: none)."""

    base_url: str
    model: str
    seller: str
    key: str | None = field(default=None, repr=False)
    limit_name: str = "max_tokens"

    def __post_init__(self) -> None:
        parts = self._parts
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidValueError(f"{self.base_url!r} is no address of an endpoint")
        if parts.username or parts.query or parts.fragment or (self.key and self.key in self.base_url):
            raise InvalidValueError("the address must hold no user, query or key: it is kept with the measurement")
        if self.key and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise InvalidValueError("a key is not sent over plain http to another machine")

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.base_url)

    @property
    def path(self) -> str:
        return f"{self._parts.path.rstrip('/')}/chat/completions"

    @property
    def address(self) -> str:
        """Where the requests go."""
        return f"{self.base_url}/chat/completions"

    def connect(self, seconds: float) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        return kind(self._parts.hostname or "", self._parts.port, timeout=seconds)


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One request: what came, line by line with milliseconds since it was sent, or why nothing did."""

    sent_at: datetime
    connect_ms: Decimal | None = None
    status: int | None = None
    error: str | None = None
    retry_at: datetime | None = None
    lines: list[tuple[Decimal, str]] = field(default_factory=list)
    stream: Stream = field(default_factory=Stream)

    @property
    def measured(self) -> bool:
        return self.error is None and self.stream.whole

    def as_json(self) -> dict[str, Any]:
        return {
            "sent_at": instant_text(self.sent_at),
            "connect_ms": None if self.connect_ms is None else str(self.connect_ms),
            "status": self.status,
            "error": self.error,
            "lines": [[str(at), line] for at, line in self.lines],
        }


def attempts(endpoint: Endpoint, workload: Workload, budget: Budget, seconds: float) -> Iterator[Attempt]:
    """One request after the other, until all are made, the bound is met, or the endpoint does not want more."""
    failures = 0
    for number in range(workload.requests):
        if number and not budget.allows(workload.prompt_tokens, workload.output_tokens):
            return
        attempt = _asked(endpoint, workload, budget, seconds)
        used = attempt.stream
        if used.pieces:
            budget.spent += budget.cost(used.prompt_tokens or workload.prompt_tokens, used.at_least)
        yield attempt
        failures = 0 if attempt.measured else failures + 1
        if failures == FAILURES or (attempt.status or 200) != 200:  # a refused key or a limit holds for the next, too
            return


def _asked(endpoint: Endpoint, workload: Workload, budget: Budget, seconds: float) -> Attempt:
    attempt = Attempt(sent_at=datetime.now(UTC))
    connection = endpoint.connect(seconds)
    try:
        begun = time.perf_counter()
        connection.connect()
        attempt.connect_ms = _milliseconds(begun)
        _stream(connection, endpoint, workload, budget, seconds, attempt)
    except TimeoutError:
        attempt.error = f"no answer, or no end of one, within {seconds:g} seconds"
    except (OSError, http.client.HTTPException) as error:
        attempt.error = f"the connection broke: {type(error).__name__}"
    finally:
        connection.close()
    return attempt


def _stream(
    connection: http.client.HTTPConnection,
    endpoint: Endpoint,
    workload: Workload,
    budget: Budget,
    seconds: float,
    attempt: Attempt,
) -> None:
    socket = connection.sock
    sent = time.perf_counter()
    attempt.sent_at = datetime.now(UTC)
    connection.request("POST", endpoint.path, body=_body(endpoint, workload), headers=_headers(endpoint))
    response = connection.getresponse()
    attempt.status = response.status
    if response.status != 200:
        attempt.error = f"the endpoint answered {response.status}"
        attempt.retry_at = asked_until(response.headers.get("Retry-After"), datetime.now(UTC))
        return
    rest, size = b"", 0
    while not attempt.stream.done and not attempt.stream.broken:
        left = seconds - (time.perf_counter() - sent)
        if left <= 0:
            raise TimeoutError
        socket.settimeout(left)
        received = response.read1(1 << 16)
        at_ms = _milliseconds(sent)
        if not received:
            return
        size += len(received)
        *lines, rest = (rest + received).split(b"\n")
        for line in lines:
            _take(attempt, at_ms, line, endpoint.key)
        attempt.error = _too_much(size, attempt.stream, workload, budget)
        if attempt.error:
            return


def _take(attempt: Attempt, at_ms: Decimal, line: bytes, key: str | None) -> None:
    text = line.decode(errors="backslashreplace").rstrip("\r")
    if not text:
        return
    attempt.stream.add(at_ms, text)
    attempt.lines.append((at_ms, _WITHHELD if key and key in text else text))


def _too_much(size: int, stream: Stream, workload: Workload, budget: Budget) -> str | None:
    """Why an answer is read no further: a server need not keep to the number of tokens that it was asked for."""
    if size > LARGEST_ANSWER:
        return f"the answer is larger than {LARGEST_ANSWER:,} bytes"
    if not stream.finished and not budget.allows(stream.prompt_tokens or workload.prompt_tokens, stream.at_least):
        return f"stopped: more output would cost more than the bound of {budget.most} USD"
    return None


def _headers(endpoint: Endpoint) -> dict[str, str]:
    key = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    return {"Content-Type": "application/json", "Accept": "text/event-stream", "User-Agent": "undercut/0.1", **key}


def _body(endpoint: Endpoint, workload: Workload) -> bytes:
    """A prompt of about so many tokens, since a common word is one. Its first word is new: no cache knows it."""
    words = _WORDS.split()
    fill = max(0, workload.prompt_tokens - len(_ASK.split()) - 4)
    prompt = " ".join([secrets.token_hex(4), *(words[number % len(words)] for number in range(fill)), _ASK])
    content = {
        "model": endpoint.model,
        "messages": [{"role": "user", "content": prompt}],
        "stream": True,
        "stream_options": {"include_usage": True},
        endpoint.limit_name: workload.output_tokens,
    }
    return json.dumps(content).encode()


def _milliseconds(since: float) -> Decimal:
    return Decimal(round((time.perf_counter() - since) * 1_000_000)) / 1000
