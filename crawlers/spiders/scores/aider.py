"""aider's polyglot leaderboard: the share of 225 coding exercises that a model solves within two tries."""

import re
from collections.abc import Iterator
from datetime import date

from crawlers.base import ScoreSpider
from crawlers.document import Document
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.instants import midnight
from pipeline.domain.quote import Notice, Score
from pipeline.domain.vocabulary import NoticeKind, Redistribute, Trust

_FIELD = re.compile(r"(?:- |  )([A-Za-z_0-9]+):(?: +(.*?))? *")
_NEEDED = ("model", "pass_rate_2", "date", "edit_format")


class Aider(ScoreSpider):
    """One score per run; a model may have run in several edit formats, each a benchmark version of its own."""

    name = "aider"
    title = "aider polyglot leaderboard"
    urls = ("https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data/polyglot_leaderboard.yml",)
    schedule = "every day"
    expected = (30, 1000)
    lineage = "aider"
    trust = Trust.SELLER
    licence = "Apache-2.0"
    redistribute = Redistribute.YES

    def parse_scores(self, document: Document) -> Iterator[Score | Notice]:
        for where, run in _runs(document):
            if missing := [name for name in _NEEDED if not run.get(name)]:
                text = f"the run has no {', '.join(missing)}"
                yield Notice(notice=NoticeKind.SKIPPED, label=run.get("model") or "-", where=where, text=text)
                continue
            yield Score(
                source=self.name,
                benchmark="aider polyglot",
                benchmark_version=f"polyglot, {run['edit_format']}",
                label=run["model"],
                value=parse_decimal(run["pass_rate_2"]),
                published_at=midnight(date.fromisoformat(run["date"])),
                where=where,
            )


def _runs(document: Document) -> list[tuple[str, dict[str, str]]]:
    """(place, fields) of each member of the document's one list; every line must be a field of a member."""
    runs: list[tuple[str, dict[str, str]]] = []
    for where, printed in document.lines():
        line = printed.rstrip()
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _FIELD.fullmatch(line)
        if match is None or not (runs or line.startswith("- ")):
            raise document.shape_error("a list of runs, a field a line", f"{where}: {line}")
        if line.startswith("- "):
            runs.append((where, {}))
        runs[-1][1][match[1]] = (match[2] or "").strip("\"'")
    return runs
