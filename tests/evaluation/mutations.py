"""Real pages made wrong on purpose: does a wrong price get past the reader without a word?

Each mutation changes one stored document as a page changes in life (a column goes, two change places, a unit slips, a
title is translated, half of the file is missing, a login page comes instead, a sentence changes what the prices mean).
The mutated document is read and judged beside the reading in force, as a crawl does it. What a reader could tell must
end in a refusal, a quarantine or an issue; what leaves the page correct must give the same quotes.
"""

import os
import random
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from crawlers.__main__ import known_spiders
from crawlers.accounting import copies
from crawlers.archive import row_of
from crawlers.base import Contents, SourceSpider
from crawlers.document import Document, unwrap
from crawlers.report import Look, judge, new_sentences
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Issue, Quote
from pipeline.domain.vocabulary import IssueKind, RunVerdict, SourceKind
from tests.evaluation.change import Change, Kind
from tests.evaluation.pages import changes

SEED = 20261124
PER_DOCUMENT, OF_LARGE, LARGE = 70, 24, 200_000
"""Mutations drawn of a document, and of one of more than LARGE bytes: to read that again takes a second."""
ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("UNDERCUT_CAPTURES", ROOT.parent / "shared" / "captures"))
FILES = ROOT / "tests" / "captures" / "files.csv"
_DOCUMENT_WIDE = (IssueKind.TERMS_CHANGED, IssueKind.BOUNDS, IssueKind.LOST_LISTINGS)


class Outcome(StrEnum):
    """What became of a mutated document."""

    REFUSED = "refused"
    HELD_BACK = "held back"
    ISSUE = "an issue for each wrong price"
    FEWER = "fewer quotes, none wrong"
    SAME = "the same quotes"
    SILENT = "a wrong price in silence"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A stored document as it is: what it states, and the issues that it has anyway."""

    spider: SourceSpider
    file: str
    document: Document
    reading: Contents
    issues: frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One mutation and what became of it; `wrong` names some of the prices that are not those of the original."""

    source: str
    file: str
    change: Change
    outcome: Outcome
    wrong: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the reader did what it must; a change that nobody could tell is no failure."""
        if self.outcome in (Outcome.CRASHED,):
            return False
        if self.change.kind is Kind.CORRECT:
            return self.outcome is Outcome.SAME
        return self.change.kind is Kind.INDISTINGUISHABLE or self.outcome is not Outcome.SILENT


def originals() -> Iterator[Original]:
    """The newest readable copy of each line of the list of captures."""
    spiders = known_spiders()
    newest: dict[tuple[str, str], Path] = {}
    for source, _, path in copies(FOLDER, FILES):
        if spiders[source].kind is SourceKind.PRICES:
            newest[(source, "".join(character for character in path.name if not character.isdigit()))] = path
    for (source, _), path in newest.items():
        spider = spiders[source]
        body, captured_at = unwrap(path.read_bytes())
        document = Document(body=body, url=spider.urls[0], captured_at=captured_at)
        try:
            reading = spider.read(document)
        except DocumentShapeError:
            continue
        judged = judge(spider, [Look(url=document.url, reading=reading)])
        if judged.verdict is RunVerdict.BLIND:  # a part of a document: its own size is what is expected
            spider = copy(spider)
            spider.expected = (reading.rows // 2, 2 * reading.rows)  # type: ignore[misc]
            judged = judge(spider, [Look(url=document.url, reading=reading)])
        yield Original(
            spider=spider,
            file=path.relative_to(FOLDER).as_posix(),
            document=document,
            reading=reading,
            issues=frozenset(map(_told, judged.issues)),
        )


def drawn(original: Original, seed: int, count: int) -> list[Change]:
    """`count` changes of a document, every kind of change first; the same seed draws the same ones."""
    dice = random.Random(seed ^ zlib.crc32(original.file.encode()))  # noqa: S311
    every = list(changes(original.document.text(), dice))
    dice.shuffle(every)
    turn: Counter[str] = Counter()
    ranked = []
    for change in every:
        ranked.append((turn[change.name], change))
        turn[change.name] += 1
    return [change for _, change in sorted(ranked, key=lambda pair: pair[0])][:count]


def outcome_of(original: Original, change: Change) -> Result | None:
    """Read and judge one mutated document beside the reading in force; None where the change changes nothing."""
    text = change.make()
    if text is None:
        return None
    document = replace(original.document, body=text.encode())
    result = Result(source=original.spider.name, file=original.file, change=change, outcome=Outcome.REFUSED)
    try:
        reading = original.spider.read(document)
    except DocumentShapeError:
        return result
    except Exception as error:  # noqa: BLE001  # a crash is what is looked for
        return replace(result, outcome=Outcome.CRASHED, wrong=(f"{type(error).__name__}: {error}",))
    before = [row_of(item) for item in original.reading.items]
    look = Look(url=document.url, reading=reading, before=before, terms=_terms(original, document))
    judged = judge(original.spider, [look])
    if judged.verdict in (RunVerdict.QUARANTINED, RunVerdict.BLIND):
        return replace(result, outcome=Outcome.HELD_BACK)
    wrong = _wrong(original.reading.quotes, reading.quotes, meaning=change.kind is Kind.MEANING)
    if wrong:
        new = [issue for issue in judged.issues if _told(issue) not in original.issues]
        silent = wrong if not new else _untold(wrong, new)
        shown = tuple(f"{quote.label} {quote.meter} {quote.amount}" for quote in silent[:3])
        return replace(result, outcome=Outcome.SILENT if silent else Outcome.ISSUE, wrong=shown)
    fewer = len(reading.quotes) < len(original.reading.quotes)
    return replace(result, outcome=Outcome.FEWER if fewer else Outcome.SAME)


def _terms(original: Original, document: Document) -> Sequence[str]:
    css = original.spider.terms
    return new_sentences(document.prose(css), original.document.prose(css)) if css else ()


def _told(issue: Issue) -> tuple[str, str, str]:
    return (issue.kind, issue.subject, issue.text)


def _untold(wrong: list[Quote], issues: list[Issue]) -> list[Quote]:
    """Wrong quotes that no new issue speaks of: one of its label, or of the whole document."""
    if any(issue.kind in _DOCUMENT_WIDE for issue in issues):
        return []
    subjects = {issue.subject for issue in issues}
    return [quote for quote in wrong if quote.label not in subjects]


def _wrong(before: Sequence[Quote], now: Sequence[Quote], *, meaning: bool) -> list[Quote]:
    """Quotes that the original does not state; all of them where a sentence changed what they mean."""
    if meaning:
        return list(now)
    known = Counter(map(_stated, before))
    found = []
    for quote in now:
        key = _stated(quote)
        if known[key] <= 0:
            found.append(quote)
        known[key] -= 1
    return found


def _stated(quote: Quote) -> tuple[Any, ...]:
    conditions = replace(quote.conditions, as_published=None, promotion=None)
    per_million = Decimal(quote.amount) * 1_000_000 / quote.per
    who = (quote.seller, quote.served_by, quote.market, quote.region, quote.label, conditions)
    when = (quote.effective_at, quote.observed_at)
    return (*who, quote.meter, per_million.normalize(), quote.currency, quote.per_unit, quote.price_basis, *when)


def results(seed: int = SEED) -> list[Result]:
    """Every drawn mutation of every document."""
    found = []
    for original in originals():
        count = OF_LARGE if len(original.document.body) > LARGE else PER_DOCUMENT
        found += [outcome_of(original, change) for change in drawn(original, seed, count)]
    return [result for result in found if result is not None]


def sample(seed: int, count: int) -> list[Result]:
    """`count` mutations of the small documents, drawn over all of them."""
    dice = random.Random(seed)  # noqa: S311
    small = [original for original in originals() if len(original.document.body) <= LARGE]
    pairs = [(original, change) for original in small for change in drawn(original, seed, 12)]
    found = (outcome_of(original, change) for original, change in dice.sample(pairs, len(pairs)))
    return list(islice((result for result in found if result is not None), count))


def run() -> str:
    """The tables as Markdown."""
    if not FOLDER.exists():
        return "## Pages made wrong on purpose\n\nNo captures at hand (UNDERCUT_CAPTURES names the folder)."
    found = results()
    failed = [result for result in found if not result.passed]
    documents = len({result.file for result in found})
    names = sorted({result.change.name for result in found})
    sources = len({one.source for one in found})
    about = (
        f"{len(found):,} mutations of {documents} stored documents of {sources} sources, seed {SEED}, each judged "
        f"beside the reading in force. {len(failed)} failed: crashed, said a wrong price without a word, or read a "
        "correct page differently. *Nobody could tell*: one amount moved by less than five times."
    )
    lines = ["## Pages made wrong on purpose", "", about, "", "| mutation | page | " + " | ".join(Outcome) + " |"]
    lines.append("|---|---|" + "---|" * len(Outcome))
    for name in names:
        mine = [result for result in found if result.change.name == name]
        counts = Counter(result.outcome for result in mine)
        told = " | ".join(str(counts[outcome]) for outcome in Outcome)
        lines.append(f"| {name} | {mine[0].change.kind} | {told} |")
    lines += ["", *(f"* {one.source}: {one.change.name}: {', '.join(one.wrong)}" for one in failed[:40])]
    return "\n".join([*lines, ""])
