"""The view *as public on a day*: of everything the ledger holds, what anyone could have known by then (DESIGN 1).

Enters frames of facts and an instant; leaves the same frames without what became public later. A capture counts from
its `public_at` (`as_of`, else `captured_at`): a document read today that dates its own past counts from today. A score
counts from `published_at`, a reference rate from its day, a pointer of a floating name from its `since`.
`recorded_at` becomes the public instant: what a ledger that watched all along would have written.

What is not cut is the method: rules, thresholds, spiders and the tables of names are those of today.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time

import pandas as pd


def end_of(day: date) -> datetime:
    """The last instant of a UTC day: the instant of a day's view."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def captures_as_public(captures: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """The captures public by `at`, recorded when they became public."""
    known = captures[captures["public_at"] <= at]
    return known.assign(recorded_at=known["public_at"]).reset_index(drop=True)


def quotes_as_public(quotes: pd.DataFrame, captures: pd.DataFrame) -> pd.DataFrame:
    """The quotes of bodies that some capture of a view brought."""
    return quotes[quotes["payload_sha256"].isin(captures["payload_sha256"])].reset_index(drop=True)


def announcements_as_public(announcements: pd.DataFrame, captures: pd.DataFrame) -> pd.DataFrame:
    """Sellers' dated statements in bodies of a view: seller, label, effective_at, about; each once."""
    read = announcements[announcements["payload_sha256"].isin(captures["payload_sha256"])]
    return read[["seller", "label", "effective_at", "about"]].drop_duplicates().reset_index(drop=True)


def scores_as_public(scores: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """Scores published by `at`."""
    return scores[scores["published_at"] <= at].reset_index(drop=True)


def rates_as_public(rates: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """Reference rates of days up to that of `at`: a rate is published on its own day."""
    return rates[rates["day"] <= pd.Timestamp(at.date())].reset_index(drop=True)


def aliases_as_public(aliases: pd.DataFrame, at: datetime) -> pd.DataFrame:
    """Pointers of floating names that had begun by `at`; that one will end is not known before it does."""
    day = pd.Timestamp(at.date())
    begun = aliases[aliases["since"].isna() | (aliases["since"] <= day)]
    return begun.assign(until=begun["until"].where(begun["until"] <= day)).reset_index(drop=True)


def days_about(
    models: Collection[str],
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    captures: pd.DataFrame,
    waits: Sequence[pd.Timedelta],
) -> set[date]:
    """The days on which what is known of some model versions may change, given all that became known of them.

    A decision about them can change when a document states a price of theirs for the first time or the last, and when
    one of its sources is looked at again after a wait that began then (a hold, the days within which a slip is undone).
    """
    own = spells[spells["listing_id"].isin(listings.loc[listings["model_version"].isin(models), "listing_id"])]
    public = captures.groupby("payload_sha256")["public_at"].min()
    stated = [own[name].astype("str").map(public) for name in ("first_payload", "last_payload")]
    begun = pd.concat([*stated, own["first_seen"], own["not_after"]]).dropna().drop_duplicates()
    found = set(begun.dt.date) | set((begun + min(waits)).dt.date)
    after = pd.concat([begun, *(begun + wait for wait in waits)]).drop_duplicates()
    looks = captures[captures["source"].isin(own["source"].unique())]
    for _, instants in looks.groupby("source")["public_at"]:
        ordered = instants.drop_duplicates().sort_values(ignore_index=True)
        places = ordered.searchsorted(after)
        found |= set(ordered.iloc[places[places < len(ordered)]].dt.date)
    return found
