"""How far decisions follow a price that still stands: to the last instant of which they can ask whether it stood.

Enters the frame `spells`; leaves it in the form in which decisions are told apart. They ask of a standing price only
whether it was still seen when some price of its maker came or went, and, thirty and forty-five days after a price of
the same model at the same seller came, whether it had lasted. Between two such instants a further look tells them
nothing, and nothing of them has to be made again.
"""

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.events.apart import part_of

_TWICE = 2


def followed(spells: pd.DataFrame, listings: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """`spells` whose open ones are seen until the last instant that decisions can ask of, by two captures at most.

    No decision is another for it. Spells that ended keep their instants; so do open promotions, whose end is asked of.
    Decisions ask of captures only whether there were two (METHODS 5).
    """
    still = spells["ended"].eq("open")
    listed = spells["listing_id"].astype("str")
    rows = pd.DataFrame(
        {
            "part": listed.map(part_of(listings)),
            "offer": listed.map(_offer_of(listings)),
            "until": spells["last_seen"],
        }
    )
    quiet = still & spells["promotion"].isna()
    own = rows[quiet].sort_values("until", kind="stable")
    moved = [spells["first_seen"], spells["not_after"]]
    # `vetoes.steadfast` and `evidence.contradictions`: the spans after which a price has lasted.
    lasted = [at + span for at in moved for span in (thresholds.undone_within, thresholds.corroborated_after)]
    near = [*moved, spells["not_before"], spells["last_seen"].mask(still)]
    last = pd.concat([_last(own, rows["part"], near), _last(own, rows["offer"], lasted)], axis=1).max(axis=1)
    return spells.assign(
        last_seen=spells["last_seen"].mask(quiet, last),
        captures=spells["captures"].clip(upper=_TWICE),
        last_payload=spells["last_payload"].mask(still, spells["first_payload"]),
    )


def _last(
    own: pd.DataFrame, group: "pd.Series[str]", instants: "list[pd.Series[pd.Timestamp]]"
) -> "pd.Series[pd.Timestamp]":
    """By row of `own` the last of the `instants` of its group that is not after it."""
    by = str(group.name)
    asked = pd.concat([pd.DataFrame({by: group, "at": at}).dropna() for at in instants], ignore_index=True)
    asked = asked.drop_duplicates().sort_values("at", kind="stable")
    met = pd.merge_asof(own, asked, left_on="until", right_on="at", by=by)
    return met["at"].set_axis(own.index)


def _offer_of(listings: pd.DataFrame) -> "pd.Series[str]":
    """By `listing_id` its seller, market and model version, or label while that is unmatched."""
    model = listings["model_version"].where(listings["model_version"].notna(), "label:" + listings["label"])
    names = [listings[name].astype("str") for name in ("seller", "market")]
    return (names[0] + " " + names[1] + " " + model.astype("str")).set_axis(listings["listing_id"].astype("str"))
