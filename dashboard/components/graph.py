"""The one way to put a chart on a page: never a "Share chart" button, one figure for each theme."""

from typing import Any

from dash import dcc, html

from dashboard.components.aria import aria, data

CONFIG: Any = {
    "showSendToCloud": False,  # plotly 7 shows a button that uploads the chart to a third party
    "displaylogo": False,
    # The picture is made by a button of ours, which writes title, source and build into it.
    "modeBarButtonsToRemove": ["sendChartToCloud", "toImage", "lasso2d", "select2d", "autoScale2d"],
}


def graph(
    name: str, figures: dict[str, Any], *, title: str, reading: str, source: str, csv: str | None = None
) -> html.Figure:
    """A chart followed by its reading in one sentence and its downloads.

    `figures` maps light and dark to a figure; `source` is printed into the picture; `csv` is the address of its data.
    """
    height = figures["light"]["layout"]["height"]
    downloads: list[Any] = [
        html.Button("Picture (PNG)", className="button", type="button", **data(picture=title, source=source))
    ]
    if csv is not None:
        downloads.append(html.A("Data (CSV)", href=csv, className="button"))
    return html.Figure(
        [
            dcc.Store(id={"type": "figures", "name": name}, data=figures),
            html.Div(
                dcc.Graph(id={"type": "graph", "name": name}, config=CONFIG, style={"height": f"{height}px"}),
                role="group",
                **aria(label=f"Chart: {title}. {reading}"),
            ),
            html.Figcaption(reading, className="reading"),
            html.Div(downloads, className="downloads"),
        ],
        className="chart",
    )
