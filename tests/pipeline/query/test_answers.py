"""Prices, models, sources, search and evidence as people ask for them."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import frames
from pipeline.domain.errors import InvalidValueError
from pipeline.query.evidence import evidence
from pipeline.query.mix import Mix
from pipeline.query.models import meters, model
from pipeline.query.prices import current
from pipeline.query.search import find
from pipeline.query.snapshot import PublishedShelf, Snapshot
from pipeline.query.sources import days, health, issues
from pipeline.store import snapshots

WEIGHT = st.integers(min_value=0, max_value=999)


class TestMix:
    @given(WEIGHT, WEIGHT, WEIGHT)
    def test_a_mix_reads_back_as_it_is_written(self, first: int, second: int, third: int) -> None:
        if first + second + third:
            assert str(Mix.parse(f"{first}:{second}:{third}")) == f"{first}:{second}:{third}"

    @pytest.mark.parametrize("text", ["", "1:2", "a:b:c", "0:0:0", "1:2:3:4", "-1:2:3", "1e9:1:1", "１:2:3"])
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidValueError):
            Mix.parse(text)

    @pytest.mark.parametrize(("text", "column"), [("3:0:1", "b31_usd"), ("2:7:1", "b721_usd")])
    def test_the_two_blends_are_two_mixes(self, small: Snapshot, text: str, column: str) -> None:
        blends = small["blends"]
        pd.testing.assert_series_equal(Mix.parse(text).usd(blends), blends[column], check_names=False)

    def test_a_mix_without_output_needs_no_output_price(self, small: Snapshot) -> None:
        blends = small["blends"]
        dollars = blends[blends["currency"] == "USD"]
        assert Mix.parse("1:0:0").usd(dollars).tolist() == dollars["input"].tolist()


class TestPrices:
    def test_there_is_one_row_per_listing_and_currency(self, small: Snapshot) -> None:
        rows = current(small, mix=None)
        assert not rows.duplicated(["listing_id", "currency"]).any()
        assert len(rows) == len(small["prices"].drop_duplicates(["listing_id", "currency"]))

    def test_amounts_are_exact_text_in_the_sellers_currency(self, small: Snapshot) -> None:
        rows = current(small, mix=None)
        home = rows[rows["market"] == "CN"].iloc[0]
        assert (home["input"], home["cached_input"], home["output"]) == ("1", "0.02", "2")
        assert (home["currency"], home["vat_included"]) == ("CNY", "yes")

    def test_who_disagrees_is_named(self, small: Snapshot) -> None:
        rows = current(small, mix=None).set_index("listing_id")
        own = rows[(rows["seller"] == "deepseek") & (rows["market"] == "international") & rows["base"]].iloc[0]
        assert json.loads(own["contradicting"]) == ["genai_prices"]
        assert json.loads(own["agreeing"]) == ["litellm"]

    def test_what_is_charged_comes_before_what_is_listed(self, small: Snapshot) -> None:
        prices = small["prices"]
        listed = prices[prices["listing_id"] == prices.iloc[0]["listing_id"]]
        net = listed.assign(price_basis="net", nano_per_million=listed["nano_per_million"] // 4)
        made = small.frames | {"prices": frames.coerce(pd.concat([listed, net]), "prices")}
        rows = current(Snapshot(frames=made, meta=small.meta), mix=None)
        assert rows.iloc[0]["input"] == "0.035"  # a quarter of 0.14
        assert rows.iloc[0]["price_basis"] == "net"

    def test_another_meter_is_named_with_its_unit(self, small: Snapshot) -> None:
        price = small["prices"].iloc[:1].assign(meter="image_output", per_unit="image")
        made = small.frames | {"prices": frames.coerce(price, "prices")}
        rows = current(Snapshot(frames=made, meta=small.meta), mix=None)
        assert rows.iloc[0]["other_meters"] == "image output 0.14 per million images"


class TestBlendsOfTheRow:
    """B31 = (3·input + output)/4, B721 = (7·cached + 2·input + output)/10, of what the row itself shows."""

    def rows(self, small: Snapshot, **changes: pd.DataFrame) -> pd.DataFrame:
        made = small.frames | {name: frames.coerce(table, name) for name, table in changes.items()}
        return current(Snapshot(frames=made, meta=small.meta), mix=Mix.parse("1:0:1"))

    def test_a_listing_without_a_price_has_no_row(self, small: Snapshot) -> None:
        assert current(small, mix=None, listings=pd.Series(["never-priced"], dtype="str")).empty

    def test_they_are_of_the_rows_own_prices_whatever_another_source_said(self, small: Snapshot) -> None:
        prices = small["prices"]
        listed = prices[prices["listing_id"] == prices.iloc[0]["listing_id"]].drop_duplicates("meter")
        nano = listed["meter"].astype("str").map({"input": 6 * 10**9, "output": 30 * 10**9})
        own = listed.assign(nano_per_million=nano)[nano.notna()]
        older = small["blends"].assign(b31_usd=6.0, b721_usd=3.0, input=3.0, output=15.0)
        row = self.rows(small, prices=own, blends=older).iloc[0]
        assert (row["input"], row["output"]) == ("6", "30")
        assert row["b31_usd"] == (3 * 6 + 30) / 4  # 12
        assert row["b721_usd"] == (7 * 6 + 2 * 6 + 30) / 10  # 8.4, the input price where no cached one stands
        assert row["mix_usd"] == (6 + 30) / 2

    def test_a_windows_row_is_blended_as_in_the_window(self, small: Snapshot) -> None:
        rows = current(small, mix=None)
        night = rows[rows["conditions"].astype("str").str.contains("night")].iloc[0]
        assert night["b31_usd"] == pytest.approx((3 * 0.07 + 0.14) / 4)

    def test_yuan_are_dollars_at_the_reference_rate_of_the_last_look(self, small: Snapshot) -> None:
        home = current(small, mix=None).set_index("market").loc["CN"]
        assert home["b31_usd"] == pytest.approx((3 * 1 + 2) / 4 / 7.1)
        assert home["rate_day"] == pd.Timestamp("2026-11-20")

    def test_a_row_without_them_says_why(self, small: Snapshot) -> None:
        prices, rates = small["prices"], small["rates"]
        rows = self.rows(small)
        assert rows["no_blend"].isna().equals(rows["b31_usd"].notna())
        unrated = self.rows(small, rates=rates[rates["currency"] == "USD"]).set_index("market").loc["CN"]
        assert pd.isna(unrated["b31_usd"])
        assert unrated["no_blend"] == "no reference rate of CNY"
        alone = self.rows(small, prices=prices[prices["meter"] == "input"])
        assert alone["b31_usd"].isna().all()
        assert set(alone["no_blend"]) == {"no output price"}


class TestModel:
    def test_every_listing_of_the_model_is_there(self, small: Snapshot) -> None:
        found = model(small, "deepseek/deepseek-v4-flash")
        assert found is not None
        assert set(found.listings["seller"]) == {"deepseek", "openrouter", "together"}
        assert len(found.events) == 3
        assert meters(found) == ["cached_input", "input", "output"]

    def test_a_prefix_of_a_name_is_not_the_name(self, small: Snapshot) -> None:
        assert model(small, "deepseek/deepseek-v4") is None


class TestSources:
    def test_a_source_is_late_after_two_schedules(self, small: Snapshot) -> None:
        meta = small.meta | {"built_at": "2026-11-24T01:00:00Z"}
        late = health(Snapshot(frames=small.frames, meta=meta)).set_index("source")["health"]
        assert late["deepseek"] == "late"  # every 6 hours, last good at midnight of the 22nd
        assert late["together"] == "failing"
        assert health(small).set_index("source")["health"]["litellm"] == "fresh"

    def test_who_measures_and_sells_nothing_speaks_at_first_hand(self, small: Snapshot) -> None:
        sources = small["sources"]
        scores = sources.assign(kind=sources["kind"].astype("str").mask(sources["source"] == "together", "scores"))
        made = Snapshot(frames=small.frames | {"sources": frames.coerce(scores, "sources")}, meta=small.meta)
        named = health(made).set_index("source")["speaks"]
        assert (named["together"], named["deepseek"], named["litellm"]) == ("first hand", "seller", "aggregator")

    def test_a_source_that_was_never_read_says_so(self, small: Snapshot) -> None:
        coverage = small["coverage"]
        made = small.frames | {"coverage": coverage[coverage["source"] != "litellm"]}
        found = health(Snapshot(frames=made, meta=small.meta)).set_index("source")["health"]
        assert found["litellm"] == "never"

    def test_a_day_that_nobody_looked_at_is_not_due(self, small: Snapshot) -> None:
        strip = days(small, last=60)
        assert strip.shape == (6, 60)
        assert strip.loc["litellm"].iloc[0] == "not_due"
        assert strip.loc["together"].iloc[-1] == "failed_parse"

    def test_issues_are_of_one_source_where_it_is_named(self, small: Snapshot) -> None:
        assert list(issues(small, source="together")["kind"]) == ["failed_parse"]
        assert len(issues(small, source=None)) == 3


class TestSearch:
    def test_words_may_stand_apart_and_in_any_case(self, small: Snapshot) -> None:
        assert find(small, "Flash DEEPSEEK", most=5)[0].name == "deepseek/deepseek-v4-flash"

    def test_a_printed_name_leads_to_its_model(self, small: Snapshot) -> None:
        assert find(small, "gpt-latest", most=5)[0].name == "openai/gpt-5.6-sol"

    def test_a_title_in_chinese_leads_to_its_source(self, small: Snapshot) -> None:
        assert [hit.name for hit in find(small, "模型", most=5)] == ["deepseek_cn"]

    def test_nothing_asked_is_nothing_found(self, small: Snapshot) -> None:
        assert find(small, " / ", most=5) == []


class TestEvidence:
    def test_what_rests_on_a_document_is_found_by_its_digest(self, small: Snapshot) -> None:
        event = small["events"].iloc[0]
        found = evidence(small, json.loads(event["captures"])[0])
        assert found is not None
        assert event["id"] in set(found.events["id"])
        assert len(found.captures) == 1

    def test_an_unknown_digest_is_none(self, small: Snapshot) -> None:
        assert evidence(small, "0" * 64) is None


class TestShelf:
    def test_it_is_empty_before_the_first_build(self, tmp_path: Path) -> None:
        assert PublishedShelf(tmp_path, "sqlite://").current() is None

    def test_a_new_build_is_read_when_the_pointer_moves(self, small: Snapshot, tmp_path: Path) -> None:
        shelf = PublishedShelf(tmp_path, "sqlite://")
        snapshots.publish(tmp_path, small.frames, small.meta)
        first = shelf.current()
        assert first is not None
        assert shelf.current() is first
        snapshots.publish(tmp_path, small.frames, small.meta | {"build": "20261123T000000Z-00000000"})
        second = shelf.current()
        assert second is not None
        assert second.build == "20261123T000000Z-00000000"

    def test_an_older_build_is_shown_as_it_was_published(self, small: Snapshot, tmp_path: Path) -> None:
        shelf = PublishedShelf(tmp_path, "sqlite://")
        snapshots.publish(tmp_path, small.frames, small.meta)
        snapshots.publish(tmp_path, small.frames, small.meta | {"build": "20261123T000000Z-00000000"})
        assert (asked := shelf.current(small.build)) is not None
        assert asked.build == small.build

    @pytest.mark.parametrize("build", ["20200101T000000Z-00000000", "../../etc", ""])
    def test_a_build_that_is_gone_is_answered_by_the_newest(self, small: Snapshot, tmp_path: Path, build: str) -> None:
        shelf = PublishedShelf(tmp_path, "sqlite://")
        snapshots.publish(tmp_path, small.frames, small.meta)
        assert (found := shelf.current(build)) is not None
        assert found.build == small.build
