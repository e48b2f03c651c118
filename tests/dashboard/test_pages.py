"""What each page says, read off its layout."""

import json
import re
from typing import Any

import pytest
from dash import Dash
from plotly.utils import PlotlyJSONEncoder

from dashboard.components.card import card
from dashboard.pages import event, evidence, funnel, method, model, overview, prices, series, sources
from pipeline.query import decisions
from pipeline.query.documents import Document
from pipeline.query.snapshot import Snapshot
from tests.dashboard.shelf import FixedShelf
from tests.dashboard.snapshot import BUILD, HOSTILE


def said(component: Any) -> str:
    """Every string of a layout, in order."""
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            walk(part["props"].get("children") if set(part) >= {"props", "type"} else list(part.values()))
        elif isinstance(part, list):
            for each in part:
                walk(each)
        elif isinstance(part, str):
            found.append(part)

    walk(json.loads(json.dumps(component, cls=PlotlyJSONEncoder)))
    return " ".join(found)


PAGES: list[tuple[Any, dict[str, str]]] = [
    (overview, {}),
    (prices, {}),
    (model, {"maker": "deepseek", "slug": "deepseek-v4-flash"}),
    (sources, {}),
    (sources, {"source": "together"}),
    (method, {}),
    (series, {}),
]


@pytest.mark.parametrize(("module", "asked"), PAGES)
def test_every_page_prints_data_to_build_method_view_and_coverage(
    app: Dash, small: Snapshot, module: Any, asked: Any
) -> None:
    text = said(module.layout(FixedShelf(small), **asked))
    for part in ("2026-11-22 06:10 UTC", BUILD, "Method 1", "as recorded by", "Coverage of this build", "Cite as"):
        assert part in text


@pytest.mark.parametrize(("module", "asked"), PAGES)
def test_every_page_says_that_it_is_a_sample_and_what_is_left_out(
    app: Dash, small: Snapshot, module: Any, asked: Any
) -> None:
    text = said(module.layout(FixedShelf(small), **asked))
    assert "Sample." in text
    assert "Left out: 2 sources" in text
    assert "do not allow redistribution" in text


@pytest.mark.parametrize("module", [overview, prices, series, sources, method])
def test_before_the_first_build_a_page_says_so(module: Any) -> None:
    assert "Nothing is published yet" in said(module.layout(FixedShelf(None)))


def test_the_largest_confirmed_cut_stands_first(app: Dash, small: Snapshot) -> None:
    items, count, _, first = overview.listed(FixedShelf(small), "flagged", "90", None, None, "")
    assert "80 % cut: openai/o3" in said(items[0]).replace(" ", " ")
    assert "3 flagged, 1 on watch, 1 other changes, 1 new and gone" in count
    assert decisions.decision(small, first)["model_version"] == "openai/o3"


def test_an_empty_list_says_what_was_looked_at_and_where_to_look(app: Dash, small: Snapshot) -> None:
    items, *_ = overview.listed(FixedShelf(small), "flagged", "30", "qwen", None, "")
    text = said(items)
    assert "No flags here." in text
    assert "1 on watch" in text
    assert "Look at the whole record" in text


def test_what_was_not_flagged_is_counted_with_its_reason(app: Dash, small: Snapshot) -> None:
    _, _, rest, _ = overview.listed(FixedShelf(small), "flagged", "90", None, None, "")
    text = said(rest)
    assert "not flagged, and why (3)" in text
    assert "a name was pointed to another version" in text


def test_a_card_says_who_disagrees_and_who_is_silent(app: Dash, small: Snapshot) -> None:
    text = said(card(small, _event(small, "deepseek/deepseek-v4-flash", "international")))
    assert "Show it deepseek, litellm" in text
    assert "List the model and are silent deepseek_cn, genai_prices, openrouter, together" in text


def test_a_card_leads_to_every_document(app: Dash, small: Snapshot) -> None:
    row = _event(small, "openai/o3", "international")
    written = json.dumps(card(small, row), cls=PlotlyJSONEncoder)
    for digest in json.loads(row["captures"]):
        assert f"/evidence/{digest}" in written


def test_a_card_never_calls_a_flag_a_finding(app: Dash, small: Snapshot) -> None:
    assert "not a finding" in said(card(small, _event(small, "openai/o3", "international")))


def test_a_card_names_the_tax_basis(app: Dash, small: Snapshot) -> None:
    assert "VAT included" in said(card(small, _event(small, "deepseek/deepseek-v4-flash", "CN")))


def test_a_decision_that_fell_has_a_page_that_says_so(app: Dash, small: Snapshot) -> None:
    assert "A corrected reading withdraws" in said(event.layout(FixedShelf(small), event_id="0" * 16))


def test_a_permalink_of_another_build_is_marked(app: Dash, small: Snapshot) -> None:
    text = said(event.layout(FixedShelf(small), event_id="0" * 16, build="20260101T000000Z-00000000"))
    assert "made from build 20260101T000000Z-00000000" in text


def test_the_model_page_draws_one_chart_per_currency(app: Dash, small: Snapshot) -> None:
    parts = model.history(FixedShelf(small), "input", "auto", None, None, "deepseek/deepseek-v4-flash")
    text = said(parts)
    assert "input of deepseek/deepseek-v4-flash, CNY per million tokens" in text
    assert "input of deepseek/deepseek-v4-flash, USD per million tokens" in text


def test_a_wrong_mix_is_answered_in_words(app: Dash, small: Snapshot) -> None:
    parts = model.history(FixedShelf(small), "mix", "auto", None, "a lot", "deepseek/deepseek-v4-flash")
    assert "write input:cached:output" in said(parts)


def test_the_price_table_names_who_disagrees(app: Dash, small: Snapshot) -> None:
    text = said(model.layout(FixedShelf(small), maker="deepseek", slug="deepseek-v4-flash"))
    assert "✕ genai_prices" in " ".join(text.split())


def test_evidence_names_address_instant_digest_and_chain_number(app: Dash, small: Snapshot) -> None:
    digest = small["spells"].iloc[0]["first_payload"]
    text = said(evidence.layout(FixedShelf(small), payload_sha256=digest))
    for part in (digest, "https://deepseek.example/pricing", "2026-08-01 00:00 UTC", "Number in the hash chain"):
        assert part in text


def test_the_sample_says_that_the_document_is_not_shipped(app: Dash, small: Snapshot) -> None:
    digest = small["spells"].iloc[0]["first_payload"]
    assert "Document not shipped" in said(evidence.layout(FixedShelf(small), payload_sha256=digest))


def test_a_document_whose_bytes_are_gone_keeps_its_address_and_digest(app: Dash, small: Snapshot) -> None:
    own = Snapshot(frames=small.frames, meta={**small.meta, "sample": False})
    digest = small["spells"].iloc[0]["first_payload"]
    lost = Document(url="https://deepseek.example/pricing", media_type="text/html", body=None, cut=False, quotes=[])
    text = said(evidence.layout(FixedShelf(own, {digest: lost}), payload_sha256=digest))
    for part in (digest, "https://deepseek.example/pricing", "Document not held in this archive"):
        assert part in text


def test_a_filter_that_no_listing_has_is_named(app: Dash, small: Snapshot) -> None:
    assert "No listing of this build has seller “nobody”." in said(prices.layout(FixedShelf(small), seller="nobody"))
    assert "No listing of this build" not in said(prices.layout(FixedShelf(small), seller="openai"))


def test_sources_that_need_a_look_stand_first(app: Dash, small: Snapshot) -> None:
    text = " ".join(said(sources.layout(FixedShelf(small))).split())
    assert text.index("Together pricing layout unconfirmed failing") < text.index("LiteLLM price map fresh")


def test_a_hostile_name_keeps_no_direction_mark(app: Dash, small: Snapshot) -> None:
    text = said(sources.layout(FixedShelf(small)))
    assert "‮" not in text
    assert HOSTILE[:20] in text


def _event(small: Snapshot, version: str, market: str) -> Any:
    events = small["events"]
    found = events[(events["model_version"] == version) & (events["market"] == market)]
    return decisions.decision(small, found.iloc[0]["id"])


def test_decisions_of_a_model_are_in_the_order_of_their_day_column(small: Snapshot) -> None:
    found = model.model(small, "deepseek/deepseek-v4-flash")
    assert found is not None
    text = said(model._decisions(found))
    days = re.findall(r"\b20\d\d-\d\d-\d\d\b", text)
    assert len(days) == len(found.events) > 1
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("page", [funnel, series])
def test_words_of_a_page_lead_to_the_glossary(app: Dash, small: Snapshot, page: Any) -> None:
    assert "What the words mean" in said(page.layout(FixedShelf(small)))
    assert "whose stated end has passed" in said(method.layout(FixedShelf(small)))


def test_the_chart_of_a_card_is_titled_with_its_meter_and_unit_and_says_what_grey_lines_are(
    app: Dash, small: Snapshot
) -> None:
    text = said(card(small, next(row for row in decisions.ranked(small["events"]).to_dict("records"))))
    assert re.search(r"price of \S+.*, USD per million tokens", text)
    assert re.search(r"\d+ grey lines? (is another listing or source|are other listings or sources)", text)
