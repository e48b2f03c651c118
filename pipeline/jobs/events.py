"""`undercut events`: decisions as the door prints them, or as a table for people."""

import json
from typing import TextIO

from rich.table import Table

from pipeline.events.door import as_json
from pipeline.jobs.console import console
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.settings import Settings


def table(settings: Settings, *, out: TextIO, say: Say, json_lines: bool, flagged: bool) -> int:
    frames, _ = current(settings, say)
    events = frames["events"]
    if flagged:
        events = events[events["flag"].notna()]
    rows = events.sort_values(["recorded_at", "id"]).to_dict("records")
    if json_lines:
        for row in rows:
            out.write(json.dumps(as_json(row), ensure_ascii=False) + "\n")
        return 0
    shown = Table("public", "what", "who", "model", "B31", "state", "class", "shown by")
    for row in sorted(rows, key=lambda row: row["public_at"], reverse=True):
        change = row["change_b31"]
        shown.add_row(
            f"{row['public_at']:%Y-%m-%d}",
            row["kind"].replace("_", " "),
            row["seller"],
            row["model_version"] if isinstance(row["model_version"], str) else json.loads(row["labels"])[0],
            "" if change != change else f"{100 * change:+.1f} %",  # NaN differs from itself
            row["state"],
            row["class_"].replace("_", " "),
            ", ".join(json.loads(row["sources"])),
        )
    console(out).print(shown)
    return 0
