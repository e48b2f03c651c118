"""Step 3 of METHODS 5: the source's entry came to mean something else, or only one channel gives a discount.

Each function enters the frame of moves and leaves one truth value per move.
"""

import json
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.domain.conditions import canonical_json
from pipeline.domain.thresholds import Thresholds
from pipeline.events.blend import BLENDED
from pipeline.events.vetoes import is_step

_OFFER = ("seller", "served_by", "market", "model", "terms")


def other_scope(
    moves: pd.DataFrame, spells: pd.DataFrame, listings: pd.DataFrame
) -> "tuple[pd.Series[bool], pd.Series[bool]]":
    """Every new price is one that the source stated before, and still states, for another tier, window or region.

    First those for which another window or region does so, then those for which only another tier (batch, flex) does:
    two catalogues that know no windows write down the hours they please, but a batch price is nobody's base price.
    """
    offers = listings.assign(
        model=listings["model_version"].where(listings["model_version"].notna(), "label:" + listings["label"]),
        terms=_without_scope(listings["conditions"], ("tier", "window")),
        hours=_without_scope(listings["conditions"], ("tier",)) + listings["region"].fillna("").astype("str"),
    )
    many = offers[offers.duplicated(list(_OFFER), keep=False)]
    candidates = moves.loc[
        is_step(moves) & moves["listing_id"].isin(many["listing_id"]), ["move", "source", "listing_id"]
    ]
    offer = many[["listing_id", "hours", *_OFFER]]
    siblings = candidates.merge(offer, on="listing_id").merge(offer, on=list(_OFFER), suffixes=("", "_sibling"))
    siblings = siblings[siblings["listing_id"] != siblings["listing_id_sibling"]]
    met = _standing_prices(siblings, moves, spells)
    wanted = _new_prices(moves)
    hits = met.merge(wanted, on=["move", "meter"], how="inner")
    hits = hits[hits["nano_per_million"] == hits["new"]].assign(tier=hits["hours"] == hits["hours_sibling"])
    reached = hits.groupby(["move", "listing_id_sibling", "tier"])["meter"].nunique().rename("meters").reset_index()
    needed = wanted.groupby("move")["meter"].nunique()
    full = reached[reached["meters"] == reached["move"].map(needed)]
    scoped = moves["move"].isin(full.loc[~full["tier"], "move"])
    return scoped, moves["move"].isin(full["move"]) & ~scoped


def _without_scope(conditions: "pd.Series[str]", without: tuple[str, ...]) -> "pd.Series[str]":
    texts = pd.Series(conditions.astype("object").unique(), dtype="object")
    kept = {
        text: canonical_json({name: value for name, value in json.loads(text).items() if name not in without})
        for text in texts
    }
    return conditions.astype("object").map(kept)


def _standing_prices(siblings: pd.DataFrame, moves: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Prices of the siblings that stood before the move and still stand with it, in the same source and currency."""
    near = spells[spells["listing_id"].isin(siblings["listing_id_sibling"]) & spells["meter"].isin(BLENDED)]
    near = near[["source", "listing_id", "meter", "currency", "nano_per_million", "first_seen", "last_seen"]]
    near = near.astype(dict.fromkeys(("source", "listing_id", "meter", "currency"), "str"))
    near = near.rename(columns={"listing_id": "listing_id_sibling"})
    rows = siblings.merge(moves[["move", "at", "currency"]].astype({"currency": "str"}), on="move")
    rows = rows.merge(near, on=["source", "listing_id_sibling", "currency"])
    return rows[(rows["first_seen"] < rows["at"]) & (rows["at"] <= rows["last_seen"])]


def _new_prices(moves: pd.DataFrame) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"move": moves["move"], "meter": meter, "new": moves[f"new_{meter}"]})[moves[f"moved_{meter}"]]
        for meter in BLENDED
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset=["new"])


def channel_discount(moves: pd.DataFrame, thresholds: Thresholds) -> "pd.Series[bool]":
    """Three models of one maker moved by one ratio on one channel that is not the maker's, and on no other."""
    ratio = _common_ratio(moves, thresholds)
    known = moves.assign(ratio=ratio)[ratio.notna() & moves["maker"].notna()]
    look = ["source", "at", "seller", "maker"]
    channels = known[~known["first_party"]]
    many = channels.groupby(look, observed=True)["model"].transform("nunique") >= thresholds.channel_models
    asked = known[known["maker"].isin(channels.loc[many, "maker"].unique())]
    by_maker = {str(maker): _Moves.of(rows) for maker, rows in asked.groupby("maker", observed=True)}
    hit: set[int] = set()
    for (_, _, seller, maker), together in channels[many].groupby(look, observed=True):
        elsewhere = by_maker[str(maker)].near(together["at"].iloc[0], str(seller), thresholds)
        hit |= _one_ratio(together, elsewhere, thresholds)
    return moves["move"].isin(hit)


def _common_ratio(moves: pd.DataFrame, thresholds: Thresholds) -> "pd.Series[float]":
    """ln(new/old) where every blended meter that moved did so by one ratio; else missing."""
    logs: list[pd.Series[float]] = []
    for meter in BLENDED:
        old, new = (moves[f"{side}_{meter}"].astype("float64") for side in ("old", "new"))
        moved = moves[f"moved_{meter}"] & (old > 0) & (new > 0)
        logs.append((new.where(moved) / old.where(moved)).map(np.log))
    table = pd.concat(logs, axis=1)
    spread = table.max(axis=1) - table.min(axis=1)
    common: pd.Series[float] = table.mean(axis=1).where(spread <= 2 * thresholds.channel_permille / 1000)
    return common


class _Moves(NamedTuple):
    """Moves of one maker as arrays, for thousands of questions."""

    at: npt.NDArray[np.datetime64]
    seller: npt.NDArray[np.object_]
    model: npt.NDArray[np.object_]
    ratio: npt.NDArray[np.float64]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "_Moves":
        return cls(
            at=rows["at"].to_numpy("datetime64[us]"),
            seller=rows["seller"].to_numpy(dtype=object),
            model=rows["model"].to_numpy(dtype=object),
            ratio=rows["ratio"].to_numpy("float64"),
        )

    def near(self, at: pd.Timestamp, seller: str, thresholds: Thresholds) -> list[tuple[str, float]]:
        """Model and ratio of what other sellers moved about that instant."""
        first, last = at - thresholds.corroborated_before, at + thresholds.corroborated_after
        rivals = (first.to_datetime64() <= self.at) & (self.at <= last.to_datetime64()) & (self.seller != seller)
        return list(zip(self.model[rivals], self.ratio[rivals], strict=True))


def _one_ratio(together: pd.DataFrame, elsewhere: list[tuple[str, float]], thresholds: Thresholds) -> set[int]:
    """Moves of one look that share a ratio with enough others, and with no rival channel near in time."""
    found: set[int] = set()
    step = np.log1p(thresholds.channel_permille / 1000)
    rows = list(zip(together["move"], together["model"], together["ratio"], strict=True))
    for ratio in sorted(set(together["ratio"])):
        alike = [(move, model) for move, model, own in rows if abs(own - ratio) <= step]
        models = {model for _, model in alike}
        followed = any(model in models and abs(other - ratio) <= step for model, other in elsewhere)
        if len(models) >= thresholds.channel_models and not followed:
            found |= {int(move) for move, _ in alike}
    return found


def windows_dropped(moves: pd.DataFrame) -> "pd.Series[bool]":
    """Peak and off-peak became one price that stood in one of them: a calendar that is left out makes no cut."""
    return moves["windows"] & moves["dropped"].astype(bool)


def router_mix(moves: pd.DataFrame, closed: frozenset[str]) -> "pd.Series[bool]":
    """The seller resells others' computing and names nobody: its price follows the host that is chosen.

    Nobody else serves weights that are not open, so there is no host to choose: the input and output price in a
    router's own catalogue is what their maker asks. What others write down about a router stays a mix.
    """
    own = [seller in json.loads(sellers) for seller, sellers in zip(moves["seller"], moves["own_sellers"], strict=True)]
    passed_on = moves["model_version"].isin(closed) & pd.Series(own, index=moves.index, dtype=bool)
    passed_on &= moves["moved_input"] | moves["moved_output"]
    return is_step(moves) & routed(moves) & ~passed_on


def routed(moves: pd.DataFrame) -> "pd.Series[bool]":
    """The seller resells others' computing and does not say whose."""
    found: pd.Series[bool] = moves["reseller"].astype(bool) & moves["seller"].eq(moves["served_by"])
    return found


def exchange_rate_moved(
    moves: pd.DataFrame,
    spells: pd.DataFrame,
    listings: pd.DataFrame,
    rates: pd.DataFrame | None,
    thresholds: Thresholds,
) -> "pd.Series[bool]":
    """The ratio is that of an exchange rate between the two looks, and the price in that other currency stood still."""
    none = pd.Series(False, index=moves.index)
    if rates is None or rates.empty:
        return none
    ratio = _common_ratio(moves, thresholds)
    models = listings[["listing_id", "seller"]].assign(
        model=listings["model_version"].where(listings["model_version"].notna(), "label:" + listings["label"])
    )
    blended = spells[spells["meter"].isin(BLENDED)][["listing_id", "currency", "first_seen", "last_seen"]]
    others = blended.astype({"listing_id": "str", "currency": "str"}).merge(models, on="listing_id")
    candidates = moves.loc[ratio.notna(), ["move", "seller", "model", "currency", "at", "last_seen_old", "since_old"]]
    met = candidates.astype({"currency": "str"}).merge(others, on=["seller", "model"], suffixes=("", "_home"))
    met = met[met["currency"] != met["currency_home"]]
    met = met[(met["first_seen"] <= met["last_seen_old"]) & (met["at"] <= met["last_seen"])]
    met = met.drop_duplicates(["move", "currency_home"]).reset_index(drop=True)
    if met.empty:
        return none
    table = _rate_table(rates)
    then = _cross(table, met["currency_home"], met["currency"], met["since_old"])
    now = _cross(table, met["currency_home"], met["currency"], met["at"])
    drift = np.log(now / then)
    own = met["move"].map(pd.Series(ratio.to_numpy(), index=moves["move"]))
    tolerance = thresholds.exchange_rate_percent / 100
    near = pd.Series(np.abs(own.to_numpy() - drift) <= tolerance) & pd.Series(
        np.abs(own.to_numpy()) <= 2 * tolerance + np.abs(drift)
    )
    return moves["move"].isin(met.loc[near.to_numpy(), "move"])


def _rate_table(rates: pd.DataFrame) -> pd.DataFrame:
    """Units of a currency per unit of the common base, by day, carried forward."""
    base = rates["base"].mode().iloc[0]
    table = rates[rates["base"] == base].pivot_table(index="day", columns="currency", values="value", aggfunc="first")
    filled: pd.DataFrame = table.assign(**{str(base): 1.0}).sort_index().ffill()
    return filled


def _cross(
    table: pd.DataFrame, home: "pd.Series[str]", foreign: "pd.Series[str]", at: "pd.Series[Any]"
) -> "np.ndarray[Any, Any]":
    """Units of `foreign` for one of `home`, on the day or the last one before."""
    days = at.dt.tz_localize(None).to_numpy()
    rows = np.searchsorted(table.index.to_numpy(), days, side="right") - 1
    values = table.to_numpy(dtype="float64")
    columns = {name: place for place, name in enumerate(table.columns)}

    def look(names: "pd.Series[str]") -> "np.ndarray[Any, Any]":
        places = np.array([columns.get(name, -1) for name in names])
        found = values[np.clip(rows, 0, None), np.clip(places, 0, None)]
        return np.where((rows >= 0) & (places >= 0), found, np.nan)

    with np.errstate(invalid="ignore", divide="ignore"):
        cross: np.ndarray[Any, Any] = look(foreign) / look(home)
    return cross
