"""OpenRouter's real answers."""

from tests.captures.conftest import Capture
from tests.captures.prices import prices


def test_the_catalogue_of_august_2026(capture: Capture):
    reading = capture("openrouter", "openrouter-pulse/2026-08-07/models.json.gz")
    short = prices(reading, "openai/gpt-5.6-sol", context_min=None)
    long = prices(reading, "openai/gpt-5.6-sol", context_min=272000)
    assert short == {
        "input": "5",
        "output": "30",
        "cached_input": "0.5",
        "cache_write": "6.25",
        "web_search": "0.01/1 request",
    }
    assert long == {"input": "10", "output": "45", "cached_input": "1", "cache_write": "12.5"}
    assert prices(reading, "openai/gpt-5.6-sol:batch", context_min=None, tier="batch")["input"] == "2.5"
    assert {quote.price_basis for quote in reading.quotes} == {"net"}
    assert reading.whole


def test_routers_without_a_price_and_floating_names_are_notices(capture: Capture):
    reading = capture("openrouter", "openrouter-models/2026-07-18_models.json.gz")
    labels = {quote.label for quote in reading.quotes}
    assert not any(label.startswith("~") or label == "openrouter/auto" for label in labels)
    assert any(notice.label == "openrouter/auto" for notice in reading.notices if notice.notice == "not_comparable")


def test_a_list_taken_out_of_its_envelope_reads_the_same(capture: Capture):
    reading = capture("openrouter", "openrouter-models/penniey/2026-07-30.json.gz")
    assert reading.quotes[0].where == "json:/0/pricing/prompt"
    assert reading.rows > 1000


def test_net_is_the_published_amount_and_list_lies_above_it(capture: Capture):
    reading = capture("openrouter_endpoints", "openrouter-models-with-endpoints/2026-07-03.json.gz")
    chosen = {"served_by": "poolside", "precision": "fp8"}
    assert prices(reading, "poolside/laguna-xs-2.1", basis="net", **chosen)["input"] == "0.06"
    assert prices(reading, "poolside/laguna-xs-2.1", basis="list", **chosen)["input"] == "0.1"
    assert {quote.seller for quote in reading.quotes} == {"openrouter"}
