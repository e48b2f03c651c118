"""The newest period of a series as a table: the numbers behind the last point of each line."""

from typing import Any

import pandas as pd
from dash import html

from dashboard.components import tables, words
from pipeline.query.series import TITLES

_LOWEST = 20
_LARGEST = 12
_MOST_DIGITS = 6


def newest(name: str, table: pd.DataFrame) -> html.Div | None:
    """The table of a series by its name; None where the drawing is all there is."""
    made = _TABLES.get(name)
    return None if made is None else made(name, table)


def _levels(name: str, table: pd.DataFrame) -> html.Div:
    own = table.groupby("variant", sort=False).tail(1)
    between = "Middle half" if name == "host_dispersion" else "95 % interval"
    head = ["Definition", "Period to", "Level", between, "Models", "Makers", "Coverage"]
    lines = [
        [
            row["variant"],
            f"{row['period']:%Y-%m-%d}",
            f"{row['value']:.1f}",
            _interval(row),
            _count(row["models"]),
            _count(row["makers"]),
            _share(row["coverage"]),
        ]
        for row in own.to_dict("records")
    ]
    return tables.table(f"{TITLES[name]}: the newest period", head, lines, numeric=(2, 4, 5, 6))


def _frontier(name: str, table: pd.DataFrame) -> html.Div:
    own = table[table["period"] == table["period"].max()]
    head = [
        "At least",
        "Price (USD per M)",
        "Held by",
        "Its score",
        "Asked by",
        "Next",
        "Its price (USD per M)",
        "Models that reach it",
        "Coverage",
    ]
    lines = [
        [
            f"{row['score']:g}",
            words.number(row["price"], 4),
            words.shown(row["model_version"]),
            f"{row['holder_score']:.4g}" + (f" ± {row['band']:.2g}" if row["band"] > 0 else ""),
            row["seller"],
            "none" if pd.isna(row["runner_up"]) else words.shown(row["runner_up"]),
            words.number(row["runner_up_price"], 4),
            f"{row['candidates']}",
            _share(row["coverage"]),
        ]
        for row in own.to_dict("records")
    ]
    unit = f"{str(own['blend'].iloc[0]).upper()} in USD per million tokens"
    return tables.table(f"{TITLES[name]}: the newest period, {unit}", head, lines, numeric=(1, 6, 7, 8))


def _slopes(name: str, table: pd.DataFrame) -> html.Div:
    head = ["Rung", "Change a year", "95 % interval", "Periods"]
    lines = [
        [row["variant"], _percent(row["value"]), _interval(row, percent=True), _count(row["models"])]
        for row in table.to_dict("records")
    ]
    return tables.table(TITLES[name], head, lines, numeric=(1, 3))


def _gaps(name: str, table: pd.DataFrame) -> html.Div:
    head = ["Seat", "Gap", "95 % interval", "p", "Models", "Makers", "Coverage"]
    lines = [
        [
            row["variant"],
            _percent(row["value"]),
            _interval(row, percent=True),
            "–" if pd.isna(row["p"]) else f"{row['p']:.2f}",
            _count(row["models"]),
            _count(row["makers"]),
            _share(row["coverage"]),
        ]
        for row in table.to_dict("records")
    ]
    return tables.table(TITLES[name], head, lines, numeric=(1, 3, 4, 5, 6))


def _ranked(name: str, table: pd.DataFrame) -> html.Div:
    own = table[table["period"] == table["period"].max()]
    lowest = own.sort_values("residual_pct").head(_LOWEST)
    head = [
        "Model version",
        "Score",
        "Price (USD per M)",
        "Per point (USD per M)",
        "Frontier (USD per M)",
        "Against peers",
        "Expected (USD per M)",
        "80 % interval",
        "p",
    ]
    lines = [
        [
            words.shown(row["model_version"]),
            f"{row['score']:.4g}",
            words.number(row["price"], 4),
            words.number(row["cost_per_point"], 4),
            words.number(row["frontier_price"], 4),
            f"too few ({row['peers']})" if pd.isna(row["undercut_pct"]) else _percent(row["undercut_pct"]),
            words.number(row["expected_price"], 4),
            f"{words.number(row['expected_low'], 3)} to {words.number(row['expected_high'], 3)}",
            _place(row),
        ]
        for row in lowest.to_dict("records")
    ]
    caption = f"{TITLES[name]}: the {len(lowest)} lowest against other makers, {own['period'].max():%Y-%m-%d}"
    return tables.table(caption, head, lines, numeric=(1, 2, 3, 4, 5, 6))


def _place(row: Any) -> str:
    """p, or why there is none."""
    if pd.isna(row["makers"]):
        return "not evaluable (openness unknown)"
    place = "lowest" if row["not_above"] == 0 else f"{row['not_above'] + 1:.0f} from below"
    if pd.isna(row["p"]):
        return f"not evaluable ({place} of {row['makers']:.0f} makers)"
    return f"{row['p']:.2f} ({place} of {row['makers']:.0f} makers)"


def _shares(name: str, table: pd.DataFrame) -> html.Div:
    own = table[table["by"].eq("maker") & table["last_day"].eq(table["last_day"].max())]
    largest = own.sort_values("share", ascending=False).head(_LARGEST)
    head = ["Maker", "Tokens, billion", "Share", "Share of what was paid"]
    lines = [
        [row["name"], f"{row['tokens'] / 1e9:,.0f}", _share(row["share"]), _share(row["paid_share"])]
        for row in largest.to_dict("records")
    ]
    last = largest.iloc[0]
    caption = f"{TITLES[name]}: {last['seller']}, {last['days']} days to {last['last_day']:%Y-%m-%d}"
    return tables.table(caption, head, lines, numeric=(1, 2, 3))


_TABLES = {
    "matched_model": _levels,
    "hedonic": _levels,
    "host_dispersion": _levels,
    "frontier": _frontier,
    "frontier_slope": _slopes,
    "origin_gap": _gaps,
    "cost_per_quality": _ranked,
    "market_share": _shares,
}


def _interval(row: Any, *, percent: bool = False) -> str:
    if pd.isna(row["low"]):
        return "–"
    if percent:
        return f"{_signed(row['low'])} to {_signed(row['high'])} %"
    return f"{row['low']:.1f} to {row['high']:.1f}"


def _percent(value: float) -> str:
    return "–" if pd.isna(value) else f"{_signed(value)} %"


def _signed(value: float) -> str:
    """Whole per cents; near −100 as many digits as tell it from all of the price."""
    digits = 0
    while value > -100 and float(f"{value:.{digits}f}") == -100 and digits < _MOST_DIGITS:
        digits += 1
    return f"{value:+.{digits}f}".replace("-", words.MINUS)


def _share(value: float) -> str:
    return "–" if pd.isna(value) else f"{100 * value:.0f} %"


def _count(value: Any) -> str:
    return "–" if pd.isna(value) else f"{value:.0f}"
