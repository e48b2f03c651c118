"""`undercut probe`: the bound by known prices, and the whole command against a streaming server on loopback."""

import gzip
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from pipeline.jobs.probe import known_price
from pipeline.store import tables
from tests.crawlers.core.chat_server import Chat, chatting, whole
from tests.crawlers.core.test_runs import ledger_of

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk-Hd2-nobody-may-keep-this"


def frames(*rows):
    """Listings and prices of (seller, label, model version, tier, currency, input, output) rows, USD per million."""
    listings = [
        {"listing_id": str(number), "seller": row[0], "label": row[1], "model_version": row[2], "tier": row[3]}
        for number, row in enumerate(rows)
    ]
    prices = [
        {"listing_id": str(number), "meter": meter, "currency": row[4], "per_unit": "token", "nano_per_million": nano}
        for number, row in enumerate(rows)
        for meter, nano in (("input", row[5] * 10**9), ("output", row[6] * 10**9))
        if nano is not None
    ]
    return pd.DataFrame(prices), pd.DataFrame(listings)


def known(*rows, model="acme-1", seller=None):
    prices, listings = frames(*rows)
    found = known_price(prices, listings, model=model, seller=seller)
    return None if found is None else (found.input, found.output)


def test_the_dearest_standard_price_in_dollars_is_reckoned_with():
    rows = [
        ("acme", "Acme-1", "acme/acme-1", "standard", "USD", 2, 8),
        ("host", "acme-1", "acme/acme-1", "standard", "USD", 3, 6),
        ("acme", "acme-1", "acme/acme-1", "priority", "USD", 9, 9),
        ("acme", "acme-1", "acme/acme-1", "standard", "CNY", 50, 50),
    ]
    assert known(*rows) == (Decimal(3), Decimal(8))


def test_the_named_seller_speaks_where_it_has_a_price():
    rows = [
        ("acme", "acme-1", "acme/acme-1", "standard", "USD", 2, 8),
        ("host", "acme-1", "acme/acme-1", "standard", "USD", 3, 6),
    ]
    assert known(*rows, seller="host") == (3, 6)
    assert known(*rows, seller="nobody") == (3, 8)


def test_a_version_is_found_with_and_without_its_maker():
    row = ("acme", "The Large One", "acme/acme-1", "standard", "USD", 2, 8)
    assert known(row, model="acme/acme-1") == known(row, model="ACME-1") == (2, 8)


def test_a_price_in_another_currency_alone_is_no_known_price():
    assert known(("acme", "acme-1", "acme/acme-1", "standard", "CNY", 2, 8)) is None


def undercut(data_dir, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "probe", *arguments],
        env={**os.environ, "UNDERCUT_DATA_DIR": str(data_dir), "UNDERCUT_MAIL_TO": "", "ACME_TOKEN": KEY},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    """(data directory, server, finished process) of one probe by the command."""
    data_dir, chat = tmp_path_factory.mktemp("probe"), Chat(answers=[whole(tokens=20)])
    with chatting(chat) as address:
        options = ["--base-url", address, "--key-env", "ACME_TOKEN", "--max-cost", "0.01", "--requests", "2"]
        options += ["--input-price", "1", "--output-price", "2", "--output-tokens", "20", "--prompt-tokens", "100"]
        return data_dir, chat, undercut(data_dir, "acme-1", *options)


def test_a_probe_by_the_command_is_in_the_ledger(probed):
    data_dir, chat, done = probed
    assert (done.returncode, len(chat.asked)) == (0, 2), done.stderr
    with ledger_of(data_dir) as ledger:
        assert set(tables.readings(ledger)["source"]) == {"probe"}
        assert tables.sources(ledger)["lineage"].tolist() == ["probe"]


def test_a_probe_says_what_it_cost(probed):
    assert "0.000280 USD by the count of the server, of 0.01 USD" in probed[2].stderr  # 2 x (100 x 1 + 20 x 2) / 10^6


def test_the_key_of_a_probe_is_in_no_file_and_no_line_of_its_log(probed):
    data_dir, chat, done = probed
    assert chat.heard[0]["authorization"] == f"Bearer {KEY}"
    files = [path.read_bytes() for path in data_dir.rglob("*") if path.is_file()]
    unpacked = [gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw for raw in files]
    assert not any(KEY.encode() in content for content in unpacked)
    assert KEY not in done.stdout + done.stderr


def test_a_probe_whose_key_is_not_set_asks_nobody(probed):
    prices = ["--input-price", "1", "--output-price", "2"]
    given = ["--base-url", "http://127.0.0.1:9/v1", "--key-env", "NOT_SET_HERE", "--max-cost", "1", *prices]
    done = undercut(probed[0], "acme-1", *given)
    assert (done.returncode, "holds no key" in done.stderr) == (2, True)


def test_a_probe_of_an_unknown_price_asks_nobody(probed):
    done = undercut(probed[0], "nobody/knows-this", "--base-url", "http://127.0.0.1:9/v1", "--max-cost", "1")
    assert (done.returncode, "cannot be bounded" in done.stderr) == (2, True)
