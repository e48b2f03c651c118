"""One model version: its listings, the spells and blends of every one of them, the decisions that moved it."""

from dataclasses import dataclass

import pandas as pd

from pipeline.query.decisions import ranked_decisions
from pipeline.query.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """What a snapshot holds of one model version. `events` are ranked frames, newest first; the rest as declared."""

    version: str
    listings: pd.DataFrame
    spells: pd.DataFrame
    blends: pd.DataFrame
    events: pd.DataFrame
    scores: pd.DataFrame


def model(snapshot: Snapshot, version: str) -> Model | None:
    """The model version `maker/slug`; None where no listing, score or event of this build names it."""
    listings = snapshot["listings"]
    listings = listings[listings["model_version"] == version]
    ids = listings["listing_id"]
    spells, blends, scores = (snapshot[name] for name in ("spells", "blends", "scores"))
    events = ranked_decisions(snapshot)
    named = events["model_versions"].astype("str").str.contains(f'"{version}"', regex=False)
    found = Model(
        version=version,
        listings=listings,
        spells=spells[spells["listing_id"].isin(ids)],
        blends=blends[blends["listing_id"].isin(ids)],
        events=events[named].sort_values("public_at", ascending=False, kind="stable"),
        scores=scores[scores["model_version"] == version],
    )
    return None if found.listings.empty and found.events.empty and found.scores.empty else found


def meters(found: Model) -> list[str]:
    """The meters billed in tokens that some listing of the model has a price for."""
    return sorted(set(found.spells.loc[found.spells["per_unit"] == "token", "meter"].astype(str)))
