"""Method: how a change becomes an event and an event a flag, and what the words of the pages mean."""

from functools import partial
from pathlib import Path

import dash
from dash import dcc, html

from dashboard.components.frame import nothing_published, page
from pipeline.query.snapshot import Shelf
from pipeline.settings import ROOT

_DOCS = ROOT / "docs"


def add(app: dash.Dash, shelf: Shelf) -> None:  # noqa: ARG001  (every page is added in one way)
    """Register the page."""
    dash.register_page(
        __name__, path="/method", name="Method", title="Method · undercut", layout=partial(layout, shelf)
    )


def layout(shelf: Shelf, **query: str) -> html.Div:
    """How flags are made, the method's own page, the glossary."""
    snapshot = shelf.current(query.get("build"))
    if snapshot is None:
        return nothing_published()
    return page(
        shelf,
        snapshot,
        "Method",
        html.Div(dcc.Markdown(FLAGS, className="prose"), id="flags"),
        html.Div(_prose(_DOCS / "methodology.md"), id="methodology"),
        html.Details(
            [html.Summary("Glossary, with the Chinese words of price pages"), _prose(_DOCS / "glossary.md")],
            id="glossary",
            open=True,
        ),
        build=query.get("build"),
        path="/method",
    )


def _prose(path: Path) -> dcc.Markdown | html.P:
    if not path.exists():
        return html.P(f"{path.name} is not part of this installation.")
    text = path.read_text(encoding="utf-8")
    # The page has its title; headings of the file go one level down.
    lowered = "\n".join(f"#{line}" if line.startswith("#") else line for line in text.splitlines())
    return dcc.Markdown(lowered, className="prose", link_target="_self")


FLAGS = """
## How flags are made

1. **A document is kept** as it was served, with address, instant and SHA-256, before anything reads it.
2. **A price is read** in its own currency, unit and tax basis. What cannot be read is an issue on the page Sources.
3. **A change is recorded** where two looks at one source differ. It lies between those looks: the box of a chart.
4. **A decision** is one move of one seller, whatever labels, sellers and sources show it: one card, not one per price.
5. **It is explained**: a correction of a source, an alias that was pointed elsewhere, a change of tier, window, region
   or currency, a discount of one channel, or a move of the market. Only the last can become a flag.
6. **It is borne out**: *recorded* (one source shows it), *probable* (no rule speaks against it), *confirmed* (an
   independent source, a second look at the seller's own page or the seller's dated statement).
7. **Sharp cut**: a confirmed market move of −20 % or more on B31 or B721, on net prices, in one step or against the
   reference of the last 30 days. **Watch**: such a cut that is not confirmed yet, or a price for which some but not all
   conditions of a suspicion hold.
8. **Suspected underpricing**: a confirmed trigger (a sharp cut, a launch price, a price that stood 30 days), the lowest
   of at least 19 other makers or nearly so (p ≤ .05, quality and openness held alike), and a price under the second
   lowest independent host of the same weights or under the low end of cost.
9. **Suspected dumping**: the same trigger and rank, and a margin of 2 % or more on a home price, else on a price to a
   third country, else on constructed value, that keeps its sign under every switch.

How many decisions passed each condition, and what stopped the rest: [the funnel](/funnel). Everything that one decision
can be asked, with inputs, is in its case file.

**B31** = (3·input + output)/4. **B721** = (7·cached + 2·input + output)/10; without a cached price, cached = input.

The order of the overview is size (the logarithm of the change) times confidence (confirmed 1, probable 0.6, recorded
0.3, expired or reverted 0.2), a quarter more where the seller's own page speaks, a tenth for what is no market move. It
orders cards and raises no flag.

A flag is an indicator, not a finding. A sharp cut says that a published price fell, nothing else. Low prices are
lawful.
"""
