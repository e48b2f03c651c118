"""The week of 2026-08-16, from real documents: DeepSeek raised V4-Pro; catalogues showed cuts, mixes and late dates.

The ledger is the shipped sample (LiteLLM's releases, genai-prices, model-prices) with Quill router's snapshots of
August (hosts' own prices in the form of OpenRouter's answers, of one lineage with it) and DeepSeek's own pages of May
and July. Amounts are those that the documents print, read by eye.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest

from crawlers.document import unwrap
from crawlers.folder import backfill_folder, copies
from pipeline.domain.listing import listing_id
from pipeline.jobs.appearances import Decision, View
from pipeline.jobs.history import History
from pipeline.jobs.resolve import resolve
from pipeline.jobs.sample import load_sample
from pipeline.settings import settings
from pipeline.store.engine import open_ledger
from tests.crawlers.spiders.pages import spider

DOCUMENTS = [
    ("quill_router", "openrouter-models-with-endpoints/quill/2026-08-*"),
    ("deepseek", "first-party/deepseek/2026-05-08*"),
    ("deepseek_cn", "deepseek-zh-cn/*"),
]
MODEL = "deepseek/deepseek-v4-pro"
NIGHT_AND_LUNCH = {"name": "off_peak", "hours": ["10:00-01:00", "04:00-06:00"], "tz": "UTC"}
PEAK = {"name": "peak", "hours": ["01:00-04:00", "06:00-10:00"], "tz": "UTC"}
AFTER_THE_PAGES = date(2026, 10, 27)
"""model-prices, which dates the change by the seller's log, was public the day before."""


def _served_by_deepseek() -> set[str]:
    """OpenRouter's listings of V4-Pro that DeepSeek computes: flat, and in either window."""
    place = {"seller": "openrouter", "served_by": "deepseek", "market": "international", "region": None}
    terms = [{"tier": "standard"}, *({"tier": "standard", "window": window} for window in (NIGHT_AND_LUNCH, PEAK))]
    return {listing_id(**place, model_version=MODEL, conditions=each) for each in terms}  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, captures_dir: Path) -> Iterator[History]:
    folder = tmp_path_factory.mktemp("week")
    with open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}", folder) as ledger:
        load_sample(ledger, folder, settings().sample_dir)
        for name, match in DOCUMENTS:
            reader = spider(name)
            backfill_folder(ledger, folder, reader, copies(captures_dir, reader, match))
        yield History(ledger)


@pytest.fixture(scope="module")
def later(history: History) -> View:
    """The view once every catalogue had come round."""
    return history.view(AFTER_THE_PAGES)


def own(view: View) -> list[Decision]:
    """DeepSeek's decisions about V4-Pro since August, on its own offer or where OpenRouter names it as the computer."""
    return [
        decision
        for decision in view.values()
        if decision["maker"] == "deepseek"
        and (decision["effective_at"] or datetime.max.replace(tzinfo=UTC)) >= datetime(2026, 8, 1, tzinfo=UTC)
        and (
            (decision["seller"] == "deepseek" and decision["model_version"] == MODEL)
            or _served_by_deepseek() & set(json.loads(decision["listing_ids"]))
        )
    ]


def moves(view: View) -> list[Decision]:
    return [decision for decision in own(view) if decision["class_"] == "market_move"]


def test_the_monitor_reports_one_rise(later: View) -> None:
    assert [(move["kind"], move["state"]) for move in moves(later)] == [("rise", "confirmed")]


def test_it_was_dated_by_the_seller_to_midnight_in_beijing(later: View) -> None:
    move = moves(later)[0]
    assert (move["effective_at"], move["effective_basis"]) == (
        datetime.fromisoformat("2026-08-17T00:00:00+08:00"),
        "seller_dated",
    )


def test_both_bands_are_said_with_their_hours(later: View) -> None:
    said = moves(later)[0]["explanation"]
    assert "off-peak: input 0.66, cached input 0.022, output 1.98" in said
    assert "01:00-04:00, 06:00-10:00 UTC" in said
    assert "input 1.32, cached input 0.044, output 3.96" in said


def test_the_amount_is_the_mean_over_the_week_of_both_bands(later: View) -> None:
    """35 of 168 hours are peak: .66·(1 + 35/168) = .7975 and 1.98·(1 + 35/168) = 2.3925, from .435 and .87."""
    prices = json.loads(moves(later)[0]["prices"])
    assert (prices["input"], prices["output"]) == ({"old": "0.435", "new": "0.7975"}, {"old": "0.87", "new": "2.3925"})


def test_three_lineages_show_it_each_in_its_own_way(later: View) -> None:
    """models.dev's copy dates it, a router's list shows the windows of every day, LiteLLM wrote the peak price down."""
    assert json.loads(moves(later)[0]["sources"]) == ["litellm", "models.dev", "openrouter"]


def test_no_cut_and_no_flag_is_made_of_it(later: View) -> None:
    for decision in own(later):
        assert decision["flag"] is None
        assert decision["kind"] not in ("cut", "to_free", "promotion_start")


def test_windows_that_a_catalogue_dropped_again_are_no_cut(later: View) -> None:
    """On 2026-08-21 the router's entry kept the off-peak price alone: 2.5575 on the week's mean became 1.98."""
    others = [decision for decision in own(later) if decision["class_"] != "market_move"]
    assert [(other["kind"], json.loads(other["prices"])["output"]["new"]) for other in others] == [("windows", "1.98")]


def test_what_was_known_in_the_week_itself_is_a_rise_inside_a_bracket(history: History) -> None:
    """Public on the 19th: the router's snapshot; the seller's dated log was not kept by anyone before October."""
    before, after = history.view(date(2026, 8, 18)), history.view(date(2026, 8, 19))
    assert moves(before) == []
    assert [(move["kind"], move["state"], move["effective_basis"]) for move in moves(after)] == [
        ("rise", "recorded", "first_seen")
    ]


@pytest.mark.parametrize(
    ("day", "version"), [("2026-08-15", "deepseek-v4-pro-0423"), ("2026-08-17", "deepseek-v4-pro-0813")]
)
def test_the_label_meant_0423_before_and_0813_after(day: str, version: str) -> None:
    out = StringIO()
    resolve(StringIO(f"source,label,as_of\ndeepseek,deepseek-v4-pro,{day}\n"), out, StringIO())
    assert out.getvalue().splitlines()[1].split(",")[3] == f"deepseek/{version}"


@pytest.mark.parametrize(("day", "named"), [("2026-08-16", True), ("2026-08-19", True), ("2026-08-21", False)])
def test_openrouter_called_deepseeks_own_endpoint_0423_until_the_19th(
    captures_dir: Path, day: str, named: bool
) -> None:
    """A router's name for an entry is its own: it says what it routes to, not what the seller's label means."""
    path = captures_dir / f"openrouter-models-with-endpoints/quill/{day}.json.gz"
    body, _ = unwrap(path.read_bytes())
    models = {model["id"]: model["endpoints"] for model in json.loads(body)["models"]}
    names = [each["name"] for each in models[MODEL] if each["provider_name"].lower() == "deepseek"]
    assert [name.endswith("deepseek-v4-pro-20260423") for name in names] == [named]
