"""Context windows of hosts, as public on a day."""

from datetime import date

import pandas as pd
import pytest

from pipeline import frames
from pipeline.dumping.contexts import served_on


def readings(*rows):
    """Rows of (host, model version, tokens, observed at)."""
    table = pd.DataFrame(
        [
            {
                "source": "list",
                "seller": "router",
                "served_by": host,
                "label": "one",
                "model_version": model,
                "metric": "context_window_tokens",
                "statistic": "stated",
                "value": tokens,
                "workload": "as listed",
                "observed_at": pd.Timestamp(at, tz="UTC"),
                "payload_sha256": "0",
                "where": f"json:/{place}",
            }
            for place, (host, model, tokens, at) in enumerate(rows)
        ]
    )
    return frames.coerce(table.reindex(columns=list(frames.FRAMES["readings"].columns)), "readings")


def test_the_newest_look_up_to_the_day_counts():
    found = readings(("h", "a/one", 8192, "2026-07-01"), ("h", "a/one", 131072, "2026-07-09"))
    assert served_on(found, date(2026, 7, 8)).contexts == {("h", "a/one"): 8192}
    assert served_on(found, date(2026, 7, 9)).contexts == {("h", "a/one"): 131072}


def test_of_several_endpoints_of_one_look_the_smallest_window_counts():
    found = readings(("h", "a/one", 131072, "2026-07-01"), ("h", "a/one", 32768, "2026-07-01"))
    assert served_on(found, date(2026, 7, 1)).contexts == {("h", "a/one"): 32768}


@pytest.mark.parametrize("found", [readings(("h", None, 1, "2026-07-01")), frames.empty("readings")])
def test_a_label_that_nobody_could_place_and_a_ledger_without_readings_state_no_window(found):
    assert served_on(found, date(2026, 7, 1)).contexts == {}


@pytest.mark.parametrize(
    ("stated", "known"),
    [(["fp8", "fp8"], {("h", "a/one"): "fp8"}), (["fp8", "bf16"], {}), (["fp8", None], {}), ([None, None], {})],
)
def test_a_precision_counts_where_every_endpoint_of_the_newest_look_states_it(stated, known):
    found = readings(*(("h", "a/one", 8192, "2026-07-01") for _ in stated)).assign(precision=stated)
    assert served_on(frames.coerce(found, "readings"), date(2026, 7, 1)).precisions == known
    assert served_on(frames.coerce(found, "readings"), date(2026, 6, 30)).precisions == {}
