"""LiveBench: one table per release of its questions, a row per model, a column per task."""

import csv
from collections.abc import Iterator
from datetime import date

from crawlers.base import ScoreSpider
from crawlers.document import Document
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.instants import midnight
from pipeline.domain.quote import Notice, Score
from pipeline.domain.vocabulary import NoticeKind, Redistribute, Trust

_RELEASE = date(2026, 6, 25)  # the address of the table names it; a new release is a new version of this spider


class Livebench(ScoreSpider):
    """A score per task: which tasks make up a category, and so its mean, stands in another file."""

    name = "livebench"
    title = "LiveBench, table of a release"
    urls = (f"https://livebench.ai/table_{_RELEASE:%Y_%m_%d}.csv",)
    schedule = "every week"
    expected = (200, 8000)
    lineage = "livebench"
    trust = Trust.SELLER
    licence = "Apache-2.0 (code); the table names no licence"
    redistribute = Redistribute.DERIVED
    confirmed = False  # the table was looked at in a stored copy; no whole copy of it was parsed

    def parse_scores(self, document: Document) -> Iterator[Score | Notice]:
        head, *rows = csv.reader(document.text().splitlines())
        first, *tasks = head
        if first != "model" or len(tasks) < 2 or len(set(tasks)) != len(tasks):
            raise document.shape_error("a table of model and tasks", head)
        for line, (label, *values) in enumerate(rows, start=2):
            for task, text in zip(tasks, values, strict=True):
                if not text:
                    words = f"{task}: not run"
                    yield Notice(notice=NoticeKind.SKIPPED, label=label, where=f"text:{line}", text=words)
                    continue
                yield Score(
                    source=self.name,
                    benchmark=f"livebench {task}",
                    benchmark_version=_RELEASE.isoformat(),
                    label=label,
                    value=parse_decimal(text),
                    published_at=midnight(_RELEASE),
                    where=f"text:{line}",
                )
