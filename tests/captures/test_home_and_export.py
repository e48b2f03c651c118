"""Home and export prices of real pages, as the grid sees them."""

from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd
import pytest

from crawlers.base import Contents
from pipeline import frames
from pipeline.domain.amounts import nano_per_million
from pipeline.domain.conditions import canonical_json
from pipeline.domain.indicator import Outcome
from pipeline.dumping.comparisons import examined
from pipeline.dumping.offered import Offer, standing
from pipeline.dumping.pairs import latest_pairs, sold_at_home_and_abroad
from pipeline.reference.facts import load_facts
from tests.captures.conftest import Capture
from tests.pipeline.dumping.offers import ground, listing_row, priced
from tests.pipeline.normalise.conftest import source_row, sources_frame, spells_frame
from tests.worked_examples.cases import close

SEEN = datetime(2026, 7, 17, tzinfo=UTC)
# ECB of 17 July 2026: 7.7501 CNY and 1.1435 USD per euro.
RATE = Decimal("7.7501") / Decimal("1.1435")
DEEPSEEK = {
    "home": ("deepseek_cn", "deepseek-zh-cn/2026-07-17_page.html.gz"),
    "export": ("deepseek", "first-party/deepseek/2026-05-08_d1507e1.html.gz"),
}
GLM = {
    "home": ("zhipu", "zhipu-bigmodel-cn/2026-07-17_page.html.gz"),
    "export": ("zai", "zai-intl/2026-08-18_page.html.gz"),
}


def pairs_of(capture: Capture, pages: dict[str, tuple[str, str]], maker: str, labels: dict[str, str]):
    """The pairs of some labels, as if both pages had been seen on one day."""
    listings, spells = [], []
    for source, path in pages.values():
        _add(capture(source, path), source, maker, labels, listings, spells)
    own = standing(
        spells_frame(spells),
        frames.coerce(pd.DataFrame(listings), "listings"),
        sources_frame([source_row(source, "seller") for source, _ in pages.values()]),
        until=SEEN,
    )
    asked = ground(own, load_facts(), [(SEEN.date(), RATE)], {maker: "CN"})
    both = sold_at_home_and_abroad(own, asked.seats, asked.facts)
    return [examined(asked, pair) for pair in latest_pairs(both, asked.seats, asked.facts)]


def _add(reading: Contents, source, maker, labels, listings, spells):
    numbers: dict[str, int] = {}
    for quote in reading.quotes:
        if quote.label not in labels or str(quote.meter) not in ("input", "cached_input", "output"):
            continue
        terms = {k: v for k, v in quote.conditions.as_json().items() if k not in ("promotion", "as_published")}
        text = canonical_json(terms)
        key = f"{quote.label} {quote.market} {text}"
        if key not in numbers:
            numbers[key] = len(listings) + 1
            listings.append(
                listing_row(
                    numbers[key],
                    seller=quote.seller,
                    served_by=quote.served_by,
                    market=quote.market,
                    conditions=text,
                    maker=maker,
                    label=quote.label,
                    model_version=labels[quote.label],
                )
            )
        spells += priced(
            numbers[key],
            {str(quote.meter): str(quote.amount)},
            0,
            0,
            source=source,
            currency=quote.currency,
            price_basis=str(quote.price_basis),
            vat_included=str(quote.vat_included),
            per=quote.per,
            nano_per_million=nano_per_million(quote.amount, quote.per),
            first_seen=SEEN,
            last_seen=SEEN,
        )


def test_deepseeks_two_pages_and_the_tax_that_neither_states(capture: Capture):
    (found,) = pairs_of(capture, DEEPSEEK, "deepseek", {"deepseek-v4-pro": "deepseek/deepseek-v4-pro"})
    assert found.pair.likeness.like
    # 3 / 6 CNY against .435 / .87 USD net: the worked case M1 at the unrounded rate of 6.777525
    assert close(found.indicator.value, "-4.003589")
    assert found.indicator.reason.startswith("not evaluable (tax basis)")
    assert (found.tax.home, found.tax.export) == ("unknown", "unknown")


def test_the_list_price_of_a_promotion_turns_the_margin(capture: Capture):
    (found,) = pairs_of(capture, DEEPSEEK, "deepseek", {"deepseek-v4-pro": "deepseek/deepseek-v4-pro"})
    assert "price" in found.found.sensitivity.flips  # the list price abroad is 1.74, the net one .435
    assert found.indicator.low < -70


def test_glm_5_2_is_dearer_abroad_under_every_switch(capture: Capture):
    (found,) = pairs_of(capture, GLM, "zai", {"GLM-5.2": "zai/glm-5.2"})
    assert found.indicator.outcome is Outcome.FAILS
    assert found.indicator.high < 0
    # 8 / 1.06 / 6.777525 = 1.113558 against 1.4
    assert close(found.found.meters.percents["input"], "-20.460117")


@pytest.mark.parametrize(("label", "model"), [("GLM-5", "zai/glm-5"), ("GLM-4.7", "zai/glm-4.7")])
def test_bands_of_the_home_page_are_not_matched_with_one_price_abroad(capture: Capture, label, model):
    found = pairs_of(capture, GLM, "zai", {label: model})
    assert found
    assert all(not each.pair.likeness.like and each.found is None for each in found)
    assert all("bands" in each.pair.likeness.differences[0] for each in found)


def test_every_offer_of_the_pages_names_its_document(capture: Capture):
    found = pairs_of(capture, DEEPSEEK, "deepseek", {"deepseek-v4-flash": "deepseek/deepseek-v4-flash"})
    sides: list[Offer] = [side for each in found for side in (each.pair.home, each.pair.export)]
    assert sides
    assert all(row.payload for side in sides for row in side.stated)
