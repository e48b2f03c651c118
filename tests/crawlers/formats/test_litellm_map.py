"""LiteLLM's price map: what each key bills, to the last digit, and what is no price."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.document import Document
from crawlers.spiders.aggregators.litellm import LiteLLM
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import IssueKind, NoticeKind

CHAT = {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 3e-07}


def reading(**models: object):
    return LiteLLM().read(Document(body=json.dumps(models).encode(), url="map"))


def quotes(**prices: object) -> dict[str, Quote]:
    """The quotes of one model, by the key they stand under."""
    found = reading(model={"litellm_provider": "openai", **prices}).quotes
    return {quote.where.rpartition("/")[2]: quote for quote in found}


def issues(**models: object) -> list[Notice]:
    return [notice for notice in reading(**models).notices if notice.notice is NoticeKind.ISSUE]


@pytest.mark.parametrize(
    ("key", "meter", "per_unit", "conditions"),
    [
        ("input_cost_per_token", "input", "token", {"tier": "standard"}),
        ("output_cost_per_token_batches", "output", "token", {"tier": "batch"}),
        ("cache_read_input_token_cost_priority", "cached_input", "token", {"tier": "priority"}),
        ("input_cost_per_token_flex", "input", "token", {"tier": "flex"}),
        ("cache_creation_input_token_cost", "cache_write", "token", {"tier": "standard"}),
        (
            "cache_creation_input_token_cost_above_1hr",
            "cache_write",
            "token",
            {"tier": "standard", "cache_ttl": 3600},
        ),
        (
            "cache_creation_input_token_cost_above_1hr_above_200k_tokens",
            "cache_write",
            "token",
            {"tier": "standard", "cache_ttl": 3600, "context_min": 200000},
        ),
        ("output_cost_per_reasoning_token", "reasoning_output", "token", {"tier": "standard"}),
        ("input_cost_per_audio_token", "audio_input", "token", {"tier": "standard"}),
        ("output_cost_per_image", "image_output", "image", {"tier": "standard"}),
        ("input_cost_per_character", "input", "character", {"tier": "standard"}),
        ("output_cost_per_second", "output", "second", {"tier": "standard"}),
    ],
)
def test_a_key_spells_out_what_it_bills(key, meter, per_unit, conditions):
    quote = quotes(**{key: 1e-06})[key]
    assert (quote.meter, quote.per_unit, quote.per) == (meter, per_unit, 1)
    assert quote.conditions.as_json() == conditions


def test_a_bound_is_given_to_the_meter_that_is_priced_anew_there_and_to_no_other():
    found = quotes(
        input_cost_per_token=1e-06, input_cost_per_token_above_200k_tokens=2e-06, output_cost_per_token=4e-06
    )
    assert found["input_cost_per_token"].conditions.context_max == 200_000
    assert found["input_cost_per_token_above_200k_tokens"].conditions.context_min == 200_000
    assert found["output_cost_per_token"].conditions.as_json() == {"tier": "standard"}


def test_of_two_bounds_each_band_ends_where_the_next_begins():
    found = quotes(
        input_cost_per_token=1e-06,
        input_cost_per_token_above_128k_tokens=2e-06,
        input_cost_per_token_above_256k_tokens=3e-06,
    )
    bands = [(quote.conditions.context_min, quote.conditions.context_max) for quote in found.values()]
    assert bands == [(None, 128_000), (128_000, 256_000), (256_000, None)]


def test_bands_written_as_a_list_are_bands():
    record = {"litellm_provider": "dashscope", "tiered_pricing": [{"range": [0, 32000], "input_cost_per_token": 2e-07}]}
    (quote,) = reading(model=record).quotes
    assert (quote.seller, quote.conditions.context_min, quote.conditions.context_max) == ("alibaba", None, 32_000)
    assert quote.where == "json:/model/tiered_pricing/0/input_cost_per_token"


@given(st.decimals(min_value=0, max_value=1, places=12))
def test_an_amount_is_the_text_of_the_document(amount):
    body = f'{{"m": {{"litellm_provider": "x", "input_cost_per_token": {amount:f}}}}}'.encode()
    (quote,) = LiteLLM().read(Document(body=body, url="map")).quotes
    assert quote.amount == amount


def test_an_exponent_is_exact():
    # 1.4e-07 as a binary fraction is 1.39999999999999998…e-07
    assert quotes(input_cost_per_token=1.4e-07)["input_cost_per_token"].amount == Decimal("0.00000014")


def test_a_place_can_be_looked_up_with_a_json_pointer():
    (quote,) = reading(**{"a/b~c": CHAT}).quotes
    assert quote.where == "json:/a~1b~0c/input_cost_per_token"


def test_a_price_key_that_nobody_knows_is_an_issue_and_its_model_is_still_read():
    (issue,) = issues(model={**CHAT, "input_cost_per_dream": 1})
    assert issue.issue_kind == IssueKind.UNREADABLE_PRICE
    assert "input_cost_per_dream" in issue.text
    assert len(reading(model={**CHAT, "input_cost_per_dream": 1}).quotes) == 1


@pytest.mark.parametrize("value", ["0.000003", -1e-06, True, [1]])
def test_what_is_no_amount_is_an_issue_and_no_quote(value):
    (issue,) = issues(good=CHAT, model={"litellm_provider": "openai", "output_cost_per_token": value})
    assert issue.where == "json:/model/output_cost_per_token"


def test_a_null_price_is_no_price():
    assert "output_cost_per_token" not in quotes(input_cost_per_token=1e-06, output_cost_per_token=None)


@pytest.mark.parametrize("name", ["sample_spec", "nobody"])
def test_the_example_and_a_record_without_provider_are_skipped_aloud(name):
    record = {"input_cost_per_token": 1e-06, **({"litellm_provider": "x"} if name == "sample_spec" else {})}
    found = reading(good=CHAT, **{name: record})
    assert [quote.label for quote in found.quotes] == ["good"]
    assert [notice.label for notice in found.notices if notice.notice is NoticeKind.SKIPPED] == [name]


def test_a_name_with_a_control_character_is_an_issue_and_the_others_are_read():
    found = reading(good=CHAT, **{"bad\x1b[31m\x00": CHAT})
    assert [quote.label for quote in found.quotes] == ["good"]
    (issue,) = [notice for notice in found.notices if notice.notice is NoticeKind.ISSUE]
    assert issue.issue_kind == IssueKind.HOSTILE_LABEL
    assert issue.label.isprintable()
    assert issue.where.isprintable()


def test_a_name_with_markup_is_text():
    (quote,) = reading(**{"<script>alert(1)</script>": CHAT}).quotes
    assert quote.label == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"model": CHAT}).encode()[:-10],
        b'{"model": {"litellm_provider": "x", "input_cost_per_token": NaN}}',
        b'{"model": {"litellm_provider": 3, "input_cost_per_token": 1}}',
        b"[1, 2]",
        b"[" * 100_000,
        b"<html>captcha</html>",
    ],
    ids=["cut short", "not a number", "a provider that is no name", "a list", "too deep", "a page"],
)
def test_what_is_no_price_map_is_refused_as_a_whole(body):
    with pytest.raises(DocumentShapeError):
        LiteLLM().read(Document(body=body, url="map"))


def test_a_model_named_twice_is_read_as_its_last_record():
    record = b'"m": {"litellm_provider": "x", "input_cost_per_token": %d}'
    body = b"{" + record % 1 + b", " + record % 2 + b"}"
    found = LiteLLM().read(Document(body=body, url="map"))
    assert [quote.amount for quote in found.quotes] == [2]
    assert "m" in [notice.label for notice in found.notices]
