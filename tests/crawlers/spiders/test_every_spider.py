"""What holds for each spider: one file, one page, golden quotes, honest facts."""

from pathlib import Path

import pytest

from crawlers.base import SourceSpider
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.schedule import Schedule
from tests.crawlers.spiders.pages import FILES, FIXTURES, lines, page_text, read, spider, spiders_in

NAMES = [path.stem for path in FILES]
BROKEN = {
    "empty": "",
    "captcha": "<html><body><h1>Just a moment</h1><form>Verify you are human</form></body></html>",
    "error": '{"error": {"code": 500, "message": "internal"}}',
    "not text": b"\xff\xfe\x00\x01\x80",
}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_holds_one_spider_of_its_own_name(path: Path):
    assert [cls.name for cls in spiders_in(path)] == [path.stem]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_reads_as_its_golden_lines(name: str):
    golden = (FIXTURES / name / "golden.jsonl").read_text().splitlines()
    assert lines(read(name), spider(name).version) == golden


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", BROKEN)
def test_a_document_that_is_no_price_list_is_refused(name: str, kind: str):
    with pytest.raises(DocumentShapeError):
        read(name, BROKEN[kind])


@pytest.mark.parametrize("name", [name for name in NAMES if name != "ecb_package"])
def test_a_document_cut_in_half_never_reads_as_whole(name: str):
    text = page_text(name)
    whole = read(name)
    try:
        half = read(name, text[: len(text) // 2])
    except DocumentShapeError:
        return
    assert not half.whole or half.rows < whole.rows


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_stated(name: str):
    facts: SourceSpider = spider(name)
    assert facts.title
    assert facts.licence
    assert facts.lineage
    assert 0 < facts.expected[0] < facts.expected[1]
    assert Schedule.parse(facts.schedule).interval
    assert all(url.startswith(("https://", "pkg:pypi/", "probe:")) for url in facts.urls)
    assert (facts.package is not None) == facts.urls[0].startswith("pkg:pypi/")


@pytest.mark.parametrize("name", NAMES)
def test_quotes_name_their_source_and_a_place(name: str):
    reading = read(name)
    assert all(quote.source == name for quote in reading.quotes)
    assert all(quote.where.startswith(("json:/", "table:", "text:")) for quote in reading.quotes)


@pytest.mark.parametrize("name", NAMES)
def test_a_source_has_a_key_or_a_browser_never_both(name: str):
    assert not (spider(name).rendered and spider(name).needs_key)


@pytest.mark.parametrize("name", NAMES)
def test_no_two_prices_of_a_page_are_one_row_of_the_ledger(name: str):
    """The key of the frame `quotes`: a page that breaks it would stop every refresh."""
    keys = [
        (
            *(quote.where, quote.label, quote.market, quote.region, quote.meter),
            *(str(quote.conditions.as_json()), quote.currency, quote.per_unit, quote.price_basis, quote.effective_at),
        )
        for quote in read(name).quotes
    ]
    assert len(set(keys)) == len(keys)
