"""Step 4 of METHODS 5: which independent lineages show a decision, and which contradict it.

A lineage shows a decision by a recorded step of its own, old before and new after; a price that stood near both is no
evidence. A lineage contradicts it that watched the model at the same seller and never had the old price, or still had
it 45 days later. Catalogues lag by up to 112 days: one that never had a price which stood for less than that may have
slept through it, and contradicts only if it had the new price before.
"""

import pandas as pd

from pipeline.domain.thresholds import Thresholds

NEVER_HAD = "never_had_old"
STILL_HAS = "still_has_old"


def contradictions(
    leads: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame, sources: pd.DataFrame, thresholds: Thresholds
) -> pd.DataFrame:
    """Rows (decision, lineage, why) for the lead moves of decisions: one per lineage that says otherwise.

    Compared are base listings of the same seller, market, model and currency on the first blended meter that moved. A
    lineage that changed this price in the same direction within the window reads the seller otherwise (another
    convention, another tax basis), but does not contradict. A weekly mean is nobody else's figure: windows are out.
    """
    steps = leads[leads["last_seen_old"].notna() & leads["looks_new"].notna() & leads["base"] & ~leads["windows"]]
    asked = _asked(steps)
    views = _views(asked, spells, listings, sources)
    if views.empty:
        return pd.DataFrame({"decision": [], "lineage": [], "why": []})
    views = _unmoved(views, thresholds)
    tolerance = thresholds.same_price_percent * views["old"].astype("float64").abs()
    from_old, from_new = (_distance(views, side) for side in ("old", "new"))
    views["is_old"] = from_old * 100 <= tolerance
    near_new = from_new * 100 <= thresholds.same_price_percent * views["new"].astype("float64").abs()
    views["had_new"] = near_new & (views["first_seen"] < views["at"])
    by_voice = views.groupby(["decision", "lineage"])
    watched = by_voice["first_seen"].min() <= by_voice["since_old"].first() + thresholds.young_listing
    outlasted = by_voice["last_seen"].max() >= by_voice["last_seen_old"].first()
    long = by_voice["at"].first() - by_voice["since_old"].first() >= thresholds.corroborated_before
    never = watched & outlasted & ~by_voice["is_old"].any() & (long | by_voice["had_new"].any())
    after = views["at"] + thresholds.corroborated_after
    stands = (
        views["is_old"] & (from_old < from_new) & (views["first_seen"] <= views["at"]) & (views["last_seen"] >= after)
    )
    still = stands.groupby([views["decision"], views["lineage"]]).any()
    found = pd.concat(
        [
            never[never].reset_index()[["decision", "lineage"]].assign(why=NEVER_HAD),
            still[still].reset_index()[["decision", "lineage"]].assign(why=STILL_HAS),
        ]
    )
    return found.sort_values(["decision", "lineage"], kind="stable", ignore_index=True)


def _distance(views: pd.DataFrame, side: str) -> "pd.Series[float]":
    return (views["nano_per_million"].astype("float64") - views[side].astype("float64")).abs()


def _unmoved(views: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Without the lineages that moved this price the same way within the window of corroboration."""
    rows = views.sort_values(["decision", "lineage", "listing_id", "source", "first_seen"], kind="stable")
    place = [rows[name] for name in ("decision", "lineage", "listing_id", "source")]
    before = rows["nano_per_million"].groupby(place).shift(1)
    step = rows["nano_per_million"].astype("float64") - before.astype("float64")
    asked = rows["new"].astype("float64") - rows["old"].astype("float64")
    start, end = rows["at"] - thresholds.corroborated_before, rows["at"] + thresholds.corroborated_after
    moved = (step * asked > 0) & rows["first_seen"].between(start, end)
    pairs = pd.MultiIndex.from_frame(rows[["decision", "lineage"]])
    return rows[~pairs.isin(pairs[moved])].copy()


def _asked(steps: pd.DataFrame) -> pd.DataFrame:
    """Each decision's first moved meter with its old price."""
    rows = steps[["decision", "lineage", "seller", "market", "model", "currency", "at", "since_old", "last_seen_old"]]
    parts = [
        rows[steps[f"moved_{meter}"]].assign(meter=meter, old=steps[f"old_{meter}"], new=steps[f"new_{meter}"])
        for meter in ("input", "output", "cached_input")
    ]
    return pd.concat(parts, ignore_index=True).drop_duplicates("decision").rename(columns={"lineage": "own"})


def _views(asked: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Spells of other lineages on the same seller's base listings of the same model."""
    base = listings[listings["base"]]
    named = base[["listing_id", "seller", "market"]].assign(
        model=base["model_version"].where(base["model_version"].notna(), "label:" + base["label"])
    )
    wanted = named[named["model"].isin(asked["model"])]
    near = spells[spells["listing_id"].isin(wanted["listing_id"])]
    near = near[["source", "listing_id", "meter", "currency", "nano_per_million", "first_seen", "last_seen"]]
    near = near.astype(dict.fromkeys(("source", "listing_id", "meter", "currency"), "str"))
    near = near.merge(sources[["source", "lineage"]], on="source").merge(wanted, on="listing_id")
    met = asked.merge(near, on=["seller", "market", "model", "currency", "meter"])
    return met[met["own"] != met["lineage"]].copy()
