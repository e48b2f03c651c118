"""A source whose reading was never compared with a real document of it says so wherever it appears."""

from collections.abc import Iterable

from dash import html

from pipeline.query.snapshot import Snapshot
from pipeline.query.sources import unconfirmed

TEXT = "layout unconfirmed"
REASON = (
    "Its reading was made without a real document of it: it confirms nothing and raises no flag until it was compared."
)


def mark() -> html.Span:
    """The mark beside a source's name."""
    return html.Span(TEXT, className="pill doubt", title=REASON)


def beside(snapshot: Snapshot, source: object) -> str:
    """The source's name, with the mark where it is unconfirmed."""
    return f"{source}, {TEXT}" if str(source) in unconfirmed(snapshot) else str(source)


def named(snapshot: Snapshot, sources: Iterable[object]) -> str:
    """Those of the sources that are unconfirmed, in words; empty where none is."""
    found = sorted(unconfirmed(snapshot) & {str(source) for source in sources})
    return f"{', '.join(found)}: {TEXT}. {REASON}" if found else ""
