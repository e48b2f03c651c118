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
def probe(
    model: Annotated[str, typer.Argument(help="the model as the endpoint calls it")],
    base_url: Annotated[str, typer.Option(help="address of an OpenAI-compatible API, as https://host/v1")],
    max_cost: Annotated[str, typer.Option(help="the most that may be spent, USD")],
    key_env: Annotated[str, typer.Option(help="environment variable that holds your key")] = "",
    seller: Annotated[str, typer.Option(help="who bills; else the host's name")] = "",
    requests: Annotated[int, typer.Option(help="requests, one after the other")] = 5,
    prompt_tokens: Annotated[int, typer.Option(help="length of each prompt, about")] = 512,
    output_tokens: Annotated[int, typer.Option(help="most output tokens of each")] = 256,
    input_price: Annotated[str, typer.Option(help="USD per million, where none is known")] = "",
    output_price: Annotated[str, typer.Option(help="USD per million, where none is known")] = "",
    timeout: Annotated[float, typer.Option(help="seconds for one request")] = 60,
    limit_name: Annotated[str, typer.Option(help="what the endpoint calls the most output tokens")] = "max_tokens",
) -> None:
    """Measure time to first token and output tokens per second with a key of your own, within a bound of cost."""
    from pipeline.jobs.probe import probe as measure

    options = ["--base-url", base_url, "--max-cost", max_cost, "--limit-name", limit_name, "--timeout", str(timeout)]
    options += ["--requests", str(requests), "--prompt-tokens", str(prompt_tokens)]
    options += ["--output-tokens", str(output_tokens), *(["--key-env", key_env] if key_env else [])]
    prices = (input_price or None, output_price or None)
    code = measure(settings(), model, seller=seller or None, prices=prices, options=options, say=say.print)
    raise typer.Exit(max(code, refreshed(quiet=True)) if code in (DONE, NEEDS_A_PERSON) else code)


@commands.command()
def sources(
    json_lines: JsonLines = False,
    when: Annotated[bool, typer.Option("--schedules", help="how often each is read, and when it is stale")] = False,
) -> None:
    """Every source: what it publishes, for whom, how often it is read, when it was last read."""
    from pipeline.jobs.sources import schedules, table

    if when:
        raise typer.Exit(schedules(out=sys.stdout, json_lines=json_lines))
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
