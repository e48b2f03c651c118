"""A source that states no price: its notices are its rows, kept and read again like any other's."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from crawlers.base import NoticeSpider
from crawlers.document import Document
from crawlers.folder import Kept, backfill_folder
from crawlers.replay import replay
from crawlers.spiders.aggregators.openrouter_providers import OpenRouterProviders
from crawlers.spiders.changes.deepseek_updates import DeepSeekUpdates
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import NoticeKind
from pipeline.store import parses, tables
from pipeline.store.verify import verify
from tests.crawlers.core.test_runs import ledger_of

PAGE = Path(__file__).parents[2] / "fixtures" / "openrouter_providers" / "page.json"
AT = datetime(2026, 11, 1, tzinfo=UTC)


class ChangeLog(NoticeSpider):
    """A line a change, dated in front: `2026-11-20 m-1 is half the price`."""

    name = "change_log"
    title = "A change log"
    sellers = ("acme",)
    urls = ("https://acme.example/changes.txt",)
    expected = (1, 10)
    lineage = "acme"
    trust = OpenRouterProviders.trust
    licence = "none"

    def parse_notices(self, document: Document):
        for where, line in document.lines():
            day, _, text = line.partition(" ")
            if text:
                at = datetime.fromisoformat(f"{day}T00:00:00+00:00")
                label = text.split()[0]
                kind = NoticeKind.ANNOUNCEMENT
                yield Notice(notice=kind, label=label, where=where, text=text, effective_at=at)


class Few(OpenRouterProviders):
    expected = (1, 10)


def kept(tmp_path, spider, path):
    copy = Kept(path=path, url=spider.urls[0], as_of=AT)
    with ledger_of(tmp_path) as ledger:
        (report,) = backfill_folder(ledger, tmp_path, spider, [copy])
    return report


def test_a_document_of_notices_alone_is_read(tmp_path):
    report = kept(tmp_path, Few(), PAGE)
    assert (report.verdict, report.rows, report.issues) == ("changed", 3, [])


def test_every_notice_is_a_row_of_its_parse(tmp_path):
    kept(tmp_path, Few(), PAGE)
    (file,) = tmp_path.glob("parses/*/*.parquet")
    rows = parses.read_rows(tmp_path, str(file.relative_to(tmp_path)))
    assert [row["label"] for row in rows] == ["Acme Cloud", "Nobody's Models", "Sha"]
    assert rows[0]["where"] == "json:/data/0"


def test_notices_read_again_alike(tmp_path):
    kept(tmp_path, Few(), PAGE)
    with ledger_of(tmp_path) as ledger:
        assert verify(ledger, tmp_path) == []
        again = replay(ledger, tmp_path, [Few()], sample=None)
    assert (again.compared, again.findings) == (1, [])


def test_too_few_notices_are_blind(tmp_path):
    assert kept(tmp_path, OpenRouterProviders(), PAGE).verdict == "blind"


def test_a_change_log_dates_what_its_seller_announced(tmp_path):
    page = tmp_path / "changes.txt"
    page.write_text("2026-11-20 m-1 is half the price\n\n2026-11-21 m-2 is new\n")
    kept(tmp_path, ChangeLog(), page)
    with ledger_of(tmp_path) as ledger:
        said = tables.announcements(ledger)
    assert [(row.seller, row.label, row.effective_at.day) for row in said.itertuples()] == [
        ("acme", "m-1", 20),
        ("acme", "m-2", 21),
    ]


class ShortLog(DeepSeekUpdates):
    expected = (1, 10)


def test_a_change_log_says_what_its_days_are_about(tmp_path):
    page = PAGE.parents[1] / "deepseek_updates" / "page.html"
    kept(tmp_path, ShortLog(), page)
    with ledger_of(tmp_path) as ledger:
        said = tables.announcements(ledger)
    pro = said[said["label"] == "deepseek-v9-pro"].sort_values("effective_at")
    assert [(row.about, row.effective_at.isoformat()) for row in pro.itertuples()] == [
        ("model", "2026-04-24T00:00:00+00:00"),
        ("model", "2026-08-13T00:00:00+00:00"),
        ("price", "2026-08-16T16:00:00+00:00"),
    ]
    assert set(said["seller"]) == {"deepseek"}


def test_the_seats_of_sellers_date_no_decision(tmp_path):
    kept(tmp_path, Few(), PAGE)
    with ledger_of(tmp_path) as ledger:
        none = tables.announcements(ledger)
    assert none.empty
    assert none.merge(pd.DataFrame({"seller": ["acme"]}), on="seller").empty, "names are text, of no row too"


def test_a_change_log_without_a_line_is_no_change_log():
    with pytest.raises(DocumentShapeError):
        ChangeLog().read(Document(body=b"\n", url="x"))
