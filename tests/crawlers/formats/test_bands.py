"""Bands of prompt lengths, and the bounds a meter keeps."""

from dataclasses import replace
from decimal import Decimal

import pytest

from crawlers.formats.bands import band, repriced
from crawlers.formats.peak_hours import peak_window
from crawlers.formats.priced_cells import template
from pipeline.domain.conditions import Conditions, Promotion
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Quote
from tests.crawlers.spiders.pages import spider


@pytest.mark.parametrize(
    ("words", "unit", "bounds"),
    [
        ("输入长度 [0, 256]", 1000, (None, 256000, None, None)),
        ("输入长度 (32, 128]", 1000, (32000, 128000, None, None)),
        ("输入长度（0, 16k）", 1, (None, 16000, None, None)),
        ("输入长度 [32k+）", 1, (32000, None, None, None)),
        ("0 ≤ 输入长度 ＜ 32k", 1, (None, 32000, None, None)),
        ("输入长度 ≥ 32k", 1, (32000, None, None, None)),
        ("≤256K", 1, (None, 256000, None, None)),
        ("256K~1M", 1, (256000, 1000000, None, None)),
        ("输入长度 [0, 32] 且输出长度 (0.2,+∞)", 1000, (None, 32000, 200, None)),
        ("-", 1, (None, None, None, None)),
    ],
)
def test_a_band_is_read_from_its_words(words: str, unit: int, bounds: tuple[int | None, ...]):
    found = band(Conditions(), words, unit=unit)
    assert (found.context_min, found.context_max, found.output_min, found.output_max) == bounds


@pytest.mark.parametrize(
    "words", ["sometimes", "32", "1M", "[32, 0.0001]", "输入长度 [128, 32]", "0 且输出长度 1 且输出长度 2"]
)
def test_a_band_that_is_not_understood_is_refused(words: str):
    with pytest.raises((DocumentShapeError, ValueError)):
        band(Conditions(), words, unit=1)


def quotes(*bands: tuple[str, str]) -> list[Quote]:
    base = template(spider("volcengine"), "seed", "table:1 row:1 column:1")
    return [
        replace(base, amount=Decimal(amount), conditions=band(Conditions(), words, unit=1000))
        for words, amount in bands
    ]


def bounds(*bands: tuple[str, str]) -> list[tuple[int | None, int | None, str]]:
    return [
        (item.conditions.context_min, item.conditions.context_max, str(item.amount))
        for item in repriced(quotes(*bands))
        if isinstance(item, Quote)
    ]


def test_a_meter_of_one_price_has_no_bounds():
    assert bounds(("[0, 32]", "0.017"), ("(32, 128]", "0.017")) == [(None, None, "0.017")]


def test_neighbours_of_one_price_merge():
    assert bounds(("[0, 32]", "1"), ("(32, 128]", "1"), ("(128, 256]", "2")) == [
        (None, 128000, "1"),
        (128000, 256000, "2"),
    ]


def test_bands_of_different_prices_stay():
    assert bounds(("[0, 32]", "1"), ("(32, 128]", "2")) == [(None, 32000, "1"), (32000, 128000, "2")]


def test_peak_hours_in_words_nobody_knows_are_refused():
    for text in (
        "Peak hours are 09:00 - 12:00.",
        "Peak hours are whenever it suits us, UTC.",
        "Peak hours are 01:00 - 04:00 UTC, except for friends.",
        "Nothing about hours.",
    ):
        with pytest.raises(DocumentShapeError):
            peak_window(text)


def test_peak_hours_of_every_day_have_no_weekdays():
    window = peak_window("Peak hours are 01:00 - 04:00 and 06:00 - 10:00 UTC. All other hours are off-peak.")
    assert (window.hours, window.weekdays, window.except_) == (("01:00-04:00", "06:00-10:00"), (), None)


def test_a_promotion_that_names_its_amount_does_not_hide_a_band():
    short, long = quotes(("[0, 32]", "1"), ("(32, 128]", "3"))
    said = [
        replace(quote, conditions=replace(quote.conditions, promotion=Promotion(text=f"was twice {quote.amount}")))
        for quote in (short, long)
    ]
    assert [item.conditions.context_min for item in repriced(said) if isinstance(item, Quote)] == [None, 32000]
