"""Other writings of one name, against what the sources' own pages say of their slugs (read in June 2026)."""

import pandas as pd
import pytest

from pipeline.normalise.identity import resolve, seller_of
from pipeline.normalise.writings import parts
from pipeline.reference.load import load_reference


def version(source, label):
    asked = pd.DataFrame([{"source": source, "seller": source, "label": label, "alias_of": None}])
    answer = resolve(asked, load_reference()).iloc[0]
    return None if pd.isna(answer["model_version"]) else answer["model_version"]


@pytest.mark.parametrize(
    ("source", "label", "expected"),
    [
        ("artificial_analysis", "gpt-5-medium", "openai/gpt-5"),
        ("artificial_analysis", "gpt-5-4-non-reasoning", "openai/gpt-5.4"),
        ("artificial_analysis", "claude-4-5-haiku-reasoning", "anthropic/claude-haiku-4-5"),
        ("artificial_analysis", "claude-sonnet-4-6-non-reasoning-low-effort", "anthropic/claude-sonnet-4-6"),
        ("arena", "claude-opus-4-1-20250805-thinking-16k", "anthropic/claude-opus-4-1-20250805"),
        ("aider", "o1-2024-12-17 (high)", "openai/o1-2024-12-17"),
        ("artificial_analysis", "llama-3-3-instruct-70b", "meta/llama-3.3-70b-instruct"),
        ("artificial_analysis", "gemma-3-27b", "google/gemma-3-27b-it"),
        ("arena", "llama-3.1-405b-instruct-fp8", "meta/llama-3.1-405b-instruct"),
    ],
)
def test_how_a_model_was_run_is_no_part_of_its_name(source, label, expected):
    assert version(source, label) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("qwen3-next-80b-a3b-reasoning", "alibaba/qwen3-next-80b-a3b-thinking"),
        ("qwen3-235b-a22b-instruct-2507-reasoning", "alibaba/qwen3-235b-a22b-thinking-2507"),
        ("qwen3-vl-8b-reasoning", "alibaba/qwen3-vl-8b-thinking"),
        ("qwen3-30b-a3b-2507-reasoning", "alibaba/qwen3-30b-a3b-thinking-2507"),
        ("qwen3-4b-2507-instruct-reasoning", "alibaba/qwen3-4b-thinking-2507"),
        ("olmo-3-7b-think", "allenai/olmo-3-7b-think"),
        ("kimi-k2-thinking", "moonshot/kimi-k2-thinking"),
    ],
)
def test_weights_that_think_are_never_those_that_do_not(label, expected):
    assert version("artificial_analysis", label) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("deepseek-r1", "deepseek/deepseek-r1-0528"),  # "DeepSeek R1 0528 (May '25)"
        ("deepseek-r1-0120", "deepseek/deepseek-r1"),  # "DeepSeek R1 (Jan '25)"
        ("gpt-4o", "openai/gpt-4o-2024-11-20"),  # "GPT-4o (Nov '24)"
        ("deepseek-v2-5", "deepseek/deepseek-v2.5-1210"),  # "DeepSeek-V2.5 (Dec '24)"
        ("mistral-large-2", "mistral/mistral-large-2411"),  # "Mistral Large 2 (Nov '24)"
    ],
)
def test_a_slug_that_means_another_version_than_it_says_is_that_version(label, expected):
    assert version("artificial_analysis", label) == expected
    assert version("artificial_analysis_speeds", label) == expected


def test_the_same_slug_elsewhere_means_what_it_says():
    assert version("novita", "deepseek/deepseek-r1") == "deepseek/deepseek-r1"


def test_a_price_list_is_not_read_like_a_measurement():
    assert version("acme-host", "gpt-5-medium") is None
    assert version("acme-host", "gemma-3-27b") != "google/gemma-3-27b-it"


def test_a_source_that_measures_makes_no_versions():
    assert version("artificial_analysis", "nova-9-0-omni-reasoning-low") is None
    assert version("arena", "claude-opus-77-thinking-32k") is None


def test_word_order_may_differ_and_the_order_of_numbers_may_not():
    assert parts("llama-3-1-instruct-70b") == parts("llama-3-1-70b-instruct")
    assert parts("claude-3-5-sonnet") != parts("claude-5-3-sonnet")


def test_a_precision_is_how_weights_are_served():
    assert version("gmi", "zai-org/GLM-4.7-FP8") == "zai/glm-4.7"
    assert version("gmi", "zai-org/GLM-99-FP8") == "zai/glm-99-fp8"


@pytest.mark.parametrize(
    ("source", "seller"),
    [
        ("alibaba_cn", "alibaba"),
        ("openrouter_endpoints", "openrouter"),
        ("deepseek", "deepseek"),
        ("Azure_AI", "azure_ai"),
        ("nobody_cn", "nobody_cn"),
        ("", ""),
    ],
)
def test_a_source_is_named_after_its_seller(source, seller):
    assert seller_of(source, load_reference()) == seller


def test_letters_that_only_look_different_are_the_same():
    assert version("openai", "ｇｐｔ‑4o") == "openai/gpt-4o"


@pytest.mark.parametrize("label", ["gpt-4o\nx", "gpt-4o\x00", "<b>gpt-4o</b>", "---", "${x}", ""])
def test_what_cannot_be_a_name_is_none_even_at_its_makers(label):
    assert version("openai", label) is None
