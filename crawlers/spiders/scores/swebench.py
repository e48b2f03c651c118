"""SWE-bench leaderboards: the share of issues of real repositories that a system resolves."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from crawlers.base import ScoreSpider
from crawlers.document import Document
from pipeline.domain.instants import midnight
from pipeline.domain.quote import Notice, Score
from pipeline.domain.vocabulary import NoticeKind, Redistribute, Trust

_MODEL = "Model: "


class SWEBench(ScoreSpider):
    """A score per entry. An entry is a system: where its tags name one model that is the label, else its own name."""

    name = "swebench"
    title = "SWE-bench leaderboards"
    urls = ("https://raw.githubusercontent.com/SWE-bench/swe-bench.github.io/master/data/leaderboards.json",)
    schedule = "every week"
    expected = (50, 3000)
    lineage = "swebench"
    trust = Trust.SELLER
    licence = "no licence stated"
    redistribute = Redistribute.DERIVED
    confirmed = False  # the file was looked at in a stored copy; no whole copy of it was parsed

    def parse_scores(self, document: Document) -> Iterator[Score | Notice]:
        for place, board in document.records("/leaderboards"):
            for index, entry in enumerate(board["results"]):
                where = f"{place}/results/{index}"
                name = entry["name"]
                if entry["resolved"] is None:
                    yield Notice(notice=NoticeKind.SKIPPED, label=name, where=where, text="no result")
                    continue
                models = [tag.removeprefix(_MODEL) for tag in entry.get("tags") or [] if tag.startswith(_MODEL)]
                yield Score(
                    source=self.name,
                    benchmark=f"swe-bench {board['name']}",
                    benchmark_version=f"{board['name']}, {name}" if len(models) == 1 else board["name"],
                    label=models[0] if len(models) == 1 else name,
                    value=Decimal(entry["resolved"]),
                    published_at=midnight(date.fromisoformat(entry["date"])),
                    where=f"{where}/resolved",
                )
