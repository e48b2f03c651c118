"""The history of a price as steps: what each source said, from when to when, and the decisions in between.

A change is known to lie between two looks, so it is drawn as a box from the last look at the old price to the first
look at the new one. Where nobody looked there is no line.
"""

import math
from collections.abc import Hashable, Iterator
from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline.figures.palette import Palette, axis_title, layout, plain

Row = dict[Hashable, Any]
Figure = dict[str, Any]

MARKS = {
    "cut": ("triangle-down", "cut"),
    "rise": ("triangle-up", "rise"),
    "doubt": ("x", "not a market move, or not yet borne out"),
    "other": ("circle-open", "launch, withdrawal or other decision"),
}
_DASHES = ("solid", "dash", "dot", "dashdot")
_NEXT_DAY = pd.Timedelta(days=1)
_MOST_LABELS = 8
_MANY_DECADES = 1000
_LABEL = 38  # pixels of a label of two lines
_LONGEST = 27


def price_history(
    lines: pd.DataFrame,
    events: pd.DataFrame,
    *,
    palette: Palette,
    unit: str,
    log: bool,
    until: pd.Timestamp,
    height: int = 420,
) -> Figure:
    """The figure as a dict.

    Parameters
    ----------
    lines
        Columns LINES of `pipeline.figures.lines`: one line per listing_id, source and currency.
    events
        at (instant), value (where the mark stands), mark (a key of MARKS), text (for the pointer), id.
    unit
        Title of the axis, such as "USD per million tokens".
    log
        Logarithmic axis; prices of zero are left out of it.
    until
        The snapshot's data-to: the axis ends there.
    """
    shown = lines[lines["value"] > 0] if log else lines
    groups = list(shown.groupby(["line", "currency"], sort=False, observed=True))
    numbered = _numbered([rows for _, rows in groups])
    low, high = _span([*shown["value"], *events["value"]], log=log)
    traces = [_line(rows, number, palette) for number, rows in numbered]
    figure: Figure = {"data": [*traces, *_event_marks(events, palette)], "layout": layout(palette, height=height)}
    figure["layout"] |= {
        "shapes": [box for _, rows in numbered for box in _boxes(rows, palette)],
        "annotations": _labels(numbered, palette, low, high, log=log, distance=_LABEL / (height - 56)),
        "xaxis": _time_axis(shown, events, palette, until),
        "yaxis": _price_axis(palette, unit, low, high, log=log),
        "showlegend": len(events) > 0,
    }
    figure["layout"]["margin"]["r"] = 190 if figure["layout"]["annotations"] else 16
    return figure


def _numbered(groups: list[pd.DataFrame]) -> list[tuple[int | None, pd.DataFrame]]:
    """Each line with its place among the named ones (None: grey), grey ones first so that they lie below."""
    main = [rows for rows in groups if bool(rows["main"].iloc[0])]
    rest = [rows for rows in groups if not bool(rows["main"].iloc[0])]
    return [*((None, rows) for rows in rest), *enumerate(main)]


def _line(rows: pd.DataFrame, number: int | None, palette: Palette) -> dict[str, Any]:
    colour = palette.muted if number is None else palette.series[number % len(palette.series)]
    points = list(_points(rows))
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [point[0] for point in points],
        "y": [point[1] for point in points],
        "customdata": [point[2] for point in points],
        "marker": {"size": [5 if point[3] else 0.1 for point in points], "color": colour},
        "line": {
            "shape": "hv",
            "color": colour,
            "width": 1 if number is None else 2,
            "dash": "solid" if number is None else _DASHES[number % len(_DASHES)],
        },
        "opacity": 0.7 if number is None else 1,
        "name": plain(str(rows["name"].iloc[0])),
        "showlegend": False,
        "hovertemplate": "%{customdata[0]}<br>%{y:.6~g} %{customdata[1]}<br>%{x|%Y-%m-%d}<br>"
        "says %{customdata[2]}<extra></extra>",
    }


def _points(rows: pd.DataFrame) -> Iterator[tuple[str | None, float | None, list[str], bool]]:
    """(day, value, [name, currency, source, digest, words], is the start of a spell), None between two stretches."""
    records = rows.to_dict("records")
    for row, following in pairwise([*records, None]):
        assert row is not None  # noqa: S101  (only the last of the pairs is None, and it comes second)
        data = [plain(str(row[name])) for name in ("name", "currency", "source", "payload_sha256", "words")]
        yield _text(row["since"]), float(row["value"]), data, True
        yield _text(row["until"]), float(row["value"]), data, False
        if following is not None and not _continues(row, following):
            yield None, None, data, False


def _continues(row: Row, following: Row) -> bool:
    """Whether the next stretch follows this one without a gap in looking."""
    if row["source"] != following["source"]:  # a change of source is no change of price
        return False
    touching = following["since"] - row["until"] <= _NEXT_DAY
    return bool(touching or (row["ended"] == "changed" and pd.notna(following["before"])))


def _boxes(rows: pd.DataFrame, palette: Palette) -> Iterator[dict[str, Any]]:
    """Where and between which prices each change lies, where that is more than a day."""
    for row, following in pairwise(rows.to_dict("records")):
        changed = row["value"] != following["value"] and _continues(row, following)
        if changed and following["since"] - row["until"] > _NEXT_DAY:
            yield {
                "type": "rect",
                "layer": "below",
                "x0": _text(row["until"]),
                "x1": _text(following["since"]),
                "y0": row["value"],
                "y1": following["value"],
                "fillcolor": palette.box,
                "line": {"width": 0},
            }


def _event_marks(events: pd.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    colours = {"cut": palette.cut, "rise": palette.rise, "doubt": palette.doubt, "other": palette.ink}
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [_text(at) for at in rows["at"]],
            "y": [float(value) for value in rows["value"]],
            "customdata": [[plain(str(row.text)), str(row.id)] for row in rows.itertuples()],
            "marker": {
                "symbol": MARKS[str(mark)][0],
                "size": 12,
                "color": colours[str(mark)],
                "line": {"width": 1, "color": palette.paper},
            },
            "name": MARKS[str(mark)][1],
            "showlegend": True,
            "hovertemplate": "%{customdata[0]}<br>%{x|%Y-%m-%d}<extra></extra>",
        }
        for mark, rows in events.groupby("mark", sort=False)
    ]


def _labels(
    numbered: list[tuple[int | None, pd.DataFrame]],
    palette: Palette,
    low: float,
    high: float,
    *,
    log: bool,
    distance: float,
) -> list[dict[str, Any]]:
    """Name and last price at the end of each named line, pushed apart so that none covers another."""
    ends = [
        (rows.iloc[-1], palette.series[number % len(palette.series)]) for number, rows in numbered if number is not None
    ]
    ends = sorted(ends[:_MOST_LABELS], key=lambda end: float(end[0]["value"]))
    places = _apart([_fraction(float(row["value"]), low, high, log=log) for row, _ in ends], distance=distance)
    return [
        {
            "xref": "paper",
            "x": 1.005,
            "xanchor": "left",
            "yref": "paper",
            "y": place,
            "yanchor": "middle",
            "showarrow": False,
            "align": "left",
            "text": f"{_short(plain(str(row['name'])))}<br>{row['value']:.6g} {row['currency']}",
            "font": {"color": colour, "size": 12},
        }
        for (row, colour), place in zip(ends, places, strict=True)
    ]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _apart(places: list[float], *, distance: float) -> list[float]:
    """Ascending places moved up until neighbours are `distance` apart, then down as far as the top asks."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + distance) if moved else max(place, distance / 2))
    surplus = max(0.0, moved[-1] - 1) if moved else 0.0
    return [place - surplus for place in moved]


def _span(values: list[float], *, log: bool) -> tuple[float, float]:
    known = [float(value) for value in values if pd.notna(value) and (value > 0 or not log)]
    if not known:
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = min(known), max(known)
    return (low / 1.3, high * 1.3) if log else (0.0, (high or 1.0) * 1.08)


def _fraction(value: float, low: float, high: float, *, log: bool) -> float:
    if log:
        return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
    return (value - low) / (high - low)


def _price_axis(palette: Palette, unit: str, low: float, high: float, *, log: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "title": axis_title(unit),
        "gridcolor": palette.grid,
        "linecolor": palette.muted,
        "zerolinecolor": palette.muted,
        "fixedrange": False,
        "range": [low, high],
    }
    if log:
        ticks = [
            mantissa * 10.0**power
            for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
            for mantissa in ((1, 2, 5) if high / low < _MANY_DECADES else (1,))
            if low <= mantissa * 10.0**power <= high
        ]
        axis |= {
            "type": "log",
            "range": [math.log10(low), math.log10(high)],
            "tickvals": ticks,
            "ticktext": [f"{tick:,.10g}" for tick in ticks],
        }
    return axis


def _time_axis(lines: pd.DataFrame, events: pd.DataFrame, palette: Palette, until: pd.Timestamp) -> dict[str, Any]:
    starts = [*lines["since"], *events["at"]]
    first = min(starts) if starts else until - pd.Timedelta(days=90)
    margin = max((until - first) * 0.02, _NEXT_DAY)
    return {
        "type": "date",
        "automargin": True,  # in a narrow card the days are written aslant
        "gridcolor": palette.grid,
        "linecolor": palette.muted,
        "range": [_text(first - margin), _text(until + margin)],
        "hoverformat": "%Y-%m-%d",
        "tickformatstops": [
            {"dtickrange": [None, 86400000 * 25], "value": "%d %b %Y"},
            {"dtickrange": [86400000 * 25, None], "value": "%b %Y"},
        ],
    }


def _text(at: pd.Timestamp) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")
