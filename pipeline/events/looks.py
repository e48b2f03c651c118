"""How far decisions follow a price that still stands: to the last instant of which they can ask whether it stood.

Enters the frame `spells`; leaves it in the form in which decisions are told apart. They ask of a standing price only
whether it was still seen when some price of its maker came or went, and, two, thirty and forty-five days after a price
of the same model at the same seller came, whether it had lasted. Between two such instants a further look tells them
nothing, and nothing of them has to be made again.
"""

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.events.apart import part_of

TWICE = 2
"""Decisions and comparisons ask of captures only whether there were two (METHODS 5, 6)."""


def followed(spells: pd.DataFrame, listings: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """`spells` whose open ones are seen until the last instant that decisions can ask of, by two captures at most.

    No decision is another for it. Spells that ended keep their instants; so do open promotions with a stated end, which
    is asked of.
    """
    listed = spells["listing_id"].astype("str")
    rows = pd.DataFrame(
        {
            "part": listed.map(part_of(listings)),
            "offer": listed.map(_offer_of(listings)),
            "until": spells["last_seen"],
        }
    )
    still = spells["ended"].eq("open")
    quiet = still & ~ends(spells)
    own = rows[quiet].sort_values("until", kind="stable")
    near, lasted = _asked(spells, thresholds)
    last = pd.concat([_last(own, rows["part"], near), _last(own, rows["offer"], lasted)], axis=1).max(axis=1)
    return spells.assign(
        last_seen=spells["last_seen"].mask(quiet, last),
        captures=spells["captures"].clip(upper=TWICE),
        last_payload=spells["last_payload"].mask(still, spells["first_payload"]),
    )


def ends(spells: pd.DataFrame) -> "pd.Series[bool]":
    """Spells of a promotion that states its end."""
    return spells["promotion"].astype("str").str.contains('"ends_at"', regex=False, na=False)


def instants(spells: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Every instant of which some decision can ask whether a price stood, once and in order: the column `at`.

    Where no such instant lies between two looks, `followed` says the same after the second as after the first.
    """
    near, lasted = _asked(spells, thresholds)
    found = pd.concat([*near, *lasted]).dropna().drop_duplicates().sort_values()
    return pd.DataFrame({"at": found.reset_index(drop=True)})


Instants = list["pd.Series[pd.Timestamp]"]


def _asked(spells: pd.DataFrame, thresholds: Thresholds) -> tuple[Instants, Instants]:
    """By spell when a price came or went, and when it would have lasted."""
    moved = [spells["first_seen"], spells["not_after"]]
    ended = spells["last_seen"].mask(spells["ended"].eq("open"))
    # `vetoes.steadfast` and `evidence.contradictions`: the spans after which a price has lasted.
    spans = (thresholds.hold, thresholds.undone_within, thresholds.corroborated_after)
    lasted = [at + span for at in moved for span in spans]
    return [*moved, spells["not_before"], ended], lasted


def _last(own: pd.DataFrame, group: "pd.Series[str]", asked_of: Instants) -> "pd.Series[pd.Timestamp]":
    """By row of `own` the last of the instants `asked_of` its group that is not after it."""
    by = str(group.name)
    asked = pd.concat([pd.DataFrame({by: group, "at": at}).dropna() for at in asked_of], ignore_index=True)
    asked = asked.drop_duplicates().sort_values("at", kind="stable")
    met = pd.merge_asof(own, asked, left_on="until", right_on="at", by=by)
    return met["at"].set_axis(own.index)


def _offer_of(listings: pd.DataFrame) -> "pd.Series[str]":
    """By `listing_id` its seller, market and model version, or label while that is unmatched."""
    model = listings["model_version"].where(listings["model_version"].notna(), "label:" + listings["label"])
    names = [listings[name].astype("str") for name in ("seller", "market")]
    return (names[0] + " " + names[1] + " " + model.astype("str")).set_axis(listings["listing_id"].astype("str"))
