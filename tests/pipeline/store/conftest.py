"""One suite for both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.domain.quote import Quote
from pipeline.domain.source import SourceFacts
from pipeline.domain.vocabulary import Meter, Redistribute, RunKind, RunVerdict, SourceKind, Trust
from pipeline.store import parses
from pipeline.store.engine import make_engine, open_ledger
from pipeline.store.ledger import Ledger
from pipeline.store.rows import Capture, Head, Parse

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    found: str = request.getfixturevalue("postgresql_url")
    engine = make_engine(found)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return found


@pytest.fixture
def ledger(url: str, tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(url, tmp_path) as opened:
        yield opened


FACTS = SourceFacts(
    name="deepseek",
    version=1,
    kind=SourceKind.PRICES,
    title="DeepSeek",
    sellers=("deepseek",),
    markets=("international",),
    urls=("https://example.org/",),
    schedule="every day",
    expected=(1, 10),
    lineage="deepseek",
    trust=Trust.SELLER,
    licence="terms",
    redistribute=Redistribute.NO,
    needs_key=None,
    confirmed=True,
)


def quote(amount: str = "0.14", label: str = "deepseek-v4-flash", where: str = "table:1 row:2 column:3") -> Quote:
    return Quote(
        source="deepseek",
        seller="deepseek",
        served_by="deepseek",
        market="international",
        label=label,
        meter=Meter.INPUT,
        amount=Decimal(amount),
        currency="USD",
        per=1_000_000,
        where=where,
    )


def capture(digest: str, *, at: datetime = NOW, **fields: object) -> Capture:
    given = {
        "source": "deepseek",
        "url": "https://example.org/",
        "final_url": "https://example.org/",
        "captured_at": at,
        "status": 200,
        "payload_sha256": digest * 32,
        "record_sha256": "ee" * 32,
        "headers": (("Content-Type", "text/html"), ("Set-Cookie", "a"), ("Set-Cookie", "b")),
        "spider_version": 1,
        "parsed": True,
    }
    return Capture(**{**given, **fields})  # type: ignore[arg-type]


def crawl(
    ledger: Ledger,
    digest: str,
    quotes: list[Quote],
    *,
    at: datetime = NOW,
    verdict: RunVerdict = RunVerdict.CHANGED,
    version: int = 1,
) -> Head:
    """One whole run: its parse on disk, its rows in one transaction."""
    run = ledger.claim("deepseek", at, RunKind.SCHEDULED, now=at, worker="test")
    assert run is not None
    file, file_sha256 = parses.write(
        ledger.data_dir,
        payload_sha256=digest * 32,
        source="deepseek",
        spider_version=version,
        kind="prices",
        items=quotes,
    )
    parse = Parse(
        payload_sha256=digest * 32,
        source="deepseek",
        spider_version=version,
        kind="prices",
        rows=len(quotes),
        notices=(),
        whole=True,
        file=file,
        file_sha256=file_sha256,
    )
    return ledger.commit(
        run,
        verdict=verdict,
        captures=[capture(digest, at=at)],
        parses=[parse],
        issues=[],
        facts=FACTS,
        ended_at=at,
        detail={},
    )
