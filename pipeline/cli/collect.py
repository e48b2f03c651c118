"""Commands that collect: what is read, from whom, and when."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.command import DONE, NEEDS_A_PERSON, JsonLines, refreshed, say
from pipeline.settings import settings

commands = typer.Typer()
capture = typer.Typer(help="Documents of your own.", no_args_is_help=True)
commands.add_typer(capture, name="capture")


@capture.callback()
def _documents() -> None:
    """Documents of your own."""


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


@capture.command()
def add(
    file: Annotated[Path, typer.Argument(help="the document as it was served")],
    url: Annotated[str, typer.Option(help="the address that served it")],
    captured_at: Annotated[str, typer.Option(help="when, ISO 8601 with its zone")],
    by: Annotated[str, typer.Option(help="who hands it in")],
    source: Annotated[str, typer.Option(help="the source that can read it, where the address does not say")] = "",
) -> None:
    """Keep a document that a person hands in, read it, and refresh; it is marked wherever its numbers stand."""
    from pipeline.jobs.process import module

    named = ["--source", source] if source else []
    code = module("crawlers", "add", str(file), "--url", url, "--captured-at", captured_at, "--by", by, *named)
    raise typer.Exit(max(code, refreshed(quiet=True)) if code in (DONE, NEEDS_A_PERSON) else code)
