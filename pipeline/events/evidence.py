"""Step 4 of METHODS 5: which independent lineages show a decision, and which contradict it.

A lineage shows a decision by a recorded step of its own, old before and new after; a price that stood near both is no
evidence. A lineage contradicts it that watched the model at the same seller and never had the old price, or still had
it 45 days later. Catalogues lag by up to 112 days: one that never had a price which stood for less than that may have
slept through it, and contradicts only if it had the new price before. The seller's own page does not lag: where it
still charges the old price two days later, no number of catalogues knows better. A page that prints the old price as
its list price beside the new one (`struck`) shows both sides of the step at once.
"""

import json

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import PriceBasis, Trust
from pipeline.events.charged import charged

NEVER_HAD = "never_had_old"
STILL_HAS = "still_has_old"
PAGE_HAS = "own_page_has_old"


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
    after = views["at"] + views["page"].map({True: thresholds.hold, False: thresholds.corroborated_after})
    stands = (
        views["is_old"] & (from_old < from_new) & (views["first_seen"] <= views["at"]) & (views["last_seen"] >= after)
    )
    voice = [views["decision"], views["lineage"]]
    page, still = ((stands & views["page"].eq(own)).groupby(voice).any() for own in (True, False))
    said = {NEVER_HAD: never, PAGE_HAS: page & ~never, STILL_HAS: still & ~page & ~never}
    found = pd.concat([held[held].reset_index()[["decision", "lineage"]].assign(why=why) for why, held in said.items()])
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
    near = charged(near)[["source", "listing_id", "meter", "currency", "nano_per_million", "first_seen", "last_seen"]]
    near = near.astype(dict.fromkeys(("source", "listing_id", "meter", "currency"), "str"))
    near = near.merge(sources[["source", "lineage"]], on="source").merge(wanted, on="listing_id")
    pages = _own_pages(sources[sources["confirmed"].astype(bool)]).assign(page=True)
    near = near.merge(pages, on=["source", "seller"], how="left")
    near["page"] = near["page"].eq(True)
    met = asked.merge(near, on=["seller", "market", "model", "currency", "meter"])
    return met[met["own"] != met["lineage"]].copy()


def struck(
    moves: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame, sources: pd.DataFrame, thresholds: Thresholds
) -> pd.DataFrame:
    """`moves` with `struck_at`, when the seller's own page was first seen with the old amounts as list prices and the
    new ones as net prices, and `struck_payload`, that page.

    Input and output, those of them that moved, within 3 % and within the window of corroboration; missing where no page
    does.
    """
    stated = _struck_prices(spells, listings, sources)
    if stated.empty:
        return moves.assign(
            struck_at=pd.Series(pd.NaT, index=moves.index, dtype="datetime64[us, UTC]"), struck_payload=None
        )
    met = _asked_of(moves, stated).merge(stated, on=_PRICE_OF_MODEL)
    for side, printed in (("old", "listed"), ("new", "charged")):
        apart = (met[side].astype("float64") - met[printed].astype("float64")).abs()
        met = met[apart * 100 <= thresholds.same_price_percent * met[side].astype("float64")]
    near = (met["seen"] - met["at"]).between(-thresholds.corroborated_before, thresholds.corroborated_after)
    by_move = met[near].sort_values(["move", "seen", "payload"]).groupby("move")
    found = by_move.agg(meters=("meter", "nunique"), struck_at=("seen", "last"), struck_payload=("payload", "last"))
    needed = moves.set_index("move")[["moved_input", "moved_output"]].sum(axis=1)
    whole = found[found["meters"] == needed.reindex(found.index)].drop(columns="meters")
    rows = moves.merge(whole.reset_index(), on="move", how="left", validate="one_to_one")
    return rows.assign(struck_at=pd.to_datetime(rows["struck_at"], utc=True).astype("datetime64[us, UTC]"))


def _own_pages(sources: pd.DataFrame) -> pd.DataFrame:
    """Rows (source, seller): whose own words a source states."""
    trusted = sources[sources["trust"].isin([Trust.SELLER, Trust.ARCHIVE])]
    own = [(str(row["source"]), str(name)) for row in trusted.to_dict("records") for name in json.loads(row["sellers"])]
    return pd.DataFrame(own, columns=["source", "seller"], dtype="str").drop_duplicates()


_PRICE_OF_MODEL = ["seller", "market", "model", "currency", "meter"]


def _asked_of(moves: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Steps of input and output of the models that some page states two prices of, one row per meter that moved."""
    steps = moves[moves["base"] & ~moves["windows"] & moves["model"].isin(stated["model"])]
    parts = [
        steps.loc[steps[f"moved_{meter}"], ["move", "at", *_PRICE_OF_MODEL[:-1]]].assign(
            meter=meter, old=steps[f"old_{meter}"], new=steps[f"new_{meter}"]
        )
        for meter in ("input", "output")
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset=["old", "new"]).astype({"currency": "str"})


def _struck_prices(spells: pd.DataFrame, listings: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Amounts that a seller's own page printed side by side, list and net: one row per net spell."""
    pages = _own_pages(sources)
    key = ["source", "listing_id", "meter", "currency", "per_unit"]
    near = spells[spells["source"].isin(pages["source"]) & spells["meter"].isin(["input", "output"])]
    if not near["price_basis"].eq(PriceBasis.NET.value).any():
        return pd.DataFrame()
    near = near[[*key, "price_basis", "nano_per_million", "first_seen", "last_seen", "first_payload"]]
    near = near.astype(dict.fromkeys(key, "str"))
    net = near["price_basis"].eq(PriceBasis.NET.value)
    met = near[net].merge(near[near["price_basis"].eq(PriceBasis.LIST.value)], on=key, suffixes=("", "_list"))
    met = met[(met["first_seen"] <= met["last_seen_list"]) & (met["first_seen_list"] <= met["last_seen"])]
    base = listings[listings["base"]]
    named = base[["listing_id", "seller", "market"]].assign(
        model=base["model_version"].where(base["model_version"].notna(), "label:" + base["label"])
    )
    met = met.merge(named, on="listing_id").merge(pages)
    met["seen"] = met[["first_seen", "first_seen_list"]].max(axis=1)
    met = met.rename(columns={"nano_per_million": "charged", "nano_per_million_list": "listed"})
    return met.rename(columns={"first_payload": "payload"})[[*_PRICE_OF_MODEL, "listed", "charged", "seen", "payload"]]
