"""Throughput and latency measured by us, kept as a run of the source `probe` like any other.

Enters an endpoint, a workload and a budget; leaves a capture whose document holds every line that was received with the
millisecond of its arrival, and its reading by the source's spider. A probe that brought nothing is a failed fetch.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawlers.archive import Fetched, Ledger, Peer, Recorder, begin, opened
from crawlers.backfill import Report, one_run
from crawlers.base import SourceSpider
from crawlers.document import Document
from crawlers.endpoint import Attempt, Budget, Endpoint, Workload, attempts
from crawlers.engine import FetchError
from pipeline.domain.errors import InvalidValueError, LockHeldError
from pipeline.domain.instants import instant_text
from pipeline.domain.vocabulary import RunKind
from pipeline.settings import environment_variable, settings


def probed(given: argparse.Namespace, spider: SourceSpider) -> Report:
    """The report of the probe that the options ask for; what it cost goes to standard error."""
    key = environment_variable(given.key_env) if given.key_env else None
    if given.key_env and key is None:
        raise InvalidValueError(f"the environment variable {given.key_env} holds no key")
    endpoint = Endpoint(
        base_url=given.base_url.rstrip("/"),
        model=given.model,
        seller=given.seller or urlsplit(given.base_url).hostname or "",
        key=key,
        limit_name=given.limit_name,
    )
    workload = Workload(prompt_tokens=given.prompt_tokens, output_tokens=given.output_tokens, requests=given.requests)
    budget = Budget(input_price=given.input_price, output_price=given.output_price, most=given.max_cost)
    own = settings()
    with opened(own) as ledger:
        report = probe(ledger, own.data_dir, spider, endpoint, workload, budget, timeout_seconds=given.timeout)
    if report is None:
        raise LockHeldError("another probe began in this second")
    sys.stderr.write(f"{budget.spent:.6f} USD by the count of the server, of {budget.most} USD\n")
    return report


def probe(
    ledger: Ledger,
    data_dir: Path,
    spider: SourceSpider,
    endpoint: Endpoint,
    workload: Workload,
    budget: Budget,
    *,
    timeout_seconds: float,
) -> Report | None:
    """Measure and keep; None where this second has a probe already. InvalidValueError before anything is asked."""
    budget.refuse(workload)
    recorder = begin(ledger, data_dir, spider, datetime.now(UTC).replace(microsecond=0), RunKind.ASKED)
    if recorder is None:
        return None
    made = attempts(endpoint, workload, budget, timeout_seconds)
    return asyncio.run(one_run(recorder, spider, _documents(recorder, endpoint, workload, made)))


async def _documents(
    recorder: Recorder, endpoint: Endpoint, workload: Workload, asked: Iterator[Attempt]
) -> AsyncIterator[Document]:
    started_at, made = datetime.now(UTC), list(asked)
    body = document_of(endpoint, workload, started_at, made)
    address = f"probe:{endpoint.base_url}#{endpoint.model}"
    statuses = [attempt.status for attempt in made if attempt.status is not None]
    if statuses:
        recorder.response(
            Fetched(url=address),
            uri=endpoint.address,
            status=max(statuses),
            headers=(("Content-Type", "application/json"),),
            payload=body,
            request_headers=(),
            truncated=False,
            peer=Peer(address=None, certificate=None),
        )
    else:
        recorder.observation(Fetched(url=address), uri=endpoint.address, what=made[-1].error or "nothing was asked")
    if not any(attempt.measured for attempt in made):
        last = made[-1]
        raise FetchError(last.error or last.stream.broken or "no stream was whole", retry_at=last.retry_at)
    yield Document(body=body, url=address, captured_at=recorder.captures[-1].captured_at)


def document_of(endpoint: Endpoint, workload: Workload, started_at: datetime, made: list[Attempt]) -> bytes:
    """The measurement as it is kept and read: `crawlers.spiders.speeds.probe` knows its shape."""
    content = {
        "undercut_probe": 1,
        "base_url": endpoint.base_url,
        "seller": endpoint.seller,
        "model": endpoint.model,
        "workload": {
            "prompt_tokens": workload.prompt_tokens,
            "output_tokens": workload.output_tokens,
            "requests": workload.requests,
        },
        "started_at": instant_text(started_at),
        "requests": [attempt.as_json() for attempt in made],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
