"""What a run collected against what was expected: each kind of bad content has its issue, and its verdict."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from crawlers.archive import row_of
from crawlers.base import Contents, PriceSpider
from crawlers.report import Look, agree, blocked, judge, new_sentences
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import EffectiveBasis, IssueKind, Meter, NoticeKind, RunVerdict, SourceKind, Trust

URL = "https://example.org/prices"


class Shop(PriceSpider):
    name = "shop"
    kind = SourceKind.PRICES
    title = "A shop"
    urls = (URL,)
    expected = (2, 100)
    lineage = "shop"
    trust = Trust.SELLER
    licence = "none"


def quote(label: str, meter: Meter, dollars: str) -> Quote:
    """A price in dollars per million tokens."""
    return Quote(
        source="shop",
        seller="shop",
        served_by="shop",
        market="US",
        label=label,
        meter=meter,
        amount=Decimal(dollars),
        currency="USD",
        per=1_000_000,
        where=f"table:1 row:{label}",
    )


def reading(prices: dict[str, tuple[str, str]]) -> Contents:
    """A reading of models → (input, output)."""
    found = Contents()
    for label, (dollars_in, dollars_out) in prices.items():
        found.quotes += [quote(label, Meter.INPUT, dollars_in), quote(label, Meter.OUTPUT, dollars_out)]
    return found


TEN = {f"model-{number}": (f"{number + 1}", f"{3 * number + 4}") for number in range(10)}


def judged(now: dict[str, tuple[str, str]], before: dict[str, tuple[str, str]] | None = None):
    rows = None if before is None else [row_of(item) for item in reading(before).items]
    return judge(Shop(), [Look(url=URL, reading=reading(now), before=rows)])


def kinds(judgement) -> list[str]:
    return [issue.kind for issue in judgement.issues]


def test_a_first_reading_within_its_bounds_is_believed():
    assert (judged(TEN).verdict, judged(TEN).issues) == (RunVerdict.CHANGED, [])


def test_a_true_cut_is_believed_without_an_issue():
    found = judged({**TEN, "model-9": ("7", "21.7")}, TEN)  # 10 → 7 and 31 → 21.7: minus 30 %
    assert (found.verdict, found.issues) == (RunVerdict.CHANGED, [])


@pytest.mark.parametrize("models", [0, 51])
def test_a_document_with_too_few_or_too_many_prices_is_blind(models):
    prices = {f"model-{number}": ("1", "2") for number in range(models)}
    found = judge(Shop(), [Look(url=URL, reading=reading(prices))])
    assert (found.verdict, kinds(found)) == (RunVerdict.BLIND, [IssueKind.BOUNDS])


@pytest.mark.parametrize(("left", "verdict"), [(7, RunVerdict.CHANGED), (6, RunVerdict.QUARANTINED)])
def test_a_run_that_lost_more_than_three_of_ten_listings_is_held_back(left, verdict):
    assert judged(dict(list(TEN.items())[:left]), TEN).verdict is verdict


def test_one_price_a_thousand_times_as_high_is_an_issue():
    found = judged({**TEN, "model-0": ("1000", "4000")}, TEN)
    assert kinds(found) == [IssueKind.SLIPPED_UNIT, IssueKind.SLIPPED_UNIT]
    assert found.verdict is RunVerdict.CHANGED


@pytest.mark.parametrize("factor", ["1000", "0.001"])
def test_all_prices_in_another_unit_are_held_back(factor):
    slipped = {name: tuple(str(Decimal(price) * Decimal(factor)) for price in pair) for name, pair in TEN.items()}
    assert judged(slipped, TEN).verdict is RunVerdict.QUARANTINED


def test_input_and_output_that_changed_places_are_an_issue():
    found = judged({**TEN, "model-3": ("13", "4")}, TEN)
    assert IssueKind.SWAPPED_METERS in kinds(found)
    assert IssueKind.ORDER in kinds(found)


@pytest.mark.parametrize("label", ["<img src=x onerror=alert(1)>", "gpt\u202e5-tpg"])
def test_a_name_that_could_mislead_a_screen_is_an_issue_and_stays_text(label):
    found = judged({**TEN, label: ("1", "2")})
    assert kinds(found) == [IssueKind.HOSTILE_LABEL]
    assert found.issues[0].subject == label


def test_a_notice_that_is_an_issue_becomes_one():
    found = reading(TEN)
    found.notices.append(
        Notice(notice=NoticeKind.ISSUE, label="m", where="table:1", text="?", issue_kind=IssueKind.OUT_OF_RANGE.value)
    )
    assert kinds(judge(Shop(), [Look(url=URL, reading=found)])) == [IssueKind.OUT_OF_RANGE]


def test_a_run_of_several_documents_is_judged_as_one():
    halves = [dict(list(TEN.items())[:5]), dict(list(TEN.items())[5:])]
    rows = [[row_of(item) for item in reading(half).items] for half in halves]
    looks = [Look(url=f"{URL}/{n}", reading=reading(half), before=rows[n]) for n, half in enumerate(halves)]
    assert judge(Shop(), looks).verdict is RunVerdict.CHANGED


def test_prices_of_unchanged_documents_count_towards_the_bounds():
    look = Look(url=URL, reading=reading({"model": ("1", "2")}))

    class Large(Shop):
        expected = (20, 100)

    assert judge(Large(), [look]).verdict is RunVerdict.BLIND
    assert judge(Large(), [look], confirmed=18).verdict is RunVerdict.CHANGED


def test_the_bytes_in_force_read_again_are_unchanged():
    assert judge(Shop(), [Look(url=URL, reading=reading(TEN), same=True)]).verdict is RunVerdict.UNCHANGED


def test_new_words_beside_the_prices_are_an_issue():
    look = Look(url=URL, reading=reading(TEN), terms=("Prices include tax.",))
    (issue,) = judge(Shop(), [look]).issues
    assert issue.kind is IssueKind.TERMS_CHANGED
    assert "Prices include tax." in issue.text


def test_only_a_new_sentence_counts_and_no_row_of_a_table():
    before = ["Prices exclude tax.", "| model-a | 1 |"]
    assert new_sentences([*before, "Peak hours cost double.", "| model-b | 2 |"], before) == ["Peak hours cost double."]


def test_two_runs_agree_where_they_state_the_same_listings_at_like_prices():
    look = Look(url=URL, reading=reading(TEN), before=[row_of(item) for item in reading(TEN).items])
    assert agree([look])
    assert not agree([replace(look, reading=reading({"another": ("1", "2")}))])


@pytest.mark.parametrize("page", [b"<title>Captcha</title>", b"<p>Please sign in to continue</p>"])
def test_a_page_that_asks_who_is_there_is_told_from_a_changed_layout(page):
    assert blocked(page)
    assert not blocked(b"<table><tr><td>Price</td></tr></table>")


def test_a_meter_that_slips_alone_is_held_back():
    shifted = {label: (str(10 * int(low)), high) for label, (low, high) in TEN.items()}
    found = judged({label: (low, str(10 * int(high))) for label, (low, high) in TEN.items()}, TEN)
    assert judged(shifted, TEN).verdict is found.verdict is RunVerdict.QUARANTINED


def test_an_amount_that_stands_at_another_meter_of_its_model_is_an_issue():
    before = reading(TEN)
    moved = [replace(item, meter=Meter.CACHE_WRITE) if item.meter is Meter.INPUT else item for item in before.quotes]
    look = Look(url=URL, reading=Contents(quotes=moved), before=[row_of(item) for item in before.items])
    assert IssueKind.SWAPPED_METERS in kinds(judge(Shop(), [look]))


def test_a_dated_price_is_compared_with_itself():
    dated = reading(TEN)
    since = datetime(2025, 1, 1, tzinfo=UTC)
    basis = EffectiveBasis.SELLER_DATED
    before = [replace(item, effective_at=since, effective_basis=basis) for item in dated.quotes]
    now = [replace(item, amount=item.amount * 10) for item in before]
    look = Look(url=URL, reading=Contents(quotes=now), before=[row_of(item) for item in before])
    assert judge(Shop(), [look]).verdict is RunVerdict.QUARANTINED
