"""Write the page of readings by eye: `python -m tests.captures.by_eye FILE`.

Documents come from the folder that UNDERCUT_CAPTURES names; those of packages, named by their digest, from the ledger
of UNDERCUT_DATA_DIR, where it holds them.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from crawlers.archive import document_bytes, opened
from crawlers.base import Contents
from crawlers.document import Document, unwrap
from pipeline.settings import settings
from tests.captures.by_eye import DRAWN, Reading, differences, readings
from tests.crawlers.spiders.pages import ROOT, spider

_HEAD = f"""<!-- written by `python -m tests.captures.by_eye docs/by-eye.md`: do not edit -->

# Prices read by eye

A parser that is compared with itself proves nothing. Of one real document of each layout a person noted the prices from
the document itself: every one where there are up to 60, else {DRAWN} that were drawn by lot (seed and draw are kept
here). The question named model, meter and terms; the amount was read from the page or the record, and only then
compared with the parser. The readings are files in `tests/captures/by_eye/`, and a test compares them with the parser
again wherever the documents are at hand.

## First reading
"""
_SECOND = """
## Second reading

Ten of these documents were read again, the same prices, by somebody who had the document and the question alone: who
had never seen a parser, what it says, or a first reading. Where a page states a price in two currencies, or leaves unit
or currency to its readers, the second reading gave both amounts or said so; here stands the one in the currency of the
question.
"""
_TABLE = "| source | document | prices | read | differences |\n|---|---|---|---|---|"
_FOUND = """
## What the readings found

One cell of one page was read wrong: Vertex prices Claude Sonnet 4.6 in us-east5 twice in the cell of short prompts, and
both amounts became prices; a cell that states a meter twice is left out now, with its row. No other amount, meter or
band was read wrong by a parser.

Reading the pages once more for their words beside the prices found one mistake, of the tax basis: Anthropic's page
says on the tabs of its subscriptions that prices *don't include* tax; the parser took the word *include* and told `yes`
of the API's prices, about which their own tab says nothing. It is `unknown` now, and a denial is read as one
(`tests/crawlers/formats/test_tax.py`).

The second reading found a date that the parser had passed over: a footnote of Vertex says that prices of non-global
endpoints begin on 2026-07-01 and that the global price applies before. They are dated now (20 prices of one document),
and do not stand earlier.

It also found whose a series of documents is: 58 stored lists in the form of OpenRouter's answers say in every record
that the price is the *host's own*, while the discount beside it is OpenRouter's. Read as OpenRouter's they gave net and
list prices that nobody charges (GPT-5.6 Sol at 4, "before discount" 8). They are a source of their own, `quill_router`.
"""


def _document(source: str, name: str) -> Contents | None:
    """What the parser says of a document; None where it is not at hand."""
    if name.startswith("sha256:"):
        with opened(settings()) as ledger:
            located = ledger.locate(name.removeprefix("sha256:"))
            if located is None or located.segment is None:
                return None
            body, at = document_bytes(settings().data_dir, located), None
    else:
        path = Path(os.environ.get("UNDERCUT_CAPTURES", ROOT.parent / "shared" / "captures")) / name
        if not path.exists():
            return None
        body, at = unwrap(path.read_bytes())
    reader = spider(source)
    return reader.read(Document(body=body, url=reader.urls[0], captured_at=at))


def _rows(which: str) -> Iterator[str]:
    total = 0
    for _, reading in readings(which):
        found = _document(reading.source, reading.document)
        said = "not at hand" if found is None else "; ".join(differences(reading, found.quotes)) or "none"
        total += len(reading.lines)
        yield f"| `{reading.source}` | {_name(reading)} | {reading.prices:,} | {_read(reading)} | {said} |"
    yield f"| | | | {total:,} in all | |"


def _name(reading: Reading) -> str:
    name = reading.document
    return f"package, SHA-256 `{name.removeprefix('sha256:')[:12]}…`" if name.startswith("sha256:") else f"`{name}`"


def _read(reading: Reading) -> str:
    return "every one" if reading.seed is None else f"{len(reading.lines)}, seed {reading.seed}"


def page() -> str:
    parts = [_HEAD, _TABLE, *_rows("first"), _SECOND, _TABLE, *_rows("second"), _FOUND]
    return "\n".join(parts)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
