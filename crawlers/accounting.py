"""What became of every price cell of a real document: read as a quote, left out for a reason that is said, or missed.

Enters a folder of captures and the list of which source each file is a copy of; leaves one Markdown page. The cells are
counted without the spiders (`crawlers.cells`). A cell is *quoted* where a quote names its place and all of its amounts
stand there in quotes or notices; where a layout has no places (lines, cards, scripts) where its amounts are among those
of the quotes that no other cell accounts for, each used once. It is *left out* where a notice names its place, its row,
its table or its record, or repeats its text.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from crawlers.archive import Ledger, document_bytes
from crawlers.base import Contents, SourceSpider
from crawlers.cells import PriceCell, amounts_of, price_cells
from crawlers.document import Document, unwrap
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import NoticeKind, SourceKind

_EXPLAINS = (NoticeKind.SKIPPED, NoticeKind.NOT_COMPARABLE, NoticeKind.ISSUE)
_PLACE = re.compile(r"table:(\d+) row:(\d+) column:(\d+)")
_PLACED = ("table:", "json:")
_CONVERTED = re.compile(r"json:.*/(?:cents_|rate_per_)\w+")
"""Amounts in cents, and multiples of another price: what a quote at their place states is another number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One document: its price cells, and what became of them; `beyond` quotes stand where no cell was counted."""

    rows: int
    quotes: int
    cells: int
    quoted: int
    left_out: int
    missed: tuple[PriceCell, ...]
    beyond: int
    currencies: tuple[str, ...]

    @property
    def share(self) -> float:
        """Share of the price cells that is accounted for; 1 where there is none."""
        return 1 - len(self.missed) / self.cells if self.cells else 1.0


def account(cells: Sequence[PriceCell], reading: Contents) -> Account:
    """What became of each cell of the document that was read."""
    at: defaultdict[str, set[Decimal]] = defaultdict(set)
    for quote in reading.quotes:
        at[quote.where].add(quote.amount)
    reasons = _Reasons(notice for notice in reading.notices if notice.notice in _EXPLAINS)
    placed = [
        cell.where in at
        and (
            _CONVERTED.fullmatch(cell.where) is not None
            or set(cell.amounts) <= at[cell.where] | reasons.amounts(cell.where)
        )
        for cell in cells
    ]
    found = {cell.where for cell, here in zip(cells, placed, strict=True) if here and cell.where.startswith(_PLACED)}
    pool = Counter(quote.amount for quote in reading.quotes if quote.where not in found)
    for cell, here in zip(cells, placed, strict=True):
        if here and cell.where not in found:
            pool.subtract(cell.amounts)
    pool += reasons.elsewhere({cell.where for cell in cells})
    stated = set(pool)
    quoted, left_out, missed = sum(placed), 0, []
    for cell in (cell for cell, here in zip(cells, placed, strict=True) if not here):
        script = cell.where.startswith("script:")
        if not script and reasons.explain(cell):
            left_out += 1
        elif not cell.where.startswith(_PLACED) and _taken(pool, cell, stated):
            quoted += 1
        elif script and reasons.explain(cell):
            left_out += 1
        else:
            missed.append(cell)
    return Account(
        rows=reading.rows,
        quotes=len(reading.quotes),
        cells=len(cells),
        quoted=quoted,
        left_out=left_out,
        missed=tuple(missed),
        currencies=tuple(sorted({quote.currency for quote in reading.quotes})),
        beyond=_beyond(reading.quotes, cells, pool),
    )


def _beyond(quotes: Sequence[Quote], cells: Sequence[PriceCell], pool: Counter[Decimal]) -> int:
    """Quotes that stand where no cell was counted, and whose amounts no cell took."""
    places = {cell.where for cell in cells}
    return sum((Counter(quote.amount for quote in quotes if quote.where not in places) & pool).values())


def _taken(pool: Counter[Decimal], cell: PriceCell, stated: set[Decimal]) -> bool:
    """Take the amounts out of the pool, where all of them are in it; a script may state again what was stated."""
    wanted = Counter(cell.amounts)
    if any(pool[amount] < count for amount, count in wanted.items()):
        return cell.where.startswith("script:") and wanted.keys() <= stated
    pool.subtract(wanted)
    return True


class _Reasons:
    """The notices of a reading, by what they speak of."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        self._tables: set[str] = set()
        self._rows: set[tuple[str, str]] = set()
        self._at: defaultdict[str, list[str]] = defaultdict(list)
        self._texts: set[str] = set()
        for notice in notices:
            place = _PLACE.fullmatch(notice.where)
            if place and notice.label == "-" and place[2] == "1":
                self._tables.add(place[1])
            elif place and place[3] == "1":
                self._rows.add((place[1], place[2]))
            self._at[notice.where].append(notice.text)
            self._texts.add(notice.text)

    def amounts(self, where: str) -> set[Decimal]:
        return {amount for text in self._at.get(where, ()) for amount in amounts_of(text)}

    def elsewhere(self, places: set[str]) -> Counter[Decimal]:
        """Amounts of notices at lines that are no cell's place."""
        lines = (text for where, texts in self._at.items() if where not in places for text in texts)
        return Counter(amount for text in lines for amount in amounts_of(text))

    def explain(self, cell: PriceCell) -> bool:
        place = _PLACE.fullmatch(cell.where)
        if place:
            return place[1] in self._tables or (place[1], place[2]) in self._rows or cell.where in self._at
        if cell.where.startswith("json:"):
            steps = cell.where.split("/")
            return any("/".join(steps[:length]) in self._at for length in range(1, len(steps) + 1))
        if cell.where.startswith("script:"):
            return any(set(cell.amounts) <= set(amounts_of(text)) for text in self._texts)
        return cell.where in self._at or cell.text in self._texts


def copies(folder: Path, files: Path) -> Iterator[tuple[str, str, Path]]:
    """(source, kind of evidence, file) of every row (`source,evidence,pattern`) of the list, in its order."""
    with files.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for path in sorted(folder.glob(row["pattern"])):
                yield row["source"], row["evidence"], path


def read_copy(spider: SourceSpider, path: Path) -> tuple[Document, Contents]:
    """A stored copy, and what the spider reads in it; DocumentShapeError where it is not of the layout it knows."""
    body, captured_at = unwrap(path.read_bytes())
    document = Document(body=body, url=spider.urls[0], captured_at=captured_at)
    return document, spider.read(document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One copy of a source's document; `account` is None where the parser refused it, for the reason in `why`."""

    source: str
    evidence: str
    file: str
    form: str
    account: Account | None
    why: str = ""


def held(spiders: Mapping[str, SourceSpider], ledger: Ledger, data_dir: Path, known: set[str]) -> Iterator[Copied]:
    """What became of the cells of the newest document that the ledger holds, of every source not in `known`."""
    for name, spider in spiders.items():
        payload = ledger.in_force(name) if name not in known else None
        located = ledger.locate(payload) if payload else None
        if located is None or located.segment is None:
            continue
        document = Document(body=document_bytes(data_dir, located), url=located.url)
        reading = spider.read(document)
        cells = price_cells(document) if spider.kind is SourceKind.PRICES else []
        file, form = f"{located.url} ({payload[:12] if payload else ''})", _form(Path(located.url.partition("?")[0]))
        yield Copied(source=name, evidence="held", file=file, form=form, account=account(cells, reading))


def accounts(spiders: Mapping[str, SourceSpider], folder: Path, files: Path) -> Iterator[Copied]:
    """What became of the cells of every copy in the list."""
    for source, evidence, path in copies(folder, files):
        file = path.relative_to(folder).as_posix()
        spider = spiders[source]
        try:
            document, reading = read_copy(spider, path)
        except DocumentShapeError as error:
            why = str(error).removeprefix(f"{spider.urls[0]}: ")[:160]
            yield Copied(source=source, evidence=evidence, file=file, form=_form(path), account=None, why=why)
            continue
        cells = price_cells(document) if spider.kind is SourceKind.PRICES else []
        yield Copied(source=source, evidence=evidence, file=file, form=_form(path), account=account(cells, reading))


def page(spiders: Mapping[str, SourceSpider], found: Sequence[Copied]) -> str:
    """Every source, then every copy, as one Markdown page."""
    confirmed = sum(spider.confirmed for spider in spiders.values())
    count = _COUNT.format(sources=len(spiders), confirmed=confirmed, others=len(spiders) - confirmed)
    return "\n".join([_HEAD, count, _TITLES, *_sources(spiders, found), _COPIES, *map(_copy_row, found), ""])


_HEAD = """<!-- written by `python -m crawlers accounting`: do not edit -->

# What became of every price on a page

A price cell is a cell of a table, a JSON scalar, a list item or a short line of a page that holds digits beside a
currency sign, code or word, or that is a bare number under a heading or a key that names a price. The cells are counted
by `crawlers/cells.py`, which knows no source. A cell is *quoted* where a quote names its place and its amounts; on
layouts without places (lines, cards, data in scripts), where its amounts are among those of quotes that no other cell
accounts for. It is *left out* where a notice names it, its row, its table or its record, with the reason. What is
neither is *missed*. Sentences are no cells: a changed sentence beside the prices is an issue of its own.
"""
_COUNT = """{sources} sources have a parser: {confirmed} are confirmed by a real document of theirs, {others} are not
(they say so wherever they appear, and never flag).
"""
_TITLES = """\
| source | confirmed | forms | market | currency | lineage | schedule | copies | refused | quotes | cells | accounted |
|---|---|---|---|---|---|---|---|---|---|---|---|"""
_COPIES = """
## Copy by copy

`page` is a page or an answer as it was served, `text` one that a reader service turned into Markdown, `reduced` a part
that somebody cut out, `layout` a reproduction of the page's layout: these two confirm nothing. `held` is the newest
document in the ledger of whoever made this page, of sources without a copy in the folder.

| copy | source | evidence | quotes | other rows | price cells | quoted | left out | missed |
|---|---|---|---|---|---|---|---|---|"""
_NONE = "–"


def _form(path: Path) -> str:
    return path.name.removesuffix(".gz").rpartition(".")[2]


def _sources(spiders: Mapping[str, SourceSpider], found: Sequence[Copied]) -> Iterator[str]:
    for name, spider in spiders.items():
        facts = spider.facts()
        mine = [copy for copy in found if copy.source == name]
        read = [copy.account for copy in mine if copy.account is not None]
        cells, missed = sum(one.cells for one in read), sum(len(one.missed) for one in read)
        quotes = sorted({one.quotes or one.rows for one in read})
        cells_of_row = (
            f"`{name}`",
            "yes" if spider.confirmed else "no",
            ", ".join(sorted({copy.form for copy in mine})) or _NONE,
            ", ".join(facts.markets) or _NONE,
            ", ".join(sorted({currency for one in read for currency in one.currencies})) or _NONE,
            facts.lineage,
            facts.schedule,
            str(len(read)) if mine else "none at hand",
            str(len(mine) - len(read)),
            _NONE if not quotes else f"{quotes[0]:,}" + (f" to {quotes[-1]:,}" if quotes[1:] else ""),
            f"{cells:,}" if cells else _NONE,
            f"{1 - missed / cells:.2%}" if cells else _NONE,
        )
        yield "| " + " | ".join(cells_of_row) + " |"


def _copy_row(copy: Copied) -> str:
    one = copy.account
    if one is None:
        return (
            f"| `{copy.file}` | `{copy.source}` | {copy.evidence} | refused: {copy.why.replace('|', '/')} | | | | | |"
        )
    counts = (one.quotes, one.rows - one.quotes, one.cells, one.quoted, one.left_out, len(one.missed))
    return f"| `{copy.file}` | `{copy.source}` | {copy.evidence} | " + " | ".join(f"{n:,}" for n in counts) + " |"
