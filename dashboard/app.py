"""The dashboard: every page explicitly, one shell around them, all assets our own."""

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.dependencies import MATCH

from dashboard import access
from dashboard.components import failure, search_box
from dashboard.components.aria import aria
from dashboard.components.frame import NAV
from dashboard.pages import ALL, case, cases, event, names, not_found
from dashboard.pages.files import add_routes
from pipeline.query.snapshot import Shelf
from pipeline.reviews.cases import Casebook
from pipeline.reviews.identity import Namebook
from pipeline.settings import Settings

_INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<script src="/assets/theme.js"></script>
{%favicon%}
{%css%}
</head>
<body>
{%app_entry%}
<footer class="scripts">{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def create_app(shelf: Shelf, settings: Settings, *, check_callbacks: bool = False) -> Dash:
    """The app over a shelf of snapshots. `check_callbacks` lets Dash validate every layout (tests)."""
    app = Dash(
        __name__,
        use_pages=True,
        pages_folder="",
        title="undercut",
        update_title="",
        serve_locally=True,
        assets_ignore=r"^theme\.js$",
        # Otherwise every page's layout is copied into the first one.
        suppress_callback_exceptions=not check_callbacks,
        health_endpoint="healthz",
        enable_mcp=False,
        index_string=_INDEX,
        on_error=failure.told,
    )
    for module in ALL:
        module.add(app, shelf)
    book = Casebook(ledger_url=settings.ledger_url, data_dir=settings.data_dir)
    event.add(app, shelf, book, asks_name=settings.sign_in_header is None)
    asks_name = settings.sign_in_header is None
    case.add(app, shelf, book, asks_name=asks_name, country=settings.importing_country)
    cases.add(app, shelf, book, sign_in_header=settings.sign_in_header)
    namebook = Namebook(ledger_url=settings.ledger_url, data_dir=settings.data_dir)
    names.add(app, shelf, namebook, sign_in_header=settings.sign_in_header)
    not_found.add(app, shelf)
    add_routes(app.server, shelf)
    app.layout = lambda: shell(shelf)
    app.clientside_callback(
        ClientsideFunction("undercut", "draw"),
        Output({"type": "graph", "name": MATCH}, "figure"),
        Input({"type": "figures", "name": MATCH}, "data"),
        Input("theme", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("undercut", "forget"), Output("failure", "children"), Input("_pages_location", "pathname")
    )
    app.clientside_callback(
        ClientsideFunction("undercut", "wait"), Output("waited", "data"), Input("wait-for-build", "n_intervals")
    )
    search_box.add(app, shelf)
    access.guard(app, settings)
    return app


def shell(shelf: Shelf) -> dmc.MantineProvider:  # noqa: ARG001
    """Header, navigation, search, theme; the page below."""
    return dmc.MantineProvider(
        [
            html.A("Skip to the content", href="#main", className="skip"),
            dcc.Store(id="theme"),
            html.Header(
                [
                    dcc.Link("undercut", href="/", className="brand"),
                    html.Nav([dcc.Link(text, href=href) for href, text in NAV], **aria(label="Pages")),
                    search_box.layout(),
                    dmc.ColorSchemeToggle(
                        lightIcon="☀", darkIcon="☾", variant="default", **aria(label="Light or dark")
                    ),
                ],
                className="top",
            ),
            html.Main([failure.PLACE, dash.page_container], id="main", tabIndex="-1"),
        ],
        defaultColorScheme="auto",
        theme={"primaryColor": "blue", "fontFamily": "inherit", "primaryShade": {"light": 8, "dark": 4}},
    )
