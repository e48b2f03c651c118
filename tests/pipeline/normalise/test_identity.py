from pathlib import Path

import pandas as pd
import pytest

from pipeline.normalise.identity import resolve, unmatched_labels
from pipeline.reference.load import load_reference

LABELS = Path(__file__).parents[2] / "fixtures" / "identity" / "labels.csv"


def resolved(*rows):
    """(seller, label[, alias_of]) → the answers."""
    asked = pd.DataFrame(
        [
            {"source": "catalogue", "seller": seller, "label": label, "alias_of": (*rest, None)[0]}
            for seller, label, *rest in rows
        ]
    )
    return resolve(asked, load_reference())


def version(seller, label, *rest):
    answer = resolved((seller, label, *rest)).iloc[0]
    return None if pd.isna(answer["model_version"]) else answer["model_version"]


def labelled():
    table = pd.read_csv(LABELS, dtype="str", keep_default_na=False)
    asked = table[["source", "seller", "label"]].assign(alias_of=None)
    return table, resolve(asked, load_reference())


def test_no_labelled_name_is_given_to_the_wrong_model():
    table, answers = labelled()
    found = answers["model_version"].fillna("")
    wrong = table.assign(found=found)[(found != "") & (found != table["model_version"])]
    assert wrong[["label", "model_version", "found"]].to_numpy().tolist() == []


def test_nine_of_ten_labelled_names_are_matched():
    table, answers = labelled()
    named = table["model_version"] != ""
    assert answers.loc[named, "model_version"].notna().mean() >= 0.9


def test_labels_that_name_no_model_are_told_from_unknown_ones():
    table, answers = labelled()
    named = table["model_version"] == ""
    assert (answers.loc[named, "refused"] == table.loc[named, "refused"]).all()


@pytest.mark.parametrize(
    ("seller", "label", "expected"),
    [
        ("openai", "gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06"),
        ("openai", "gpt-4o", "openai/gpt-4o"),
        ("openrouter", "deepseek/deepseek-r1:free", "deepseek/deepseek-r1"),
        ("together", "together_ai/deepseek-ai/DeepSeek-R1", "deepseek/deepseek-r1"),
        ("together", "meta-llama/Llama-3.3-70B-Instruct", "meta/llama-3.3-70b-instruct"),
        ("bedrock", "bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic/claude-3-5-sonnet-20241022"),
        ("bedrock", "meta.llama3-1-70b-instruct-v1:0", "meta/llama-3.1-70b-instruct"),
        ("bedrock", "bedrock/us-gov-west-1/amazon.nova-pro-v1:0", "amazon/nova-pro"),
        ("vertex", "vertex_ai/claude-3-5-haiku@20241022", "anthropic/claude-3-5-haiku-20241022"),
        ("vertex", "vertex_ai/qwen/qwen3-next-80b-a3b-instruct-maas", "alibaba/qwen3-next-80b-a3b-instruct"),
        ("azure", "azure/eu/gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06"),
        ("azure", "azure/gpt-35-turbo-0125", "openai/gpt-3.5-turbo-0125"),
        (
            "fireworks",
            "fireworks_ai/accounts/fireworks/models/llama-v3p1-405b-instruct",
            "meta/llama-3.1-405b-instruct",
        ),
        ("fireworks-ai", "accounts/fireworks/models/deepseek-v3p1", "deepseek/deepseek-v3.1"),
        ("groq", "groq/llama-3.3-70b-versatile", "meta/llama-3.3-70b-instruct"),
        ("openrouter", "anthropic/claude-3.7-sonnet:thinking", "anthropic/claude-3-7-sonnet"),
        ("openrouter", "google/gemini-flash-1.5", "google/gemini-1.5-flash"),
        ("openrouter", "qwen/qwen-2.5-72b-instruct", "alibaba/qwen2.5-72b-instruct"),
        ("tencent", "tencent/deepseek-v4-pro", "deepseek/deepseek-v4-pro"),
        ("alibaba", "dashscope/qwen-max", "alibaba/qwen-max"),
        ("llmledger", "zhipu / glm-4.6", "zai/glm-4.6"),
        ("databricks", "databricks-claude-opus-4-5", "anthropic/claude-opus-4-5"),
        ("snowflake", "openai-gpt-4.1", "openai/gpt-4.1"),
    ],
)
def test_documented_normal_forms(seller, label, expected):
    assert version(seller, label) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("cohere.embed-v4:0", "cohere/embed-v4.0"),
        ("cohere.rerank-v3-5:0", "cohere/rerank-v3.5"),
        ("nvidia.nemotron-nano-9b-v2:0", "nvidia/nemotron-nano-9b-v2"),
        ("amazon.titan-embed-text-v2:0", "amazon/titan-embed-text-v2"),
        ("amazon.titan-embed-text-v1", "amazon/titan-embed-text"),
        ("deepseek.v3-v1:0", "deepseek/deepseek-v3.1"),  # Amazon's own table: DeepSeek-V3.1
        ("deepseek.r1-v1:0", "deepseek/deepseek-r1"),
        ("meta.llama3-8b-instruct-v1%3A0", "meta/llama-3-8b-instruct"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic/claude-3-5-sonnet-20241022"),
    ],
)
def test_a_clouds_revision_is_dropped_and_a_models_own_version_is_not(label, expected):
    assert version("bedrock", label) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("groq/llama3-70b-8192", "meta/llama-3-70b-instruct"),
        ("snowflake/llama3.1-405b", "meta/llama-3.1-405b-instruct"),
        ("databricks/databricks-meta-llama-3-1-405b-instruct", "meta/llama-3.1-405b-instruct"),
        ("vertex_ai/meta/llama3-405b-instruct-maas", "meta/llama-3.1-405b-instruct"),
        ("vertex_ai/claude-3-5-sonnet-v2@20241022", "anthropic/claude-3-5-sonnet-20241022"),
        ("volcengine/deepseek-v3-250324", "deepseek/deepseek-v3-0324"),
    ],
)
def test_a_catalogues_route_is_read_in_that_sellers_words(label, expected):
    assert version("litellm", label) == expected


def test_an_effort_in_a_price_list_is_no_version_either():
    assert version("openrouter", "openai/o3-mini-high") == "openai/o3-mini"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-05-13"),
        ("gpt-4o", "gpt-4o-mini"),
    ],
)
def test_date_stamps_and_sizes_are_identity(one, other):
    assert version("openai", one) != version("openai", other)


def test_base_and_instruct_weights_are_two_models():
    assert version("together", "meta-llama/Llama-3.1-8B") != version("together", "meta-llama/Llama-3.1-8B-Instruct")


def test_thinking_and_instruct_weights_are_two_models():
    names = ("qwen3-235b-a22b-thinking-2507", "qwen3-235b-a22b-instruct-2507")
    assert version("novita", f"qwen/{names[0]}") != version("novita", f"qwen/{names[1]}")


def test_a_bare_name_that_may_be_base_or_instruct_is_ambiguous():
    answer = resolved(
        ("a-host", "llama-9-8b"), ("b-host", "meta-llama/Llama-9-8B"), ("b-host", "meta-llama/Llama-9-8B-Instruct")
    ).iloc[0]
    assert answer["refused"] == "ambiguous"


def test_a_bare_name_is_known_from_the_makers_own_seller():
    answers = resolved(("acme-host", "grok-99"), ("xai", "grok-99"))
    assert answers["model_version"].tolist() == ["xai/grok-99", "xai/grok-99"]
    assert answers["first_party"].tolist() == [False, True]


def test_a_similar_name_is_never_accepted():
    assert version("acme-host", "gpt-4o-2024-08-07") is None
    assert version("acme-host", "claude-3-5-sonet-20241022") is None


def test_derived_weights_are_not_the_original():
    assert version("refuseless", "refuseless/glm-5.3-abliterated") is None


@pytest.mark.parametrize(
    ("seller", "label"),
    [
        ("together", "meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo"),
        ("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo-Free"),
        ("together", "Qwen/Qwen3-235B-A22B-fp8-tput"),
        ("cloudflare", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
        ("cloudflare", "@cf/google/gemma-7b-it-lora"),
        ("deepinfra", "openai/gpt-oss-120b-Ultra"),
    ],
)
def test_a_hosts_way_of_serving_is_no_version_of_the_makers(seller, label):
    assert resolved((seller, label)).iloc[0]["refused"] == "unknown"


def test_one_precision_is_one_version_whether_or_not_a_host_names_the_maker():
    answers = resolved(
        ("azure", "Llama-4-Maverick-17B-128E-Instruct-FP8"), ("h", "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8")
    )
    assert answers["model_version"].tolist() == ["meta/llama-4-maverick"] * 2


def test_a_makers_own_fast_model_is_a_version():
    assert version("xai", "grok-4-fast") == "xai/grok-4-fast"


def test_a_catalogue_that_names_the_wrong_maker_is_not_followed():
    answers = resolved(
        ("arena", "meta/llama-3.1-nemotron-70b-instruct"), ("deepinfra", "nvidia/Llama-3.1-Nemotron-70B-Instruct")
    )
    assert answers["model_version"].tolist() == ["nvidia/llama-3.1-nemotron-70b-instruct"] * 2


def test_weights_derived_by_a_named_maker_are_that_makers():
    assert version("openrouter", "tngtech/deepseek-r1t-chimera") == "tngtech/deepseek-r1t-chimera"


def test_an_unknown_author_is_refused():
    answer = resolved(("openrouter", "somebody-new/some-model-7b")).iloc[0]
    assert answer["refused"] == "unknown"
    assert answer["rule"] == "unmatched"


@pytest.mark.parametrize(
    "label", ["together-ai-21.1b-41b", "azure/container", "ft:gpt-4o-2024-08-06", "openrouter/auto"]
)
def test_what_names_no_model_is_refused_as_such(label):
    assert resolved(("somebody", label)).iloc[0]["refused"] == "not_a_model"


@pytest.mark.parametrize(
    ("seller", "label", "floating"),
    [
        ("mistral", "mistral-large-latest", True),
        ("openrouter", "~anthropic/claude-sonnet-latest", True),
        ("deepseek", "deepseek-chat", True),
        ("deepseek", "deepseek-reasoner", True),
        ("openai", "gpt-4o", True),
        ("alibaba", "qwen-max", True),  # 40 CNY in 2024 and 2.4 CNY in 2025 under one name
        ("openrouter", "openai/gpt-5.2-chat", True),
        ("openai", "gpt-4o-2024-08-06", False),
        ("deepseek", "deepseek-v3.2", False),
    ],
)
def test_names_that_may_be_pointed_elsewhere_float(seller, label, floating):
    assert resolved((seller, label)).iloc[0]["floating"] == floating


def test_an_undated_name_with_a_dated_sibling_floats():
    answers = resolved(("xai", "grok-77"), ("xai", "grok-77-0101"))
    assert answers["floating"].tolist() == [True, False]


def test_a_label_keeps_its_own_name_when_the_source_says_what_it_points_to():
    answer = resolved(("deepseek", "deepseek-chat", "DeepSeek-V4-Flash")).iloc[0]
    assert answer["model_version"] == "deepseek/deepseek-chat"
    assert answer["alias_target"] == "deepseek/deepseek-v4-flash"
    assert bool(answer["floating"])


def test_a_label_that_says_nothing_is_matched_by_what_it_points_to():
    answer = resolved(("somebody", "our-best-model", "deepseek/deepseek-r1")).iloc[0]
    assert answer[["model_version", "rule"]].tolist() == ["deepseek/deepseek-r1", "alias_of"]


def test_a_persons_decision_comes_first():
    asked = pd.DataFrame([{"source": "c", "seller": "somebody", "label": "our-best-model", "alias_of": None}])
    reviewed = pd.DataFrame(
        [{"seller": "somebody", "label": "our-best-model", "model_version": "deepseek/deepseek-r1"}]
    )
    answer = resolve(asked, load_reference(), reviewed=reviewed).iloc[0]
    assert answer[["model_version", "rule"]].tolist() == ["deepseek/deepseek-r1", "reviewed"]


def test_an_unmatched_label_becomes_an_issue():
    issues = unmatched_labels(resolved(("somebody", "our-best-model"), ("openai", "gpt-4o"), ("x", "azure/container")))
    assert [(issue.kind, issue.subject, issue.place) for issue in issues] == [
        ("unmatched_label", "somebody: our-best-model", "catalogue")
    ]


def test_the_answers_stand_in_the_order_asked():
    answers = resolved(("openai", "gpt-4o"), ("anthropic", "claude-3-haiku-20240307"), ("nobody", "xyz"))
    assert answers["label"].tolist() == ["gpt-4o", "claude-3-haiku-20240307", "xyz"]


def test_the_order_asked_does_not_change_the_answers():
    rows = [("host", "grok-99"), ("xai", "grok-99"), ("host", "meta-llama/Llama-9-8B"), ("c", "llama-9-8b")]
    there, back = resolved(*rows), resolved(*reversed(rows)).iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(there, back)
