"""The colours of every drawing, light and dark. Colour never says good or bad, and no colour speaks alone."""

from dataclasses import dataclass
from typing import Any

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', 'Noto Sans CJK SC', sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Ink on paper; `series` for lines that have a name, `muted` for the rest; cut, rise and doubt for events."""

    ink: str
    muted: str
    grid: str
    paper: str
    series: tuple[str, ...]
    cut: str
    rise: str
    doubt: str
    box: str


LIGHT = Palette(
    ink="#1b1f24",
    muted="#767d86",
    grid="#e3e6ea",
    paper="#ffffff",
    series=("#1b1f24", "#8a2f74", "#1f6f5c", "#7a5c00", "#4a4fa3", "#9b3b24"),
    cut="#0063a0",
    rise="#a8480a",
    doubt="#7a4b9a",
    box="rgba(230,159,0,0.22)",
)
DARK = Palette(
    ink="#e8eaed",
    muted="#8d959f",
    grid="#30353d",
    paper="#14171c",
    series=("#e8eaed", "#e58ac8", "#6fd0b6", "#e0c060", "#a9aef5", "#f0a090"),
    cut="#6cc0f5",
    rise="#f0a35e",
    doubt="#cfa3f0",
    box="rgba(240,180,60,0.22)",
)
PALETTES = {"light": LIGHT, "dark": DARK}


def layout(palette: Palette, *, height: int) -> dict[str, Any]:
    """What all figures share: type, colours, margins, a legend that only explains symbols."""
    return {
        "height": height,
        "font": {"family": FONT, "size": 13, "color": palette.ink},
        "paper_bgcolor": palette.paper,
        "plot_bgcolor": palette.paper,
        "margin": {"l": 64, "r": 16, "t": 16, "b": 40},
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": palette.paper, "bordercolor": palette.ink, "font": {"color": palette.ink}},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    }


LOG: dict[str, Any] = {"type": "log", "tickformat": ",~g"}
"""A logarithmic axis on which every tick bears its whole value: left alone, Plotly writes 0.2 as a small `2`."""


def axis_title(text: str) -> dict[str, Any]:
    """The title of an axis: what is measured and in which unit, in the size of the ticks."""
    return {"text": text, "standoff": 8, "font": {"size": 12}}


def plain(text: str) -> str:
    """Crawled text that a drawing may print: Plotly reads `<a>` and `<b>`, so the angle brackets are replaced."""
    return text.replace("<", "‹").replace(">", "›")


def recoloured(figure: Any, old: Palette, new: Palette) -> Any:
    """The same figure in another palette: what drawing it again would give, without drawing it again."""
    colours = dict(zip(_colours(old), _colours(new), strict=True))

    def walk(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: walk(value) for key, value in part.items()}
        if isinstance(part, list) and part and isinstance(part[0], dict):
            return [walk(value) for value in part]
        return colours.get(part, part) if isinstance(part, str) else part

    return walk(figure)


def themed(figure: Any) -> dict[str, Any]:
    """A figure drawn in LIGHT, for each theme."""
    return {theme: recoloured(figure, LIGHT, palette) for theme, palette in PALETTES.items()}


def _colours(palette: Palette) -> list[str]:
    names = ("ink", "muted", "grid", "paper", "cut", "rise", "doubt", "box")
    return [*(getattr(palette, name) for name in names), *palette.series]
