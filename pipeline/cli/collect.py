"""Commands that collect: what is read, from whom, and when."""

import sys
from typing import Annotated

import typer

from pipeline.cli.command import DONE, NEEDS_A_PERSON, JsonLines, refreshed, say
from pipeline.settings import settings

commands = typer.Typer()


@commands.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def crawl(
    context: typer.Context, name: Annotated[str, typer.Argument(help="the source: see `undercut sources`")]
) -> None:
    """Look at one source now, then refresh."""
    from pipeline.jobs.process import module

    code = module("crawlers", "crawl", name, *context.args)
    raise typer.Exit(max(code, refreshed(quiet=True)) if code in (DONE, NEEDS_A_PERSON) else code)


@commands.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def backfill(context: typer.Context, name: Annotated[str, typer.Argument(help="the source")]) -> None:
    """Read a source's archived copies (`--every DAYS --since DATE --limit N`), then refresh; call again to go on."""
    from pipeline.jobs.process import module

    code = module("crawlers", "backfill", name, *context.args)
    raise typer.Exit(max(code, refreshed(quiet=True)) if code in (DONE, NEEDS_A_PERSON) else code)


@commands.command()
def sources(json_lines: JsonLines = False) -> None:
    """Every source: what it publishes, for whom, how often it is read, when it was last read."""
    from pipeline.jobs.sources import table

    raise typer.Exit(table(settings(), out=sys.stdout, say=say.print, json_lines=json_lines))
