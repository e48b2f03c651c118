"""What `undercut sources`, `--schedules` and `doctor` say of sources."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.schedule import Schedule
from pipeline.jobs.crawl import known_sources
from pipeline.jobs.doctor import doctor
from pipeline.jobs.sources import in_words, schedules
from pipeline.normalise.speakers import speaker
from pipeline.scheduler import _trigger
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def lines():
    out = io.StringIO()
    assert schedules(out=out, json_lines=True) == 0
    return {row["source"]: row for row in map(json.loads, out.getvalue().splitlines())}


def test_every_source_has_a_line_of_its_schedule(lines):
    assert set(lines) == {facts.name for facts in known_sources()}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_name_is_whole_in_a_narrow_terminal(lines, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    out = Terminal()
    schedules(out=out, json_lines=False)
    assert [name for name in lines if f" {name} " not in out.getvalue()] == []


def test_a_price_is_stale_after_two_intervals(lines):
    known = {facts.name: Schedule.parse(facts.schedule) for facts in known_sources()}
    assert {name: row["stale_after"] for name, row in lines.items()} == {
        name: "-" if schedule.when_asked else in_words(2 * schedule.interval) for name, schedule in known.items()
    }


def test_who_measures_sells_nothing():
    facts = {each.name: each.as_json() for each in known_sources()}
    said = {name: speaker(facts[name]["kind"], facts[name]["trust"]) for name in ("arena", "deepseek", "litellm")}
    assert said == {"arena": "first hand", "deepseek": "seller", "litellm": "aggregator"}


def test_a_probe_is_never_due(lines):
    assert lines["probe"] == {"source": "probe", "schedule": "when asked", "jitter": "-", "stale_after": "-"}


@pytest.mark.parametrize(
    ("span", "text"),
    [(timedelta(minutes=36), "36 min"), (timedelta(hours=2.4), "2.4 h"), (timedelta(days=14), "14 days")],
)
def test_a_span_is_said_in_its_largest_unit(span, text):
    assert in_words(span) == text


@pytest.mark.parametrize("text", ["every 6 hours", "15 5 * * *"])
def test_intervals_and_cron_lines_wander_alike(text):
    schedule = Schedule.parse(text)
    assert _trigger(schedule, datetime(2026, 11, 1, tzinfo=UTC)).jitter == schedule.jitter.total_seconds()


def test_the_doctor_names_the_variable_of_a_missing_key(tmp_path, monkeypatch):
    monkeypatch.delenv("UNDERCUT_ARTIFICIAL_ANALYSIS_KEY", raising=False)
    said: list[str] = []
    doctor(Settings(data_dir=tmp_path), say=said.append, now=datetime.now(UTC))
    assert any("artificial_analysis needs a key: UNDERCUT_ARTIFICIAL_ANALYSIS_KEY" in line for line in said)


def test_the_doctor_says_that_a_key_is_there_and_not_which(tmp_path, monkeypatch):
    monkeypatch.setenv("UNDERCUT_ARTIFICIAL_ANALYSIS_KEY", "sk-hidden")
    said: list[str] = []
    doctor(Settings(data_dir=tmp_path), say=said.append, now=datetime.now(UTC))
    assert any(line.startswith("ok") and "artificial_analysis has its key" in line for line in said)
    assert not any("sk-hidden" in line for line in said)
