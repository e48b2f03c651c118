"""Rents of machines and taxes on sales: what cost coverage and margins without tax are worked out with."""

from typing import Any

from dash import html

from dashboard.components import words
from dashboard.components.tables import table
from pipeline.query import comparisons
from pipeline.query.snapshot import Snapshot


def curated(snapshot: Snapshot) -> list[Any]:
    """Both tables with the document of each row; said to be missing where the build holds none."""
    title = html.H2("Rents and taxes")
    rents, taxes = comparisons.rents(snapshot), comparisons.taxes(snapshot)
    if rents.empty and taxes.empty:
        return [title, html.P("This build holds no rent and no tax.")]
    return [
        title,
        html.P(
            "List prices of single machines on demand, in US dollars: long rents are often far lower. Cost coverage is "
            "worked out with them only where a throughput of the model on that chip is known. A tax is laid on the "
            "price without it; which prices include one is said by the seller's page or unknown."
        ),
        _folded(
            f"{len(rents)} machines, {rents['chip'].nunique()} chips",
            "Rents of machines, USD per hour",
            ["Chip", "Memory (GB)", "Chips", "Machine", "One chip", "Who lets it", "Region", "Name"],
            [
                [
                    words.shown(row["chip"]),
                    str(row["memory_gb"]),
                    str(row["chips"]),
                    words.number(row["usd_hour"], 4),
                    words.number(row["usd_chip_hour"], 4),
                    *(words.shown(row[name]) for name in ("seller", "region", "machine")),
                    *_stated(row),
                ]
                for row in rents.to_dict("records")
            ],
            numeric=(1, 2, 3, 4),
        ),
        _folded(
            f"{len(taxes)} taxes",
            "Taxes on sales",
            ["Country", "Tax", "Rate (%)", "Laid on"],
            [
                [
                    words.shown(row["country"]),
                    words.shown(row["tax"]),
                    words.number(100 * row["rate"], 4),
                    words.shown(row["applies_to"]),
                    *_stated(row),
                ]
                for row in taxes.to_dict("records")
            ],
            numeric=(2,),
        ),
    ]


def _stated(row: dict[Any, Any]) -> list[Any]:
    return [words.shown(row["source"]), words.day(row["public_since"]), words.day(row["reviewed_on"])]


def _folded(
    summary: str, caption: str, head: list[str], lines: list[list[Any]], numeric: tuple[int, ...]
) -> html.Details:
    where = ["Where it is stated", "Public since", "Reviewed on"]
    return html.Details([html.Summary(summary), table(caption, [*head, *where], lines, numeric=numeric)], open=True)
