"""The thresholds of events and flags as values; the dated file with their reasons is read in pipeline.reference."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Every number that decides about an event or a flag. Percents are whole numbers where a test must be exact."""

    reviewed_on: date
    sharp_cut_percent: int
    reference_window: timedelta
    reference_standing: timedelta
    young_listing: timedelta
    bulk_models: int
    undone_within: timedelta
    hold: timedelta
    same_decision: timedelta
    corroborated_before: timedelta
    corroborated_after: timedelta
    same_price_percent: int
    power_of_ten_percent: int
    unbelievable_factor: int
    channel_models: int
    channel_permille: int
    exchange_rate_percent: int
    launch_after_release: timedelta
    standing_price: timedelta
    outlier_makers: int
    outlier_permille: int
    peer_score_points: int
    fewest_peers: int
    model_age: timedelta
    fewest_hosts: int
    margin_percent: int
    earlier_causes: timedelta
    depression_window: timedelta
    depression_trend: timedelta
