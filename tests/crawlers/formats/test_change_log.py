"""Entries of change logs: days as printed, instants in sentences, and what is no entry."""

import re

import pytest
from parsel import Selector

from crawlers.document import Document
from crawlers.formats.change_log import blocks, day_of, entries, in_force
from pipeline.domain.errors import DocumentShapeError

DATED = re.compile(r"Date: (?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")


def log(body: str) -> Selector:
    return Selector(text=f"<html><body><main>{body}</main></body></html>", type="html").css("main")[0]


def test_an_instant_in_a_sentence_is_read_with_its_zone():
    found = in_force("The new prices will take effect at 16:00 (UTC Time) on August 16, 2026.")
    assert found is not None
    assert found.isoformat() == "2026-08-16T16:00:00+00:00"


@pytest.mark.parametrize("sentence", ["from August 16, 2026", "at 16:00 on August 16, 2026", "at 16:00 (Beijing time)"])
def test_a_sentence_without_an_hour_and_a_zone_names_no_instant(sentence: str):
    assert in_force(sentence) is None


@pytest.mark.parametrize("sentence", ["at 16:00 (UTC Time) on Augst 16, 2026", "at 25:00 (UTC) on August 16, 2026"])
def test_an_instant_that_cannot_be_is_a_broken_document(sentence: str):
    with pytest.raises(DocumentShapeError):
        in_force(sentence)


def test_a_day_is_a_day_only_as_a_whole_text():
    assert day_of("Older than September 17, 2026") is None
    with pytest.raises(DocumentShapeError):
        day_of("February 30, 2026")


def test_an_entry_ends_at_the_next_heading_dated_or_not():
    page = log(
        "<h2>Date: 2026-08-13</h2><p>One.</p><h2>Older</h2><p>Two.</p><h2>Date: 2026-08-01</h2><h3>T</h3><p>Three.</p>"
    )
    assert [(entry.at.day, entry.titles, entry.lines) for entry in entries(page, "h2", DATED)] == [
        (13, [], ["One."]),
        (1, ["T"], ["T", "Three."]),
    ]


@pytest.mark.parametrize("body", ["", "<div><h2>Date: 2026-08-13</h2></div><h2>Date: 2026-08-01</h2>"])
def test_headings_in_no_place_or_in_two_are_no_change_log(body: str):
    with pytest.raises(DocumentShapeError):
        list(entries(log(body), "h2", DATED))


def test_a_heading_that_is_no_day_is_a_broken_document():
    with pytest.raises(DocumentShapeError):
        list(entries(log("<h2>Date: 2026-13-01</h2>"), "h2", DATED))


def markdown(text: str) -> Document:
    return Document(body=text.encode(), url="https://page.example")


def test_a_block_has_its_day_its_description_and_its_lines_until_the_next():
    found = blocks(
        markdown(
            '# New\n\n<Update label="2026-8-19" description="  Nine">\n  * One.\n\n  * Two.\n</Update>\n'
            '<Update label="2026-06-16" description="Eight">\n</Update>\n'
        )
    )
    assert [(entry.at.isoformat()[:10], entry.where, entry.titles, entry.lines) for entry in found] == [
        ("2026-08-19", "text:3", ["Nine"], ["* One.", "* Two."]),
        ("2026-06-16", "text:8", ["Eight"], []),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# New\n\nNothing yet.\n",
        '<Update label="August 2026" description="Nine">\n</Update>\n',
        '<Update label="2026-13-01" description="Nine">\n</Update>\n',
        '<Update label="2026-06-16">\n</Update>\n',
    ],
)
def test_a_page_without_blocks_or_with_a_block_of_another_shape_is_a_broken_document(text: str):
    with pytest.raises(DocumentShapeError):
        list(blocks(markdown(text)))
