"""BytePlus ModelArk (ByteDance's cloud abroad): token prices by prompt length, tier and time of day.

The page holds its tables as Markdown inside a script; a browser shows them as tables of other titles.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.bands import band, repriced
from crawlers.formats.other_tables import read_past
from crawlers.formats.priced_cells import Column, How, priced, template
from crawlers.tables import Cell, Table, markdown_tables
from pipeline.domain.conditions import Conditions, Window
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, PerUnit, Tier, Trust

_SCRIPT = "window._ROUTER_DATA"
_START = re.compile(r"window\._ROUTER_DATA\s*=\s*")
_TITLE = re.compile(r"^\*\*([A-Za-z ]+)\*\*$", re.MULTILINE)
_MODEL = "Model ID"
_LENGTHS = ("Prompt length (K tokens)", "Pricing tiers (K tokens)")
_STORED = Column(meter=Meter.CACHE_STORAGE, per_unit=PerUnit.TOKEN_HOUR)
_METERS = {
    "Input": Column(meter=Meter.INPUT),
    "Input (non-audio)": Column(meter=Meter.INPUT),
    "Input (audio)": Column(meter=Meter.AUDIO_INPUT),
    "Cached input": Column(meter=Meter.CACHED_INPUT),
    "Cache-hit input": Column(meter=Meter.CACHED_INPUT),
    "Cache-hit input (non-audio)": Column(meter=Meter.CACHED_INPUT),
    "Cache-hit input (audio)": Column(meter=Meter.CACHED_AUDIO_INPUT),
    "Cache storage": _STORED,
    "Cache-storage": _STORED,
    "Output": Column(meter=Meter.OUTPUT),
}
_HEARD = {Meter.INPUT: Meter.AUDIO_INPUT, Meter.CACHED_INPUT: Meter.CACHED_AUDIO_INPUT}
_UNIT = re.compile(r" \(USD ?/ ?M tokens(?:/Hour)?\)")
_TIERS = {
    "Standard": Tier.STANDARD,
    "Flex": Tier.FLEX,
    "Large language models — Online inference (standard)": Tier.STANDARD,
    "Large language models — Offline batch inference": Tier.BATCH,
}
_WINDOWS = {"Off-peak hours": Window(name="off_peak"), "Peak hours": Window(name="peak")}


class Byteplus(PriceSpider):
    """Market declared: the dollar site for the world; its twin on the mainland is Volcengine."""

    name = "byteplus"
    title = "BytePlus ModelArk, price page"
    sellers = ("byteplus",)
    markets = ("international",)
    urls = ("https://docs.byteplus.com/en/docs/ModelArk/1544106",)
    expected = (20, 600)
    lineage = "byteplus"
    trust = Trust.SELLER
    licence = "all rights reserved; read as a public price list"
    confirmed = False  # only a transcription of the page, and a reproduction of its layout, were read
    plausible = believable(USD=("0.001", "60"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        seen = 0
        for table in _tables(document):
            titles = [_UNIT.sub("", cell.text) for cell in table.rows[0]]
            tier = _TIERS.get(table.heading)
            priced_titles = [title for title in titles if title not in ("Provider", _MODEL, *_LENGTHS)]
            if tier is None or _MODEL not in titles or not set(priced_titles) <= set(_METERS):
                yield read_past(table)
                continue
            seen += 1
            audio = "Audio input" in table.headings
            yield from repriced(self._rows(table, titles, tier, audio=audio))
        if not seen:
            raise document.shape_error(f"a table of {_MODEL} and token prices", "none")

    def _rows(self, table: Table, titles: list[str], tier: Tier, *, audio: bool) -> Iterator[Quote | Notice]:
        (length,) = (titles.index(name) for name in _LENGTHS if name in titles)
        how = How(currency="USD")  # the browser's table names it in the titles, the script's in each cell
        label = ""
        for row in table.even_rows[1:]:
            label = row[titles.index(_MODEL)].text or label  # further bands of one model leave its name blank
            words = row[length].text.removeprefix("Prompt length ")
            window = _WINDOWS.get(words)
            conditions = Conditions(tier=tier, window=window)
            if window is None and words != "Not applicable":
                conditions = band(conditions, words, unit=1000)
            cells = [(row[at], _column(title, audio)) for at, title in enumerate(titles) if title in _METERS]
            yield from priced(template(self, label), cells, how=how, conditions=conditions)


def _column(title: str, audio: bool) -> Column:
    column = _METERS[title]
    return replace(column, meter=_HEARD.get(column.meter, column.meter)) if audio else column


def _tables(document: Document) -> list[Table]:
    if _SCRIPT not in document.text():
        return document.tables()
    (script,) = document.scripts(_SCRIPT)
    start = _START.search(script)
    if start is None:
        raise document.shape_error(f"{_SCRIPT} = …", script[:80])
    data, _ = json.JSONDecoder().raw_decode(script, start.end())
    (text,) = _texts(data)
    return [_plain(table) for table in markdown_tables(_TITLE.sub(r"##### \1", text))]


def _texts(value: Any) -> list[str]:
    """What stands under every key MDContent of the router's data."""
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if not isinstance(value, dict):
        return []
    found = [value["MDContent"]] if isinstance(value.get("MDContent"), str) else []
    return found + [text for item in value.values() for text in _texts(item)]


def _plain(table: Table) -> Table:
    def cleared(cell: Cell) -> Cell:
        return replace(cell, text=cell.text.replace("\\-", "-"))

    return replace(table, rows=tuple(tuple(cleared(cell) for cell in row) for row in table.rows))
