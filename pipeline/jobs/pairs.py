"""`undercut pairs`: home and export prices side by side, or a maker and the hosts of the same weights; CSV or JSON."""

import csv
import json
from collections.abc import Iterable
from typing import TextIO

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.host_rows import maker_and_hosts
from pipeline.dumping.pair_rows import Row, home_and_export, pair_row
from pipeline.jobs.comparisons import asked_day, cell, newest_ground, open_weights
from pipeline.jobs.say import Say
from pipeline.settings import Settings

DONE, WRONG_INPUT = 0, 2


def pairs(settings: Settings, *, day: str | None, same_weights: bool, json_lines: bool, out: TextIO, say: Say) -> int:
    """Print every pair of `day`; without one each pair on the last day on which both sides stood."""
    asked, data_to = newest_ground(settings, say)
    try:
        on = asked_day(day, data_to)
    except InvalidValueError as error:
        say(str(error))
        return WRONG_INPUT
    if same_weights:
        rows = list(maker_and_hosts(asked, open_weights(), on))
    else:
        rows = [pair_row(asked, each) for each in home_and_export(asked, None if day is None else on)]
    _write(rows, json_lines, out)
    say(f"{len(rows)} rows; an indicator, not a finding: docs/methods/comparisons.md says what is compared")
    return DONE


def _write(rows: Iterable[Row], json_lines: bool, out: TextIO) -> None:
    listed = list(rows)
    if json_lines:
        out.writelines(json.dumps(dict(row), ensure_ascii=False) + "\n" for row in listed)
        return
    if listed:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(listed[0])
        writer.writerows([cell(value) for value in row.values()] for row in listed)
