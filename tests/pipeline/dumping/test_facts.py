"""Curated facts: read whole, dated, and unknown where nothing states them."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.facts import Channel, FactName
from pipeline.dumping.tax_basis import tax_basis, vat_included
from pipeline.reference.facts import load_facts
from tests.pipeline.dumping.offers import NO_FACTS, facts, home, offer, seller_fact

TABLES = Path(load_facts.__wrapped__.__code__.co_filename).parent


@pytest.fixture
def folder(tmp_path):
    for name in ("seller_facts.csv", "tax.csv", "rents.csv", "throughputs.csv", "sellers.csv", "routers.csv"):
        (tmp_path / name).write_text((TABLES / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def test_every_row_of_the_tables_has_its_source_and_a_past():
    held = load_facts()
    rows = [*held.sellers, *held.taxes, *held.rents, *held.throughputs]
    assert rows
    assert all(row.source for row in rows)
    assert all(row.public_since is None or row.public_since <= row.reviewed_on for row in rows)


def test_no_fact_of_a_seller_is_stated_twice():
    keys = [(row.seller, row.market, row.name, row.public_since) for row in load_facts().sellers]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("file", "line", "word"),
    [
        ("seller_facts.csv", "acme,any,colour,blue,a page,,2026-11-23", "colour"),
        ("seller_facts.csv", "acme,any,channel,shop,a page,,2026-11-23", "shop"),
        ("seller_facts.csv", "acme,any,vat_included,maybe,a page,,2026-11-23", "maybe"),
        ("seller_facts.csv", "acme,any,country,US,,,2026-11-23", "source"),
        ("tax.csv", "XX,VAT,19,all,a page,,2026-11-23", "19"),
        ("rents.csv", "X1,80,8,0,cloud,r,m,a page,2026-05-17,2026-11-23", "usd_hour"),
    ],
)
def test_a_wrong_row_is_refused_by_file_and_line(folder, file, line, word):
    path = folder / file
    number = len(path.read_text(encoding="utf-8").splitlines()) + 1
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(InvalidValueError, match=f"{file}, line {number}: .*{word}"):
        load_facts(folder)


def test_what_was_not_public_yet_is_unknown_then():
    own = facts(sellers=(seller_fact("acme", FactName.COUNTRY, "SG", public_since=date(2026, 8, 7)),))
    assert own.value("acme", "international", FactName.COUNTRY, day=date(2026, 8, 6)) == "unknown"
    assert own.value("acme", "international", FactName.COUNTRY, day=date(2026, 8, 7)) == "SG"


def test_a_fact_of_the_market_comes_before_one_of_any():
    rows = (
        seller_fact("acme", FactName.COUNTRY, "SG", market="international"),
        seller_fact("acme", FactName.COUNTRY, "CN"),
    )
    own = facts(sellers=rows)
    assert own.value("acme", "international", FactName.COUNTRY) == "SG"
    assert own.value("acme", "CN", FactName.COUNTRY) == "CN"


def test_a_seller_is_an_own_api_for_its_own_models_only():
    own = facts(sellers=(seller_fact("acme", FactName.CHANNEL, "cloud_marketplace"),))
    assert own.channel("acme", "acme", "CN") is Channel.OWN_API
    assert own.channel("acme", "other", "CN") is Channel.CLOUD_MARKETPLACE
    assert own.channel("nobody", "other", "CN") is Channel.UNKNOWN


def test_the_page_is_believed_before_a_fact_about_it():
    own = facts(sellers=(seller_fact("acme", FactName.VAT_INCLUDED, "no"),))
    assert vat_included(home(vat_included="yes"), own)[0] == "yes"
    assert vat_included(home(), own) == ("no", "a page")


def test_no_tax_basis_is_inferred_from_a_country_or_a_currency():
    found = tax_basis(home(), offer(), NO_FACTS)
    assert (found.home, found.export, found.rate, found.export_rate) == ("unknown", "unknown", None, None)
