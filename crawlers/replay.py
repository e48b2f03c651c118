"""Stored documents read again: the same version must state the same, a newer one's reading is kept beside the older."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from crawlers.archive import Ledger, Located, Parse, document_bytes, states_the_same, write_parse
from crawlers.base import SourceSpider
from crawlers.document import Document
from pipeline.domain.errors import UndercutError


@dataclass(slots=True, kw_only=True)
class Replayed:
    """How many documents were read again, and what of them is not as it was."""

    compared: int = 0
    newer: list[Parse] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def replay(ledger: Ledger, data_dir: Path, spiders: Sequence[SourceSpider], *, sample: int | None) -> Replayed:
    """Read every held document of the spiders (or a sample of each) and compare with what was written then."""
    done = Replayed()
    for spider in spiders:
        held = [located for located in ledger.replayable(spider.name) if located.segment is not None]
        if sample is not None:
            held = random.Random(0).sample(held, min(sample, len(held)))  # noqa: S311  # any few will do
        for located in held:
            _again(ledger, data_dir, spider, located, done)
    ledger.add_parses(done.newer, at=datetime.now(UTC))
    return done


def _again(ledger: Ledger, data_dir: Path, spider: SourceSpider, located: Located, done: Replayed) -> None:
    at = located.as_of or located.captured_at
    done.compared += 1
    try:
        body = document_bytes(data_dir, located)
        reading = spider.read(Document(body=body, url=located.url, captured_at=at))
    except (UndercutError, OSError, EOFError) as error:
        done.findings.append(f"{located.url}: it can no longer be read: {error}")
        return
    before = ledger.parse_of(located.payload_sha256, spider.name, spider.version)
    if before is None:
        done.newer.append(write_parse(data_dir, spider, located.payload_sha256, reading))
    elif not states_the_same(data_dir, before, reading):
        done.findings.append(f"{located.url}: version {spider.version} states something else than it did")
