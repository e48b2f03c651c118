"""Arena's text leaderboard: ratings of models by votes of people, as the page's table shows them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from crawlers.base import ScoreSpider
from crawlers.document import Document
from crawlers.tables import Table
from pipeline.domain.quote import Notice, Score
from pipeline.domain.vocabulary import Redistribute, Trust

_COLUMNS = ("Model", "Score", "95% CI (±)", "Votes")
_SCORE = re.compile(r"([0-9]{3,4})(?: Preliminary)?")
_UPDATED = "Last Updated"


class Arena(ScoreSpider):
    """One rating per model of the category `Overall`, style control on, as the page first shows it."""

    name = "arena"
    title = "Arena, text leaderboard"
    urls = ("https://arena.ai/leaderboard/text",)
    schedule = "every day"
    expected = (100, 2000)
    lineage = "arena"
    trust = Trust.SELLER
    licence = "the data set is CC BY 4.0; the page names no licence"
    redistribute = Redistribute.DERIVED

    def parse_scores(self, document: Document) -> Iterator[Score | Notice]:
        table = document.table_rows(*_COLUMNS)
        at = table.columns(*_COLUMNS)
        updated = _updated(table)
        for row in table.even_rows[1:]:
            match = _SCORE.fullmatch(row[at["Score"]].text)
            if match is None:
                raise document.shape_error("a rating", row[at["Score"]].text)
            value = Decimal(match[1])
            spread = Decimal(row[at["95% CI (±)"]].text.removeprefix("±"))
            yield Score(
                source=self.name,
                benchmark="arena text/overall",
                benchmark_version=updated.date().isoformat(),
                label=row[at["Model"]].parts[-1],  # the maker's name stands in a line of its own above it
                value=value,
                low=value - spread,
                high=value + spread,
                votes=int(row[at["Votes"]].text.replace(",", "")),
                published_at=updated,
                where=row[at["Score"]].where,
            )


def _updated(table: Table) -> datetime:
    """The day under the words `Last Updated`, such as `Feb 6, 2026`."""
    day = table.lead[table.lead.index(_UPDATED) + 1]
    return datetime.strptime(day, "%b %d, %Y").replace(tzinfo=UTC)
