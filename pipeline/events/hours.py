"""A price by the hour: what an offer with time-of-day windows costs in each of them.

A catalogue that knows no windows writes the price of one of them down as the price. Such an entry shows the seller's
decision all the same: `each_hour` lets it be compared with every window instead of the weekly mean.
"""

import json
from typing import Any

import pandas as pd

from pipeline.domain.amounts import decimal_text, from_nano
from pipeline.domain.conditions import canonical_json

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def window_text(window: dict[str, Any]) -> str:
    """`peak (01:00-04:00, 06:00-10:00 UTC, Mon-Fri, except Chinese public holidays)`."""
    parts = []
    if window.get("hours"):
        parts.append(", ".join(window["hours"]) + (f" {window['tz']}" if "tz" in window else ""))
    if window.get("weekdays"):
        names = [_DAYS[number - 1] for number in window["weekdays"]]
        run = window["weekdays"] == list(range(window["weekdays"][0], window["weekdays"][-1] + 1))
        parts.append(f"{names[0]}-{names[-1]}" if run and len(names) > 1 else ", ".join(names))
    if "except" in window:
        parts.append(f"except {window['except']}")
    name = str(window["name"]).replace("_", "-")
    return f"{name} ({', '.join(parts)})" if parts else name


def by_hour(spells: dict[str, dict[str, Any]]) -> str | None:
    """JSON {window: 10⁻⁹ per million} of the standing spells of one meter; None where the offer has no windows."""
    named = {spell["hours"]: int(spell["nano_per_million"]) for spell in spells.values()}
    return None if None in named or len(named) < 2 else canonical_json(named)


def in_every_hour(old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> bool:
    """Every hour of the week became dearer, or every hour cheaper: no matter which hours the windows hold."""
    before, after = ([int(spell["nano_per_million"]) for spell in side.values()] for side in (old, new))
    return min(after) > max(before) or max(after) < min(before)


def each_hour(moves: pd.DataFrame, meters: tuple[str, ...]) -> pd.DataFrame:
    """`moves`, and one more row per window of those that know some: its prices in place of the weekly mean."""
    parts = [moves]
    for place in moves.index[moves[[f"hours_{meter}" for meter in meters]].notna().any(axis=1)]:
        prices = {meter: _read(moves.loc[place, f"hours_{meter}"]) for meter in meters}
        for window in sorted({window for own in prices.values() for window in own}):
            own = moves.loc[[place]]
            for meter in meters:
                if window in prices[meter]:
                    own = own.assign(**{f"new_{meter}": pd.array([prices[meter][window]], dtype="Int64")})
            parts.append(own)
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else moves


def hours_sentence(move: dict[str, Any], meters: tuple[str, ...]) -> str | None:
    """What each window costs now, in words; None where the offer has none."""
    by_window: dict[str, list[str]] = {}
    for meter in meters:
        for window, nano in _read(move[f"hours_{meter}"]).items():
            by_window.setdefault(window, []).append(f"{meter.replace('_', ' ')} {decimal_text(from_nano(nano))}")
    if not by_window:
        return None
    said = "; ".join(f"{window}: {', '.join(prices)}" for window, prices in sorted(by_window.items()))
    return f"By the hour now, {move['currency']} per million: {said}. The figures above are means over the whole week."


def windows_apart(lead: dict[str, Any], group: list[dict[str, Any]], meters: tuple[str, ...]) -> str | None:
    """What each window did, where a source keeps the prices of an offer's windows apart; None where none does."""
    said: dict[str, list[dict[str, Any]]] = {}
    for move in group:
        if "window" in json.loads(move["conditions"]) and _apart(move, meters):
            said.setdefault(str(move["source"]), []).append(move)
    if not said:
        return None
    source = min(said, key=lambda name: (name != lead["source"], -len(said[name]), name))
    by_window = {window_text(json.loads(move["conditions"])["window"]): move for move in reversed(said[source])}
    texts = [f"{window}: {_steps(move, meters)}" for window, move in sorted(by_window.items()) if _steps(move, meters)]
    if not texts:
        return None
    own = json.loads(lead["conditions"]).get("window")
    shown = f" The figures above are those of {window_text(own)}." if own and _apart(lead, meters) else ""
    return f"By the hour, {lead['currency']} per million, as {source} states it: {'; '.join(texts)}.{shown}"


def _apart(move: dict[str, Any], meters: tuple[str, ...]) -> bool:
    """Its prices are those of one window: no meter is a mean over the week."""
    return not any(_read(move[f"hours_{meter}"]) for meter in meters)


def _steps(move: dict[str, Any], meters: tuple[str, ...]) -> str:
    pairs = [(meter, move[f"old_{meter}"], move[f"new_{meter}"]) for meter in meters]
    moved = [(meter, old, new) for meter, old, new in pairs if not pd.isna(old) and not pd.isna(new) and old != new]
    return ", ".join(
        f"{meter.replace('_', ' ')} {decimal_text(from_nano(int(old)))} to {decimal_text(from_nano(int(new)))}"
        for meter, old, new in moved
    )


def _read(text: Any) -> dict[str, int]:
    found: dict[str, int] = json.loads(text) if isinstance(text, str) else {}
    return found
