"""Every price cell of a real document became a quote, or was left out for a reason that is said."""

import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from crawlers.__main__ import known_spiders
from crawlers.accounting import account, copies, read_copy
from crawlers.base import Contents
from crawlers.cells import price_cells
from crawlers.document import Document
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice
from pipeline.domain.vocabulary import NoticeKind, SourceKind
from tests.crawlers.spiders.pages import ROOT, read
from tests.crawlers.spiders.pages import document as fixture

FOLDER = Path(os.environ.get("UNDERCUT_CAPTURES", ROOT.parent / "shared" / "captures"))
FILES = Path(__file__).with_name("files.csv")
SPIDERS = known_spiders()
NEWEST = 2


def newest() -> list[tuple[str, Path]]:
    """The oldest and the newest copies of each price source: layouts change in between."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for source, _, path in copies(FOLDER, FILES):
        if SPIDERS[source].kind is SourceKind.PRICES:
            found[source].append(path)
    return [(source, path) for source, paths in found.items() for path in dict.fromkeys([paths[0], *paths[-NEWEST:]])]


def document(text: str) -> Document:
    return Document(body=text.encode(), url="page")


def cells(text: str) -> list[tuple[str, str]]:
    return [(cell.where, cell.text) for cell in price_cells(document(text))]


def test_no_price_of_a_real_document_is_missed() -> None:
    if not FOLDER.exists():
        pytest.skip(f"no captures in {FOLDER}")
    missed, counted = [], 0
    for source, path in newest():
        try:
            page, reading = read_copy(SPIDERS[source], path)
        except DocumentShapeError:
            continue  # another layout: refused as a whole
        found = account(price_cells(page), reading)
        counted += found.cells
        missed += [f"{source} {path.name} {cell.where}: {cell.text}" for cell in found.missed]
    assert counted > 10_000
    assert missed == []


@pytest.mark.parametrize("name", sorted(name for name, one in SPIDERS.items() if one.kind is SourceKind.PRICES))
def test_no_price_of_our_own_page_is_missed(name: str) -> None:
    found = account(price_cells(fixture(name)), read(name))
    assert [f"{cell.where}: {cell.text}" for cell in found.missed] == []


def test_cells_under_a_title_that_names_a_price_are_price_cells() -> None:
    page = "| Model | Context | Input price |\n|---|---|---|\n| a | 32 | 0.5 |\n"
    assert cells(page) == [("table:1 row:2 column:3", "0.5")]


def test_a_sign_makes_a_price_cell_under_any_title() -> None:
    page = "<html><body><table><tr><td>a</td><td>$0.50</td></tr><tr><td>b</td><td>3 元</td></tr></table></body></html>"
    assert [text for _, text in cells(page)] == ["$0.50", "3 元"]


def test_json_scalars_below_a_key_that_names_a_price_are_price_cells() -> None:
    text = '{"models": [{"id": "a", "context": 8, "pricing": {"prompt": "0.1", "tiers": [{"min_tokens": 5, "x": 2}]}}]}'
    assert cells(text) == [("json:/models/0/pricing/prompt", "0.1"), ("json:/models/0/pricing/tiers/0/x", "2")]


def test_a_sentence_is_no_price_cell() -> None:
    text = "New accounts get $5 of credit, which may be spent on any of the models below within a year of the grant."
    assert cells(f"<html><body><p>{text}</p></body></html>") == []


def test_a_cell_that_nobody_reads_is_missed() -> None:
    reading = read("zai")
    nothing_said = Contents(quotes=reading.quotes[1:], notices=reading.notices)
    found = account(price_cells(fixture("zai")), nothing_said)
    assert [cell.where for cell in found.missed] == [reading.quotes[0].where]


def test_a_cell_with_an_amount_that_is_not_read_is_missed() -> None:
    page = fixture("zai")
    reading = read("zai")
    where = reading.quotes[0].where
    double = [
        cell if cell.where != where else type(cell)(where=where, text=cell.text, amounts=(*cell.amounts, Decimal("99")))
        for cell in price_cells(page)
    ]
    assert [cell.where for cell in account(double, reading).missed] == [where]


def test_a_cell_that_a_notice_names_is_left_out() -> None:
    reading = read("zai")
    first, *others = reading.quotes
    notice = Notice(notice=NoticeKind.SKIPPED, label=first.label, where=first.where, text="not for sale")
    found = account(price_cells(fixture("zai")), Contents(quotes=others, notices=[*reading.notices, notice]))
    assert found.missed == ()
    assert found.share == 1
