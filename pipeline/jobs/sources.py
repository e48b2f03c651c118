"""`undercut sources`: every source, what it publishes, and when it was last read well."""

import json
from typing import TextIO

import pandas as pd
from rich.console import Console
from rich.table import Table

from pipeline.jobs.crawl import known_sources
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.settings import Settings


def table(settings: Settings, *, out: TextIO, say: Say, json_lines: bool) -> int:
    frames, _ = current(settings, say)
    coverage = frames["coverage"].sort_values("day").drop_duplicates("source", keep="last").set_index("source")
    rows = [{**facts.as_json(), **_health(coverage, facts.name)} for facts in known_sources()]
    if json_lines:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return 0
    shown = Table("source", "what", "market", "trust", "lineage", "schedule", "last day", "last good (UTC)")
    for row in rows:
        names = [str(row[name]) for name in ("trust", "lineage", "schedule")]
        last = [str(row.get(name, "never")) for name in ("state", "last_good_at")]
        title = row["title"] if row["confirmed"] else f"{row['title']} (layout unconfirmed)"
        shown.add_row(row["name"], title, ", ".join(row["markets"]), *names, *last)
    Console(file=out, highlight=False, markup=False).print(shown)
    return 0


def _health(coverage: pd.DataFrame, source: str) -> dict[str, str]:
    if source not in coverage.index:
        return {}
    last = coverage.loc[source]
    good: dict[str, str] = (
        {} if pd.isna(last["last_good_at"]) else {"last_good_at": f"{last['last_good_at']:%Y-%m-%dT%H:%M:%SZ}"}
    )
    return {"state": str(last["state"]), "day": f"{last['day']:%Y-%m-%d}", **good}
