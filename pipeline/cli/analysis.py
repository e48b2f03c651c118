"""Commands that answer an analyst: decisions, files, margins, indices."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.command import JsonLines, say
from pipeline.settings import settings

commands = typer.Typer()


@commands.command()
def events(
    json_lines: JsonLines = False,
    flagged: Annotated[bool, typer.Option(help="flagged decisions only")] = False,
) -> None:
    """Decisions of sellers: cuts, rises, launches …, with class, state and evidence."""
    from pipeline.jobs.events import table

    raise typer.Exit(table(settings(), out=sys.stdout, say=say.print, json_lines=json_lines, flagged=flagged))


@commands.command()
def export(
    out: Annotated[Path, typer.Argument(help="the file to write")],
    what: Annotated[str, typer.Option(help="workbook (XLSX), prices or events (CSV)")] = "workbook",
    profile: Annotated[str, typer.Option(help="filing (everything, not for publication) or public")] = "filing",
) -> None:
    """Write prices and decisions with their sources."""
    from pipeline.jobs.export import export_to

    raise typer.Exit(export_to(settings(), out, what=what, profile=profile, now=datetime.now(UTC), say=say.print))


@commands.command()
def margin(
    file: Annotated[Path, typer.Argument(help="CSV with columns side, product, date, price, quantity")],
    method: Annotated[str, typer.Option(help="aa, tt or at")],
    period: Annotated[str, typer.Option(help="whole or month")] = "whole",
    zeroing: Annotated[bool, typer.Option("--zeroing", help="count no negative comparison")] = False,
) -> None:
    """A dumping margin over sales of your own (an analogy for a service, not a finding)."""
    from pipeline.jobs.margin import margin as compute

    raise typer.Exit(compute(file, method, period, zeroing, sys.stdout, sys.stderr))


@commands.command()
def index(
    panel: Annotated[Path, typer.Option(help="CSV with columns period, product, price[, quantity][, group]")],
    method: Annotated[str, typer.Option(help="jevons, fisher, geks-tornqvist, tpd …")],
    chain: Annotated[bool, typer.Option("--chain", help="link neighbouring periods")] = False,
    window: Annotated[int | None, typer.Option(help="periods of a rolling window")] = None,
    splice: Annotated[str | None, typer.Option(help="movement, window, half or mean")] = None,
) -> None:
    """A price index over a panel of your own."""
    from pipeline.jobs.index import index as compute

    raise typer.Exit(compute(panel, method, chain, window, splice, sys.stdout, sys.stderr))


@commands.command()
def series(
    name: Annotated[str, typer.Argument(help="matched_model, frontier, hedonic or origin_gap")],
    blend: Annotated[str, typer.Option(help="b31 or b721")] = "b31",
    out: Annotated[Path | None, typer.Option(help="a file that ends in .csv, .parquet or .png")] = None,
) -> None:
    """A cost-per-quality series of the current build, with what it rests on."""
    from pipeline.jobs.series import write_series

    raise typer.Exit(write_series(settings(), name, blend, out, sys.stdout, say.print))


@commands.command()
def frontier(
    blend: Annotated[str, typer.Option(help="b31 or b721")] = "b31",
    out: Annotated[Path | None, typer.Option(help="a file that ends in .csv, .parquet or .png")] = None,
) -> None:
    """The cheapest screened price that reaches each score, week by week, with holder and runner-up."""
    from pipeline.jobs.series import write_series

    raise typer.Exit(write_series(settings(), "frontier", blend, out, sys.stdout, say.print))
