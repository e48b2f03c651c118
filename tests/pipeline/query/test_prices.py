"""What stands beside a current price."""

from dataclasses import replace

from pipeline.query.prices import current
from tests.dashboard.shelf import small_snapshot


def test_the_age_counts_to_the_instant_by_which_a_price_is_current_or_stale():
    """A price was stale and 0 days old; of the shipped sample it would be current and a month old."""
    small = small_snapshot()
    later = {"built_at": "2027-01-01T00:00:00Z"}
    ages = {
        sample: current(replace(small, meta=small.meta | later | {"sample": sample}), mix=None)["age_days"].min()
        for sample in (False, True)
    }
    assert ages == {False: 40, True: 0}  # the newest look is of 22 November
