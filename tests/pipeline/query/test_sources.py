"""What needs a person, the gravest first."""

import pandas as pd

from pipeline.query.sources import issues
from tests.dashboard.shelf import small_snapshot


def test_what_may_be_a_wrong_price_stands_before_labels_that_wait():
    small = small_snapshot()
    kinds = ["unmatched_label", "order", "slipped_unit"]
    made = pd.concat([small["issues"].head(1)] * len(kinds), ignore_index=True).assign(kind=kinds, state="open")
    small.frames["issues"] = made
    assert issues(small, source=None)["kind"].tolist() == ["slipped_unit", "order", "unmatched_label"]
