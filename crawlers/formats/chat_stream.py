"""An OpenAI-compatible streamed answer, line by line with the instant of each: when it began, when it ended, how much.

Enters (milliseconds since the request was sent, line) pairs of an event stream; leaves a `Stream`. Tokens are only what
the server counted (`usage`): pieces of text are no tokens, so an answer without a count has no throughput.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

DONE = "[DONE]"
_TEXTS = ("content", "reasoning_content", "reasoning")
"""Members of a delta that hold output: thinking is output, too, and billed."""


@dataclass(slots=True)
class Stream:
    """What was streamed so far. `broken` says why it is no whole answer; `text_bytes` are bytes of output text."""

    first_ms: Decimal | None = None
    last_ms: Decimal | None = None
    pieces: int = 0
    text_bytes: int = 0
    prompt_tokens: int | None = None
    output_tokens: int | None = None
    finished: bool = False
    done: bool = False
    broken: str | None = None

    @property
    def whole(self) -> bool:
        """It said that it was finished, and nothing was wrong with it."""
        return self.broken is None and self.finished and self.first_ms is not None

    @property
    def at_least(self) -> int:
        """Output tokens that must be reckoned with while it runs: those counted, else a guess that bounds a cost."""
        return self.output_tokens or max(self.pieces, -(-self.text_bytes // 4))

    def add(self, at_ms: Decimal, line: str) -> None:
        """Take the next line; comments, empty lines and other fields of an event are passed over."""
        if not line.startswith("data:") or self.done or self.broken:
            return
        content = line[5:].strip()
        if content == DONE:
            self.done = True
            return
        try:
            self._chunk(at_ms, json.loads(content))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            self.broken = f"a piece of the stream cannot be read: {type(error).__name__}"

    def _chunk(self, at_ms: Decimal, chunk: dict[str, Any]) -> None:
        if chunk.get("error"):
            self.broken = "the server ended the stream with an error"
            return
        usage = chunk.get("usage")
        if usage:
            self.prompt_tokens, self.output_tokens = int(usage["prompt_tokens"]), int(usage["completion_tokens"])
        for choice in chunk["choices"]:
            said = "".join(choice["delta"].get(name) or "" for name in _TEXTS)
            if said:
                self.first_ms = at_ms if self.first_ms is None else self.first_ms
                self.last_ms = at_ms
                self.pieces += 1
                self.text_bytes += len(said.encode(errors="replace"))
            self.finished = self.finished or choice.get("finish_reason") is not None


def read_stream(lines: Iterable[tuple[Decimal, str]]) -> Stream:
    """The whole of what was received."""
    stream = Stream()
    for at_ms, line in lines:
        stream.add(at_ms, line)
    return stream
