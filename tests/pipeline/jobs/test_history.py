"""Two weeks of the shipped sample, walked in order of days, beside views that are made from nothing.

LiteLLM released on 10, 14, 18 and 21 June 2025, models.dev's copy is of the 22nd; nothing was public on the 13th, and
on the 16th the holds of the 14th ended.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest

from pipeline.jobs.appearances import View
from pipeline.jobs.history import History
from pipeline.jobs.sample import load_sample
from pipeline.settings import settings
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Ledger

DAYS = [date(2025, 6, 9) + timedelta(days=count) for count in range(14)]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = tmp_path_factory.mktemp("sample")
    with open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}", folder) as opened:
        load_sample(opened, folder, settings().sample_dir)
        yield opened


@pytest.fixture(scope="module")
def walked(ledger: Ledger) -> dict[date, View]:
    history = History(ledger)
    return {day: history.view(day) for day in DAYS}


@pytest.mark.slow
@pytest.mark.parametrize("day", [13, 16, 22], ids=["nothing public", "holds end", "a document"])
def test_a_walk_says_of_a_day_what_a_view_made_from_nothing_says(
    ledger: Ledger, walked: dict[date, View], day: int
) -> None:
    assert History(ledger).view(date(2025, 6, day)) == walked[date(2025, 6, day)]


@pytest.mark.slow
def test_only_days_with_a_document_or_an_ended_hold_say_more_than_their_eve(walked: dict[date, View]) -> None:
    said = [day.day for eve, day in pairwise(DAYS) if walked[day] != walked[eve]]
    assert said == [10, 12, 14, 16, 18, 20, 21]
