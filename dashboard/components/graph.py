"""The one way to put a chart on a page: never a "Share chart" button, one figure for each theme."""

from typing import Any

from dash import dcc, html

CONFIG: dict[str, Any] = {
    "showSendToCloud": False,  # plotly 7 shows a button that uploads the chart to a third party
    "displaylogo": False,
    "modeBarButtonsToRemove": ["sendChartToCloud", "lasso2d", "select2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}


def graph(name: str, figures: dict[str, Any], *, reading: str, title: str) -> html.Figure:
    """A chart followed by its reading in one sentence. `figures` maps light and dark to a figure."""
    height = figures["light"]["layout"]["height"]
    config = CONFIG | {"toImageButtonOptions": {**CONFIG["toImageButtonOptions"], "filename": f"undercut {title}"}}
    return html.Figure(
        [
            dcc.Store(id={"type": "figures", "name": name}, data=figures),
            html.Div(
                dcc.Graph(id={"type": "graph", "name": name}, config=config, style={"height": f"{height}px"}),
                role="img",
                **{"aria-label": f"Chart: {title}. {reading}"},
            ),
            html.Figcaption(reading, className="reading"),
        ],
        className="chart",
    )
