"""How instants, amounts and decisions are written on every page: ISO in tables, `22 Nov 2026` in sentences."""

import json
import unicodedata
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import pandas as pd

Row = dict[Hashable, Any]

_MOST_DIGITS = 6
MINUS, THIN = "−", " "
METERS = {
    "input": "input",
    "cached_input": "cached input",
    "output": "output",
}
KINDS = {
    "cut": "cut",
    "rise": "rise",
    "mixed": "cut and rise",
    "launch": "first price",
    "withdrawal": "withdrawn",
    "to_free": "now free",
    "from_free": "no longer free",
    "promotion_start": "promotion begins",
    "promotion_end": "promotion ends",
    "promotion_permanent": "promotion made permanent",
    "list_only": "list price alone",
    "windows": "time windows changed",
}
CLASSES = {
    "market_move": "market move",
    "correction": "correction of a source",
    "alias_move": "alias move",
    "scope_change": "scope change",
    "channel_discount": "channel discount",
    "unexplained": "unexplained",
}
FLAGS = {
    "sharp_cut": "Sharp cut",
    "suspected_underpricing": "Suspected underpricing",
    "suspected_dumping": "Suspected dumping",
    "watch": "Watch",
}
TAX = {"yes": "VAT included", "no": "without VAT", "unknown": "VAT not stated"}
BASES = {
    "seller_dated": "by the seller's date",
    "seller_observed": "as seen on the seller's own page",
    "catalogue_dated": "as a catalogue dates it",
    "first_seen": "when it was first seen",
}


def missing(value: object) -> bool:
    return value is None or (not isinstance(value, str) and bool(pd.isna(value)))  # type: ignore[call-overload]


def shown(text: object) -> str:
    """Crawled text for a page: control and direction-changing characters made visible, line breaks closed up."""
    written = str(text)
    if written.isprintable():
        return written
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs") else c for c in written)


def day(at: Any) -> str:
    """`2026-11-22`, or a dash where there is none."""
    return "–" if missing(at) else pd.Timestamp(at).strftime("%Y-%m-%d")


def minute(at: Any) -> str:
    """`2026-11-22 06:10`."""
    return "–" if missing(at) else pd.Timestamp(at).strftime("%Y-%m-%d %H:%M")


def long_day(at: Any) -> str:
    """`22 Nov 2026`."""
    return "an unknown day" if missing(at) else f"{pd.Timestamp(at).day} {pd.Timestamp(at).strftime('%b %Y')}"


def meter(name: str) -> str:
    return METERS.get(name, name.replace("_", " "))


def percent(change: float | None, digits: int = 0) -> str:
    """`−62 %`, `+4.0 %`; a dash where it cannot be computed."""
    if change is None or missing(change):
        return "–"
    size = percent_size(change, digits)
    sign = "" if not size.strip("0.") else MINUS if change < 0 else "+"
    return f"{sign}{size}{THIN}%"


def percent_size(change: float, digits: int = 0) -> str:
    """The size of a change without its sign: more digits rather than `100` for what is not free yet."""
    size = abs(100 * change)
    while digits < _MOST_DIGITS and -1 < change < -0.99 and float(f"{size:.{digits}f}") == 100:
        digits += 1
    return f"{size:.{digits}f}"


def ratio(old: str | None, new: str | None) -> float | None:
    """Relative change of two decimal texts; None at a launch, a withdrawal or from zero."""
    if not old or not new or Decimal(old) == 0:
        return None
    return float(Decimal(new) / Decimal(old) - 1)


def number(value: float | None, digits: int = 6) -> str:
    """Significant digits, never cut before the point, no exponent; a dash for what is missing."""
    if value is None or missing(value):
        return "–"
    exact = Decimal(repr(float(value)))
    places = max(0, digits - 1 - exact.adjusted()) if exact else 0
    text = f"{exact:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


GLYPHS = {"cut": "▼", "rise": "▲", "doubt": "✕", "other": "○"}


def change(row: Row) -> float | None:
    """The change a card is headed with: the larger of the blends, else the largest of the meters; None without any."""
    blends = [value for value in (row["change_b31"], row["change_b721"]) if not missing(value)]
    meters = [ratio(pair["old"], pair["new"]) for pair in json.loads(row["prices"]).values()]
    known = blends or [value for value in meters if value is not None]
    return max(known, key=abs) if known else None


def name(row: Row) -> str:
    """The model version, else the first label as printed."""
    version = row["model_version"]
    return shown(json.loads(row["labels"])[0] if missing(version) else version)


def more_names(row: Row) -> str:
    """` and 2 more names`, where one decision moved several."""
    more = len(set(json.loads(row["labels"]))) - 1
    return "" if more < 1 else f" and {more} more name{'s' if more > 1 else ''}"


def title(row: Row) -> str:
    """`44 % cut: deepseek/deepseek-v4-flash`; where some prices fell and some rose, the change of the blend signed."""
    size = change(row)
    head = KINDS[str(row["kind"])]
    if size is not None and row["kind"] in ("cut", "rise"):
        head = f"{percent_size(size)}{THIN}% {head}"
    elif size is not None and row["kind"] not in ("launch", "withdrawal", "to_free", "from_free"):
        blended = not (missing(row["change_b31"]) and missing(row["change_b721"]))
        head = f"{head} ({'blend ' if blended else ''}{percent(size)})"
    by = "" if name(row).startswith(f"{row['seller']}/") else f" by {shown(row['seller'])}"
    return f"{head[0].upper()}{head[1:]}{by}: {name(row)}{more_names(row)}"


def sentence(row: Row) -> str:
    """The decision in one plain sentence, with unit, currency and tax."""
    moves = [_move(meter(key), pair, row["currency"]) for key, pair in json.loads(row["prices"]).items()]
    listed = (
        moves[0] if len(moves) == 1 else f"{'; '.join(moves[:-1])}; and {moves[-1]}" if moves else "no price stated"
    )
    who = f"{row['seller']}, to buyers in {market(row['market'])}"
    return f"{who}: {listed}, per million tokens, {TAX[row['vat_included']]}."


def market(code: str, *, short: bool = False) -> str:
    """The buyer's country in words."""
    if code == "international":
        return "international" if short else "any country (international offer)"
    return f"buyers in {code}" if short else code


def _move(meter_name: str, pair: dict[str, str | None], currency: str) -> str:
    old, new = pair["old"], pair["new"]
    if old is None:
        return f"{meter_name} at {new} {currency}"
    if new is None:
        return f"{meter_name} no longer offered (was {old} {currency})"
    return f"{meter_name} from {old} to {new} {currency}"


def when(row: Row) -> str:
    """When it applies from and between which two looks the change lies; a dated entry lies between none."""
    if not missing(row["effective_at"]) and row["effective_at"] == row["bracket_to"]:
        return f"Applies from {long_day(row['effective_at'])}, {BASES[row['effective_basis']]}."
    seen = f"first seen {long_day(row['bracket_to'])}"
    if not missing(row["bracket_from"]):
        gap = (row["bracket_to"] - row["bracket_from"]).days
        apart = f" ({gap} days between the looks)" if gap > 1 else ""
        seen = f"the old price last seen {long_day(row['bracket_from'])}, the new one {seen}{apart}"
    if missing(row["effective_at"]):
        return f"{seen[0].upper()}{seen[1:]}; nobody dates it."
    return f"Applies from {long_day(row['effective_at'])}, {BASES[row['effective_basis']]}; {seen}."
