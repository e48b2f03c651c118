"""What stands on every page: status line, sample banner, title, citation, footer."""

from typing import Any

from dash import dcc, html

from dashboard.components import words
from dashboard.components.aria import data
from pipeline.query.snapshot import Shelf, Snapshot
from pipeline.query.sources import health, titles
from pipeline.settings import settings

NOTICE = "A flag is a reason to look, not a finding. Low prices are lawful."
NAV = (
    ("/", "Overview"),
    ("/prices", "Prices"),
    ("/series", "Series"),
    ("/comparisons", "Comparisons"),
    ("/funnel", "Funnel"),
    ("/cases", "Cases"),
    ("/names", "Names"),
    ("/sources", "Sources"),
    ("/method", "Method"),
)


def page(
    shelf: Shelf, snapshot: Snapshot, title: str, *children: Any, build: str | None = None, path: str = "/"
) -> html.Div:
    """A page's content under its title, with what build it is made of above and how to cite it below."""
    return html.Div(
        [
            status_line(snapshot),
            _newer(snapshot),
            *_other_build(shelf, snapshot, build),
            *sample_banner(snapshot),
            html.H1(title),
            *children,
            citation(snapshot, title, path),
        ]
    )


def nothing_published() -> html.Div:
    """The page before the first build."""
    return html.Div(
        [
            html.H1("Nothing is published yet"),
            html.P("The first build is being made from the ledger. This page shows it as soon as it is there."),
            html.P(["If it does not come, ", html.Code("undercut doctor"), " says what is missing."]),
            dcc.Interval(id="wait-for-build", interval=3000),
            dcc.Store(id="waited"),
        ]
    )


def status_line(snapshot: Snapshot) -> html.Div:
    """Prices as of when, which build, method and view, how many sources are fresh."""
    state = health(snapshot)["health"].value_counts()
    fresh, total = int(state.get("fresh", 0)), int(state.sum())
    rest = [f"{state[name]} {text}" for name, text in _STATES if state.get(name, 0)]
    return html.Div(
        [
            html.Span(["Prices to ", html.Strong(f"{words.minute(snapshot.data_to)} UTC")]),
            html.Span(
                dcc.Link([f"{fresh} of {total} sources fresh", *(f" · {part}" for part in rest)], href="/sources")
            ),
            html.Span(["Build ", html.Code(snapshot.build)]),
            html.Span(f"Method {snapshot.meta['method_version']}"),
            html.Span(f"View: {snapshot.meta['view']}"),
        ],
        className="status",
        role="status",
    )


def _newer(snapshot: Snapshot) -> html.Div:
    """A bar that the browser shows when a newer build is published while the page stays open."""
    text: list[Any] = ["A newer build was published. ", html.A("Show it", href="")]
    return html.Div(html.P(text), id="newer", className="banner", hidden=True, **data(build=snapshot.build))


_SAMPLE = (
    "These are real prices from the ledger that is shipped with the program. The documents themselves are other "
    "people's and are not shipped: their address, instant and SHA-256 are."
)
_STATES = (("failing", "failing"), ("late", "late"), ("needs_key", "without a key"), ("never", "never read"))


def sample_banner(snapshot: Snapshot) -> list[Any]:
    """Says that only the shipped sample is shown, and what it leaves out and why."""
    if not snapshot.meta["sample"]:
        return []
    left_out = snapshot.meta["left_out"]
    named = titles(snapshot)
    reasons: dict[str, list[str]] = {}
    for entry in left_out:
        reasons.setdefault(entry["reason"], []).append(named.get(entry["source"], entry["source"]))
    counted = f"{len(left_out)} source{'' if len(left_out) == 1 else 's'}"
    items = [html.Li([html.Strong(", ".join(names)), f": {reason}"]) for reason, names in reasons.items()]
    return [
        html.Div(
            [
                html.P(
                    [
                        html.Strong("Sample. "),
                        _SAMPLE,
                    ]
                ),
                html.Details(
                    [
                        html.Summary(f"Left out: {counted}, and why"),
                        html.Ul(items),
                    ]
                )
                if items
                else None,
            ],
            className="banner",
        )
    ]


def stamp(snapshot: Snapshot) -> str:
    """What a copied picture must still say: whose it is, of which build, to when."""
    meta = snapshot.meta
    return (
        f"undercut · build {snapshot.build} · data to {meta['data_to']} · method {meta['method_version']} · "
        f"chain head {meta['head']['seq']} {meta['head']['sha256'][:16]}"
    )


def _other_build(shelf: Shelf, snapshot: Snapshot, build: str | None) -> list[Any]:
    """A bar where the page is not of the newest build, or not of the one that a link was made from."""
    newest = shelf.current()
    if build is None or newest is None or build == newest.build:
        return []
    if snapshot.build == build:
        text = f"You are looking at build {build}, as it was published. The newest is {newest.build}."
    else:
        text = f"This link was made from build {build}, which is no longer kept. You are looking at {snapshot.build}."
    return [html.Div(html.P([text, " ", html.A("The newest", href="?")]), className="banner", role="note")]


def citation(snapshot: Snapshot, title: str, path: str) -> html.Footer:
    """How to cite the page: permalink with build, data-to, method and chain head."""
    head = snapshot.meta["head"]
    link = f"{settings().public_url.rstrip('/')}{path}{'&' if '?' in path else '?'}build={snapshot.build}"
    text = (
        f"undercut, “{title}”, build {snapshot.build}, data to {snapshot.meta['data_to']}, method version "
        f"{snapshot.meta['method_version']}, {snapshot.meta['view']}, head of the hash chain {head['seq']} "
        f"{head['sha256']}, "
    )
    counts = snapshot.meta["counts"]
    coverage = ", ".join(f"{counts[name]:,} {name}" for name in ("captures", "quotes", "listings", "spells", "events"))
    cited = html.Span([text, html.Span(link, id="permalink")], id="citation", className="cite")
    return html.Footer(
        [
            html.P([html.Strong("Cite as "), cited]),
            html.P(f"Coverage of this build: {coverage}."),
            html.P(NOTICE),
        ]
    )
