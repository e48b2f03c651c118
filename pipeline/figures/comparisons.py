"""Ranges side by side: what a margin is under every switch, and what hosts ask beside a maker.

In: rows of pipeline.query.comparisons. Out: plain dicts of Plotly figures. Shapes carry the meaning: a bar is a range
and a mark the base; colour only repeats it.
"""

from typing import Any

import pandas as pd

from pipeline.figures.palette import LIGHT, Palette, axis_title, layout, plain

_ROW = 22  # pixels a line of text needs
_MARGINS = 110


def margin_ranges(pairs: pd.DataFrame, palette: Palette = LIGHT) -> dict[str, Any]:
    """One line a pair with a margin: a bar from its lowest to its highest, a mark at the base; per cent of export."""
    rows = pairs.dropna(subset=["margin_b31", "lowest", "highest"]).sort_values("margin_b31")
    names = [plain(_pair_name(row)) for row in rows.to_dict("records")]
    low, base, high = (rows[name].astype("float64") for name in ("lowest", "margin_b31", "highest"))
    bar = {
        "type": "scatter",
        "mode": "markers",
        "name": "base, and the range over all switches",
        "x": base.tolist(),
        "y": names,
        "marker": {"symbol": "diamond", "size": 8, "color": palette.ink},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (high - base).tolist(),
            "arrayminus": (base - low).tolist(),
            "color": palette.muted,
            "thickness": 3,
            "width": 0,
        },
        "customdata": [[a, b] for a, b in zip(low.tolist(), high.tolist(), strict=True)],
        "hovertemplate": "%{y}<br>base %{x:.1f} %<br>%{customdata[0]:.1f} to %{customdata[1]:.1f} %<extra></extra>",
    }
    drawn = layout(palette, height=_MARGINS + _ROW * max(len(names), 2))
    drawn |= {
        "showlegend": False,
        "margin": {"l": 16, "r": 16, "t": 56, "b": 16},
        "xaxis": {
            "type": "linear",
            "side": "top",  # the scale stands where the largest margins are: the drawing is longer than a screen
            "title": axis_title("margin on B31, % of the export price (right of 0: export below home)"),
            "gridcolor": palette.grid,
            "zerolinecolor": palette.ink,
            "zerolinewidth": 2,
        },
        "yaxis": {"type": "category", "automargin": True, "gridcolor": palette.grid},
    }
    return {"data": [bar], "layout": drawn}


def host_prices(serving: pd.DataFrame, palette: Palette = LIGHT) -> dict[str, Any]:
    """One line a seller of one version: its B31 in dollars; the maker a full square, a host that counts a full circle,
    one that is left out a hollow one."""
    traces = []
    for counts, symbol, name in (
        ("maker", "square", "the maker"),
        ("yes", "circle", "host that counts in the gap"),
        ("no", "circle-open", "host left out of the gap"),
    ):
        own = serving[serving["counts"] == counts]
        if len(own):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "x": own["b31_usd"].astype("float64").tolist(),
                    "y": [plain(str(host)) for host in own["host"]],
                    "marker": {
                        "symbol": symbol,
                        "size": 10,
                        "color": palette.cut if counts == "maker" else palette.ink,
                    },
                    "hovertemplate": "%{y}: %{x:.4g} USD per million tokens (B31)<extra></extra>",
                }
            )
    ordered = serving.sort_values("b31_usd", ascending=False)["host"]
    drawn = layout(palette, height=_MARGINS + _ROW * max(len(serving), 2))
    drawn |= {
        "showlegend": True,
        "margin": {"l": 120, "r": 16, "t": 32, "b": 56},
        "xaxis": {
            "type": "linear",
            "rangemode": "tozero",
            "title": axis_title("B31, USD per million tokens"),
            "gridcolor": palette.grid,
        },
        "yaxis": {
            "type": "category",
            "automargin": True,
            "gridcolor": palette.grid,
            "categoryorder": "array",
            "categoryarray": [plain(str(host)) for host in dict.fromkeys(ordered)],
        },
    }
    return {"data": traces, "layout": drawn}


def _pair_name(row: dict[Any, Any]) -> str:
    """Names of pairs differ in version, seller, tier, band and regions; a seller that is not the maker is named."""
    parts = [str(row["model_version"]).split("/", 1)[-1]]
    parts += [f"sold by {row['export_seller']}"] if row["export_seller"] != row["maker"] else []
    parts += [str(row["tier"])] if row["tier"] != "standard" else []
    parts += [str(row["band"])] if isinstance(row["band"], str) and row["band"] != "all lengths" else []
    regions = [str(row[side]) for side in ("home_region", "export_region") if isinstance(row[side], str)]
    return " · ".join([*parts, *regions])
