import pandas as pd

from pipeline import frames
from pipeline.normalise.identity import resolve
from pipeline.normalise.labels import name_of_display
from pipeline.normalise.scores import matched_scores
from pipeline.reference.load import load_reference
from tests.pipeline.normalise.conftest import day


def scores(*labels):
    rows = [
        {
            "source": "arena",
            "benchmark": "arena overall",
            "benchmark_version": "2026-03-01",
            "label": label,
            "model_version": None,
            "value": 1400.0,
            "low": None,
            "high": None,
            "votes": 10,
            "published_at": day(0),
            "payload_sha256": "0" * 64,
            "where": "w",
        }
        for label in labels
    ]
    return frames.coerce(pd.DataFrame(rows), "scores")


def priced(*rows):
    """What identity answered for the (seller, label) of the price sources."""
    asked = pd.DataFrame(rows, columns=["seller", "label"], dtype="str").assign(source="prices", alias_of=None)
    return resolve(asked, load_reference())


NO_PRICES = priced()


def test_a_score_is_joined_by_its_maker_and_name():
    found = matched_scores(scores("anthropic/claude-opus-4.5"), NO_PRICES, load_reference())
    assert found["model_version"].tolist() == ["anthropic/claude-opus-4-5"]


def test_a_name_for_people_is_read_without_how_the_model_was_run():
    assert name_of_display("Claude Opus 4.5 (High)") == "claude-opus-4.5"


def test_a_date_in_brackets_names_another_version():
    assert name_of_display("DeepSeek R1 (0528)") == "deepseek-r1-0528"


def test_brackets_that_are_neither_a_date_nor_an_effort_stay():
    assert name_of_display("DeepSeek Chat V3 (prev)") == "deepseek-chat-v3-(prev)"


def test_an_identifier_is_left_as_it_is():
    assert name_of_display("openai/gpt-4o (new)") == "openai/gpt-4o (new)"


def test_a_score_of_an_unknown_model_has_no_version():
    found = matched_scores(scores("Totally New 9 (Max)"), NO_PRICES, load_reference())
    assert found["model_version"].isna().all()


def test_a_name_known_from_a_makers_seller_is_joined():
    found = matched_scores(scores("Grok 99"), priced(("xai", "grok-99")), load_reference())
    assert found["model_version"].tolist() == ["xai/grok-99"]
