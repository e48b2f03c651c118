"""Step 1 of METHODS 5: what about a recorded move says that the catalogue corrected itself.

Each function enters the frame of moves (`moves.recorded_moves`) and leaves one truth value per move. None of them looks
at another source. They are about catalogues: on the seller's own page they only hold a decision until a second capture
(step 0, `decisions`).
"""

import json
from dataclasses import replace

import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.domain.vocabulary import EventKind
from pipeline.events.blend import BLENDED

_STEPS = (EventKind.LAUNCH, EventKind.WITHDRAWAL)


def is_step(moves: pd.DataFrame) -> "pd.Series[bool]":
    """A move from one price to another: no launch, no withdrawal."""
    return ~moves["kind"].isin(_STEPS)


def old_is_zero(moves: pd.DataFrame) -> "pd.Series[bool]":
    """Input or output began at 0, or all that moved did: a placeholder was filled in."""
    return is_step(moves) & _zero(moves, "old")


def new_is_zero_once(moves: pd.DataFrame) -> "pd.Series[bool]":
    """Input or output became 0 (at a launch, too), and no second capture shows it."""
    return ~moves["kind"].eq(EventKind.WITHDRAWAL) & _zero(moves, "new") & moves["looks_new"].fillna(0).lt(2)


def _zero(moves: pd.DataFrame, side: str) -> "pd.Series[bool]":
    moved = pd.concat([moves[f"moved_{meter}"] for meter in BLENDED], axis=1)
    zero = pd.concat([moves[f"{side}_{meter}"].eq(0).fillna(False).astype(bool) for meter in BLENDED], axis=1)
    hit = zero.to_numpy() & moved.to_numpy()
    main = hit[:, [0, 2]].any(axis=1)
    return pd.Series(main | ((hit == moved.to_numpy()).all(axis=1) & hit.any(axis=1)), index=moves.index)


def swapped(moves: pd.DataFrame) -> "pd.Series[bool]":
    """Input and output changed places."""
    crossed = moves["new_input"].eq(moves["old_output"]) & moves["new_output"].eq(moves["old_input"])
    return crossed.fillna(False).astype(bool) & moves["moved_input"] & moves["moved_output"]


def power_of_ten(moves: pd.DataFrame, undone: "pd.Series[bool]", thresholds: Thresholds) -> "pd.Series[bool]":
    """Every meter that moved did so by 10, 100, 1000 … within 1 %, and more than one moved, or the one was undone.

    One meter by a hundred or more is a slip, undone or not: a cut of .028 to .0028 was seen, one of 320 to .32 never.
    """
    far = pd.Series(True, index=moves.index)
    return _every_by(moves, range(1, 7), undone, thresholds) | _every_by(moves, range(2, 7), far, thresholds)


def tenfold(moves: pd.DataFrame, undone: "pd.Series[bool]", thresholds: Thresholds) -> "pd.Series[bool]":
    """A power of ten that is ten itself on every meter: a slipped unit does so, and so does a cut of 90 %."""
    return _every_by(moves, range(1, 2), undone, thresholds)


def _every_by(
    moves: pd.DataFrame, powers: range, undone: "pd.Series[bool]", thresholds: Thresholds
) -> "pd.Series[bool]":
    hits = pd.DataFrame({meter: _by_ten(moves, meter, powers, thresholds) for meter in BLENDED})
    moved = pd.DataFrame({meter: moves[f"moved_{meter}"] for meter in BLENDED})
    every = (hits | ~moved).all(axis=1) & moved.any(axis=1)
    return is_step(moves) & every & ((moved.sum(axis=1) > 1) | undone)


def _by_ten(moves: pd.DataFrame, meter: str, powers: range, thresholds: Thresholds) -> "pd.Series[bool]":
    old, new = (moves[f"{side}_{meter}"].astype("float64") for side in ("old", "new"))
    ratio = (new / old.where(old > 0)).where(new > 0)
    larger = ratio.where(ratio >= 1, 1 / ratio)
    tolerance = thresholds.power_of_ten_percent / 100
    near = [(larger / 10**power - 1).abs() <= tolerance for power in powers]
    hit: pd.Series[bool] = pd.concat(near, axis=1).any(axis=1)
    return hit


def steadfast(moves: pd.DataFrame, pairs: pd.DataFrame, thresholds: Thresholds) -> "pd.Series[bool]":
    """The source stated the old price, and then the new one, for longer than catalogues take to undo their slips.

    A slip that one catalogue copies from another is put right sooner or later: a price that stood 30 days on both sides
    of the step was looked at and kept, and one that came back within 120 days was not.
    """
    before = moves["last_seen_old"] - moves["since_old"]
    after = moves["last_seen_new"] - moves["at"]
    went, came = undone(moves, pairs, replace(thresholds, undone_within=thresholds.corroborated_before))
    long = (before >= thresholds.undone_within) & (after >= thresholds.undone_within)
    return is_step(moves) & long & ~went & ~came


def beyond_belief(moves: pd.DataFrame, thresholds: Thresholds) -> "pd.Series[bool]":
    """Input and output (those that are not 0) moved by fifty times or more: a unit that slipped and was rounded."""
    far, any_far = pd.Series(True, index=moves.index), pd.Series(False, index=moves.index)
    for meter in ("input", "output"):
        old, new = moves[f"old_{meter}"], moves[f"new_{meter}"]
        low, high = old.where(old < new, new), old.where(old > new, new)
        hit = (moves[f"moved_{meter}"] & (low * thresholds.unbelievable_factor <= high) & (low > 0)).fillna(False)
        nothing = (old.eq(0) & new.eq(0)).fillna(False)
        far &= hit.astype(bool) | nothing.astype(bool)
        any_far |= hit.astype(bool)
    return is_step(moves) & far & any_far


def another_meters(moves: pd.DataFrame) -> "pd.Series[bool]":
    """Input and output stood, and the cache write left or took the amount of the cached input of the same listing.

    Nobody writes to a cache for the price of reading from it: one of the two amounts stood in the other's place.
    """
    stood = is_step(moves) & ~moves["moved_input"] & ~moves["moved_output"]
    reads = zip(*(moves[f"{side}_cached_input"].fillna(-1).astype("int64") for side in ("old", "new")), strict=True)
    hit = [
        isinstance(other, str)
        and any(write and write == read for write, read in zip(_cache_write(other), own, strict=False))
        for other, own in zip(moves["other"], reads, strict=True)
    ]
    return stood & pd.Series(hit, index=moves.index, dtype=bool)


def _cache_write(other: str) -> tuple[int | None, ...]:
    return tuple(json.loads(other).get("cache_write", ()))


def small_move(moves: pd.DataFrame, thresholds: Thresholds) -> "pd.Series[bool]":
    """Input or output moved, and both blends by less than conversion and rounding make catalogues differ."""
    core = moves["moved_input"] | moves["moved_output"]
    small = [moves[f"change_{blend}"].abs() < thresholds.same_price_percent / 100 for blend in ("b31", "b721")]
    return is_step(moves) & core & small[0] & small[1]


def slipped_launch(moves: pd.DataFrame, slipped: "pd.Series[bool]") -> "pd.Series[bool]":
    """First prices that the same source later corrected: `slipped` are the moves that read as a slip put right."""
    if not slipped.any():
        return slipped
    key = ["source", "listing_id", "currency", "input", "output"]
    later = moves.loc[slipped, ["source", "listing_id", "currency", "old_input", "old_output", "at"]]
    later = later.rename(columns={"old_input": "input", "old_output": "output", "at": "corrected_at"})
    first = moves.loc[moves["kind"].eq(EventKind.LAUNCH), [*key[:3], "new_input", "new_output", "at", "move"]]
    met = first.rename(columns={"new_input": "input", "new_output": "output"}).merge(later, on=key)
    return moves["move"].isin(met.loc[met["corrected_at"] > met["at"], "move"])


def long_silence(moves: pd.DataFrame, thresholds: Thresholds) -> "pd.Series[bool]":
    """Between the two looks lies more than the time in which other evidence is sought: several moves may lie there."""
    return is_step(moves) & (moves["at"] - moves["last_seen_old"] > thresholds.corroborated_before)


def bulk_looks(steps: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """The versions of catalogues (`source`, `at`) that change the price of thirty models or more.

    `steps` are moves from one price to another, of all makers: columns `source`, `at`, `model`.
    """
    models = steps.groupby(["source", "at"])["model"].nunique()
    return models.index[models >= thresholds.bulk_models].to_frame(index=False)


def bulk_edit(moves: pd.DataFrame, bulk: pd.DataFrame) -> "pd.Series[bool]":
    """The version of the catalogue that states it is among the `bulk_looks`."""
    look = pd.MultiIndex.from_frame(moves[["source", "at"]])
    return is_step(moves) & look.isin(pd.MultiIndex.from_frame(bulk[["source", "at"]]))


def undone(
    moves: pd.DataFrame, pairs: pd.DataFrame, thresholds: Thresholds
) -> "tuple[pd.Series[bool], pd.Series[bool]]":
    """Moves whose every price was back within thirty days in the same source; and the moves that brought one back.

    A price that stood for less than the hold was a slip itself: who comes to it again later does not go back to it.
    """
    key = ["source", "listing_id", "meter", "currency", "per_unit"]
    steps = pairs[pairs["old_nano"].notna() & pairs["new_nano"].notna() & ~pairs["beside"]]
    steps = steps.assign(stood=steps["first_seen_new"] - steps["since_old"] >= thresholds.hold)
    steps = steps[[*key, "old_nano", "new_nano", "first_seen_new", "stood"]]
    there = steps.astype(dict.fromkeys(key, "str"))
    back = there.drop(columns="stood")
    back = back.rename(columns={"first_seen_new": "back_at", "new_nano": "old_nano", "old_nano": "left"})
    met = there.merge(back, on=[*key, "old_nano"], how="inner")
    met = met[(met["back_at"] > met["first_seen_new"])]
    met = met[met["back_at"] - met["first_seen_new"] <= thresholds.undone_within]
    went = _all_meters(moves, there, met, "first_seen_new")
    came = _all_meters(moves, there, met[met["stood"]], "back_at")
    return went & is_step(moves), came & is_step(moves)


def _all_meters(moves: pd.DataFrame, steps: pd.DataFrame, met: pd.DataFrame, instant: str) -> "pd.Series[bool]":
    """Moves of which each changed meter is in `met` at `instant`."""
    place = ["source", "listing_id", "currency", "per_unit"]
    moved = steps.rename(columns={"first_seen_new": "at"}).groupby([*place, "at"])["meter"].nunique().rename("moved")
    hits = met.rename(columns={instant: "at"}).groupby([*place, "at"])["meter"].nunique().rename("hits")
    both = pd.concat([moved, hits], axis=1).reset_index()
    both["all"] = both["moved"].eq(both["hits"])
    rows = moves[[*place, "at"]].astype(dict.fromkeys(place, "str")).merge(both, how="left", on=[*place, "at"])
    return rows["all"].eq(True).set_axis(moves.index) & ~moves["beside"]


def tax_basis_moved(moves: pd.DataFrame) -> "pd.Series[bool]":
    """The page states another tax basis together with another amount: what moved cannot be told."""
    known = moves["vat_old"].notna()
    return is_step(moves) & known & moves["vat_old"].astype("str").ne(moves["vat_included"].astype("str"))
