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
def patterns(
    json_lines: JsonLines = False,
    pattern: Annotated[str | None, typer.Option(help="of this kind only: drawdown, price_war …")] = None,
) -> None:
    """What decisions show together: drawdowns, new lows, low launches, price wars, calendars, standing discounts."""
    from pipeline.jobs.patterns import patterns as show

    raise typer.Exit(show(settings(), out=sys.stdout, say=say.print, json_lines=json_lines, pattern=pattern))


@commands.command()
def export(
    out: Annotated[Path, typer.Argument(help="the file to write")],
    what: Annotated[str, typer.Option(help="workbook (XLSX), prices, events or coverage (CSV)")] = "workbook",
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


Blend = Annotated[str, typer.Option(help="b31 or b721")]
Every = Annotated[str, typer.Option(help="day, week or month")]
Benchmark = Annotated[str, typer.Option(help="whose points: one that the page Series lists")]
View = Annotated[str, typer.Option(help="scores as known now, or as public then: now or then")]
Openness = Annotated[str, typer.Option("--weights", help="all, open or closed weights")]
SeriesFile = Annotated[Path | None, typer.Option(help="a file that ends in .csv, .parquet or .png")]


@commands.command()
def series(
    name: Annotated[str, typer.Argument(help="matched_model, frontier, hedonic, origin_gap, cost_per_quality …")],
    blend: Blend = "b31",
    every: Every = "week",
    benchmark: Benchmark = "arena overall",
    view: View = "now",
    weights: Openness = "all",
    out: SeriesFile = None,
) -> None:
    """A cost-per-quality series of the current build, with what it rests on."""
    from pipeline.jobs.series import write_series

    terms = {"blend": blend, "every": every, "benchmark": benchmark, "view": view, "weights": weights}
    raise typer.Exit(write_series(settings(), name, terms=terms, out=out, stdout=sys.stdout, say=say.print))


@commands.command()
def frontier(
    blend: Blend = "b31",
    every: Every = "week",
    benchmark: Benchmark = "arena overall",
    view: View = "now",
    weights: Openness = "all",
    out: SeriesFile = None,
) -> None:
    """The cheapest screened price that reaches each score, week by week, with holder and runner-up."""
    series("frontier", blend, every, benchmark, view, weights, out)


@commands.command()
def pairs(
    json_lines: JsonLines = False,
    same_weights: Annotated[bool, typer.Option("--same-weights", help="a maker and the hosts of its weights")] = False,
    day: Annotated[str | None, typer.Option(help="YYYY-MM-DD; else each pair's last common day")] = None,
) -> None:
    """Home and export prices of one model side by side, under every tax treatment; CSV."""
    from pipeline.jobs.pairs import pairs as compare

    raise typer.Exit(
        compare(settings(), day=day, same_weights=same_weights, json_lines=json_lines, out=sys.stdout, say=say.print)
    )


@commands.command()
def price(
    model: Annotated[str, typer.Argument(help="a model version: maker/slug")],
    seller: Annotated[str | None, typer.Option(help="of this seller only")] = None,
    market: Annotated[str | None, typer.Option(help="for buyers there only: CN, US, international …")] = None,
    day: Annotated[str | None, typer.Option(help="YYYY-MM-DD; else the last day of the data")] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="leave a step out: unit, band, week, promotion, tax, currency")
    ] = None,
    json_lines: JsonLines = False,
) -> None:
    """A model's standard price, step by step: the number before and after each."""
    from pipeline.jobs.price import price as show

    raise typer.Exit(
        show(
            settings(),
            model,
            seller=seller,
            market=market,
            day=day,
            without=without or [],
            json_lines=json_lines,
            out=sys.stdout,
            say=say.print,
        )
    )


@commands.command()
def replay(
    since: Annotated[str | None, typer.Option("--from", help="YYYY-MM-DD; else the first day of the data")] = None,
    until: Annotated[str | None, typer.Option("--to", help="YYYY-MM-DD; else the last day of the data")] = None,
    every: Annotated[int | None, typer.Option(help="look every N days; else every day")] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="this model version only: maker/slug; may be given several times")
    ] = None,
    suspicions: Annotated[
        bool, typer.Option("--suspicions", help="judge underpricing and dumping too: many seconds a day")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="a file that ends in .csv or .json; else CSV here")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on after the last day in the CSV file --out")] = False,
) -> None:
    """Walk through history with only what was public then: when each decision and each flag would have appeared."""
    from pipeline.jobs.replay import replay as walk

    raise typer.Exit(
        walk(
            settings(),
            since=since,
            until=until,
            every=every,
            models=model or (),
            suspicions=suspicions,
            out=out,
            resume=resume,
            stream=sys.stdout,
            say=say.print,
        )
    )


@commands.command()
def funnel(
    out: Annotated[Path | None, typer.Option(help="a page to write over, such as docs/funnel.md")] = None,
) -> None:
    """How decisions became flags: what is left after each condition, what stopped the rest, and the tests made."""
    from pipeline.jobs.funnel import funnel as made

    raise typer.Exit(made(settings(), out=out, stdout=sys.stdout, say=say.print))


@commands.command("seed-cases")
def seed_cases(
    replayed: Annotated[Path, typer.Argument(help="a file that `undercut replay --out` wrote", exists=True)],
    out: Annotated[Path, typer.Option(help="the page to write")] = Path("docs/seed-cases.md"),
) -> None:
    """What the ledger shows of the moves that everybody remembers, and on which day it could have."""
    from pipeline.jobs.seed_cases import seed_cases as write

    raise typer.Exit(write(settings(), replayed, out, say=say.print))
