"""One row per decision: which recorded moves are the same act of a seller (DOORS, `undercut events`).

Same maker, currency, old and new amounts on the meters that moved, days within seven: whatever labels, sellers or
sources. Three readings follow. A listing under other conditions (batch, a long context) that moved with the base
listing of the same offer belongs to its decision. A source that records the same step of the same model late
(catalogues lag by up to 112 days) shows the same decision, whose day is that of the earliest evidence. Windows of one
offer that one source keeps apart, and whose prices moved the same way in one document or in one week, moved by one
decision.
"""

import json
from typing import NamedTuple

import pandas as pd

from pipeline.domain.conditions import canonical_json
from pipeline.domain.thresholds import Thresholds
from pipeline.events.blend import BLENDED
from pipeline.events.hours import each_hour
from pipeline.normalise.codes import row_codes


class _Row(NamedTuple):
    """What is compared of a move: its model, and its step of the cached input as text (empty where none)."""

    move: int
    model: str
    cached: str


_HOURS = ["source", "seller", "served_by", "market", "region", "model", "currency", "kind"]
_OFFER = ["source", "seller", "served_by", "market", "model", "currency", "at", "beside"]


def grouped(moves: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """`moves` with `decision` (the smallest `move` of its decision); the order of the rows does not matter."""
    ordered = moves.sort_values(["at", "source", "listing_id", "currency", "beside"], kind="stable")
    follows = _folded(ordered)
    leading = ordered[~ordered["move"].isin(follows)]
    decision = _same_amounts(leading, thresholds)
    decision = _late_records(leading, decision, thresholds)
    decision = _other_hours(leading, decision, thresholds)
    decision |= {move: decision[leader] for move, leader in follows.items()}
    return ordered.assign(decision=ordered["move"].map(decision).astype("int64"))


def _folded(moves: pd.DataFrame) -> dict[int, int]:
    """Moves of other conditions → the move of the offer's base listing in the same look."""
    steps = moves[moves["old_b31"].notna() | moves["looks_new"].notna()]
    base = steps[steps["base"]].drop_duplicates(_OFFER)
    other = steps[~steps["base"]]
    met = other[["move", "kind", *_OFFER]].merge(base[["move", "kind", *_OFFER]], on=_OFFER, suffixes=("", "_base"))
    met = met[met["kind"] == met["kind_base"]]
    return dict(zip(met["move"], met["move_base"], strict=True))


def _same_amounts(moves: pd.DataFrame, thresholds: Thresholds) -> dict[int, int]:
    """Move → first move of its decision: one maker, currency and amounts, no more than seven days after the first."""
    unknown = "?" + moves["seller"].astype("str") + "/" + moves["label"].astype("str")
    keyed = moves.assign(maker_key=moves["maker"].astype("object").where(moves["maker"].notna(), unknown))
    keyed["key"] = row_codes(keyed, ["maker_key", "currency", "amounts", "beside"])
    old, new = (keyed[f"{side}_cached_input"].fillna(-1).astype("str") for side in ("old", "new"))
    keyed["cached"] = (old + ">" + new).where(keyed["moved_cached_input"], "")
    keyed["day"] = keyed["at"].dt.floor("D")
    clusters: list[list[_Row]] = []
    began: dict[int, tuple[pd.Timestamp, list[_Row]]] = {}
    for key, day, *row in keyed[["key", "day", "move", "model", "cached"]].itertuples(index=False):
        if key not in began or day - began[key][0] > thresholds.same_decision:
            began[key] = (day, [])
            clusters.append(began[key][1])
        began[key][1].append(_Row(*row))
    return {move: leader for cluster in clusters for move, leader in _by_cached(cluster).items()}


def _by_cached(cluster: list[_Row]) -> dict[int, int]:
    """Different cached amounts are different decisions; who states no cached step joins its model's."""
    first = next((row.cached for row in cluster if row.cached), "")
    of_model = {row.model: row.cached for row in reversed(cluster) if row.cached}
    leaders: dict[str, int] = {}
    found = {}
    for row in cluster:
        step = row.cached or of_model.get(row.model, first)
        found[row.move] = leaders.setdefault(step, row.move)
    return found


def _late_records(moves: pd.DataFrame, decision: dict[int, int], thresholds: Thresholds) -> dict[int, int]:
    """Join later decisions of the same model, step and currency that other listings or sources recorded late.

    Where one of them knows windows, the step to the price of any window is the same step.
    """
    rows = moves.assign(decision=moves["move"].map(decision))
    rows = rows[rows["witness"] & ~rows["beside"] & rows["last_seen_old"].notna() & rows["looks_new"].notna()]
    firsts = rows[rows["maker"].notna()].drop_duplicates(["decision", "family"])
    firsts = each_hour(firsts, BLENDED)
    met = firsts.merge(firsts, on=["maker", "currency", "family"], suffixes=("", "_late"))
    apart = met["at_late"] - met["at"]
    later = (met["decision"] != met["decision_late"]) & (apart >= pd.Timedelta(0))
    met = met[later & (apart <= thresholds.corroborated_before) & _same_step(met, thresholds)]
    voices: dict[int, set[tuple[str, str]]] = {}
    for group, source, listing in rows[["decision", "source", "listing_id"]].itertuples(index=False):
        voices.setdefault(group, set()).add((source, listing))
    joined: dict[int, int] = {}
    for early, late in met.sort_values(["at", "decision", "at_late"])[["decision", "decision_late"]].itertuples(
        index=False
    ):
        root = joined.get(early, early)
        if late in joined or late == root or voices[root] & voices[late]:
            continue
        joined[late] = root
        voices[root] = voices[root] | voices[late]
    final = {late: _root(joined, root) for late, root in joined.items()}
    return {move: final.get(group, group) for move, group in decision.items()}


def _other_hours(moves: pd.DataFrame, decision: dict[int, int], thresholds: Thresholds) -> dict[int, int]:
    """Join the decisions of the windows of one offer; the one that was seen first keeps its name."""
    steps = moves[moves["conditions"].str.contains('"window"', regex=False) & moves["last_seen_old"].notna()]
    steps = steps[steps["looks_new"].notna() & ~steps["beside"]]
    if steps.empty:
        return decision
    terms = [json.loads(text) for text in steps["conditions"]]
    steps = steps.assign(
        decision=steps["move"].map(decision),
        terms=[canonical_json({name: own[name] for name in own if name != "window"}) for own in terms],
    )
    met: list[tuple[pd.Timedelta, pd.Timestamp, int, int]] = []
    for _, own in steps.groupby([*_HOURS, "terms"], sort=False, dropna=False, observed=True):
        rows = list(own[["at", "recorded_at", "listing_id", "decision"]].itertuples(index=False, name=None))
        for place, (at, recorded, listing, late) in enumerate(rows):
            for began, first, other, early in rows[:place]:
                longest = thresholds.corroborated_after if recorded == first else thresholds.same_decision
                if listing != other and early != late and at - began <= longest:
                    met.append((at - began, began, early, late))
    voices = _voices(moves, decision)
    joined: dict[int, int] = {}
    for _, _, early, late in sorted(met):
        root, other = _root(joined, early), _root(joined, late)
        if root == other or voices[root] & voices[other]:
            continue
        joined[other] = root
        voices[root] = voices[root] | voices[other]
    return {move: _root(joined, group) for move, group in decision.items()}


def _voices(moves: pd.DataFrame, decision: dict[int, int]) -> dict[int, set[tuple[str, str]]]:
    """By decision the listings that sources moved by it: none moves twice by one decision."""
    found: dict[int, set[tuple[str, str]]] = {}
    for move, source, listing in moves[["move", "source", "listing_id"]].itertuples(index=False):
        found.setdefault(decision[move], set()).add((source, listing))
    return found


def _root(joined: dict[int, int], decision: int) -> int:
    while decision in joined:
        decision = joined[decision]
    return decision


def _same_step(met: pd.DataFrame, thresholds: Thresholds) -> "pd.Series[bool]":
    """Input and output moved alike, on both sides within 3 %; where neither did, the cached input.

    Catalogues differ most about cached prices: one that shows the same step of input and output shows the decision,
    whatever it said before of the cache.
    """
    agrees = pd.Series(True, index=met.index)
    core = pd.Series(False, index=met.index)
    for meter in ("input", "output"):
        core |= met[f"moved_{meter}"] & met[f"moved_{meter}_late"]
        agrees &= met[f"moved_{meter}"] == met[f"moved_{meter}_late"]
    compared = core.copy()
    for meter in ("input", "output", "cached_input"):
        both = met[f"moved_{meter}"] & met[f"moved_{meter}_late"]
        both &= ~core | (meter != "cached_input")
        compared |= both
        for side in ("old", "new"):
            first, second = (met[f"{side}_{meter}{suffix}"].astype("float64") for suffix in ("", "_late"))
            close = (first - second).abs() * 100 <= thresholds.same_price_percent * first.abs()
            agrees &= close | ~both
    return agrees & compared
