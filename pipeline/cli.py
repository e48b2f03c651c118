"""The command `undercut`. Every command says in one plain sentence what went wrong and what to do next.

Exit codes (DOORS): 0 done, 1 failed, 2 wrong usage or input, 3 done but something needs a person, 75 another instance
holds the lock. Commands import what they need when they run: `undercut up` never loads pandas.
"""

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.domain.errors import LockHeldError, UndercutError
from pipeline.settings import settings

DONE, FAILED, WRONG_USAGE, NEEDS_A_PERSON, LOCKED = 0, 1, 2, 3, 75

app = typer.Typer(
    name="undercut",
    help="What LLM tokens cost, who undercuts whom, and whether the bytes prove it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
identity = typer.Typer(help="Names that join.", no_args_is_help=True)
app.add_typer(identity, name="identity")
say = Console(stderr=True, highlight=False, soft_wrap=True)


@app.command()
def up(
    look: Annotated[bool, typer.Option("--crawl/--no-crawl", help="look at the sources on their schedule")] = True,
) -> None:
    """Start the monitor: scheduler, pipeline and dashboard."""
    from pipeline.monitor import up as start

    raise typer.Exit(start(settings(), say=say.print, look=look))


@app.command()
def dashboard() -> None:
    """Start the dashboard alone."""
    from pipeline.jobs.process import module

    raise typer.Exit(module("dashboard"))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def crawl(
    context: typer.Context, name: Annotated[str, typer.Argument(help="the source: see `undercut sources`")]
) -> None:
    """Look at one source now, then refresh."""
    from pipeline.jobs.process import module

    code = module("crawlers", "crawl", name, *context.args)
    raise typer.Exit(max(code, _refresh(quiet=True)) if code in (DONE, NEEDS_A_PERSON) else code)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def backfill(context: typer.Context, name: Annotated[str, typer.Argument(help="the source")]) -> None:
    """Read a source's archived copies (`--every DAYS --since DATE --limit N`), then refresh; call again to go on."""
    from pipeline.jobs.process import module

    code = module("crawlers", "backfill", name, *context.args)
    raise typer.Exit(max(code, _refresh(quiet=True)) if code in (DONE, NEEDS_A_PERSON) else code)


@app.command()
def refresh(
    rebuild: Annotated[bool, typer.Option(help="make every derived row anew, using nothing kept")] = False,
) -> None:
    """From what is in the ledger to a published snapshot, with its alerts."""
    raise typer.Exit(_refresh(rebuild=rebuild))


def _refresh(*, rebuild: bool = False, quiet: bool = False) -> int:
    from pipeline.jobs.publish import publish

    built = publish(settings(), now=datetime.now(UTC), rebuild=rebuild)
    if not quiet:
        counts = ", ".join(f"{number:,} {name}" for name, number in built.meta["counts"].items())
        say.print(f"build {built.build}: {counts}")
    return DONE


@app.command()
def sources(json_lines: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False) -> None:
    """Every source: what it publishes, for whom, how often it is read, when it was last read."""
    from pipeline.jobs.sources import table

    raise typer.Exit(table(settings(), out=sys.stdout, say=say.print, json_lines=json_lines))


@app.command()
def events(
    json_lines: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
    flagged: Annotated[bool, typer.Option(help="flagged decisions only")] = False,
) -> None:
    """Decisions of sellers: cuts, rises, launches …, with class, state and evidence."""
    from pipeline.jobs.events import table

    raise typer.Exit(table(settings(), out=sys.stdout, say=say.print, json_lines=json_lines, flagged=flagged))


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="the file to write")],
    what: Annotated[str, typer.Option(help="workbook (XLSX), prices or events (CSV)")] = "workbook",
    profile: Annotated[str, typer.Option(help="filing (everything, not for publication) or public")] = "filing",
) -> None:
    """Write prices and decisions with their sources."""
    from pipeline.jobs.export import export_to

    raise typer.Exit(export_to(settings(), out, what=what, profile=profile, now=datetime.now(UTC), say=say.print))


@app.command()
def verify(
    all_payloads: Annotated[bool, typer.Option("--all", help="replay every document instead of a sample")] = False,
) -> None:
    """Check the hash chain, every digest, the files of parses, and a sample of readings."""
    from pipeline.jobs.verify import verify as check

    raise typer.Exit(check(settings(), say=say.print, everything=all_payloads))


@app.command()
def backup(out: Annotated[Path, typer.Argument(help="the archive to write")]) -> None:
    """Copy the ledger, its segments and parses into one archive with its digests."""
    from pipeline.jobs.backup import backup as copy

    raise typer.Exit(copy(settings(), out, say=say.print))


@app.command()
def restore(archive: Annotated[Path, typer.Argument(help="an archive made by `undercut backup`")]) -> None:
    """Restore an archive into an empty data directory and verify it."""
    from pipeline.jobs.backup import restore as put_back

    raise typer.Exit(put_back(settings(), archive, say=say.print))


@app.command()
def doctor() -> None:
    """Look at everything the monitor needs, and say what is missing."""
    from pipeline.jobs.doctor import doctor as look

    raise typer.Exit(look(settings(), say=say.print, now=datetime.now(UTC)))


@app.command()
def correct(
    payload: Annotated[str, typer.Argument(help="SHA-256 of the document")],
    where: Annotated[str, typer.Argument(help="place of the price in it, as the export prints it")],
    was: Annotated[str, typer.Option(help="the amount as it was read")],
    is_: Annotated[str, typer.Option("--is", help="the amount as it should have been read")],
    reason: Annotated[str, typer.Option(help="why")],
    by: Annotated[str, typer.Option(help="who says so")],
) -> None:
    """Correct a wrong reading by a dated review; nothing is edited, and what rested on it is withdrawn."""
    from pipeline.jobs.correct import correct as review

    code = review(
        settings(), payload, where, was=was, is_=is_, reason=reason, by=by, now=datetime.now(UTC), say=say.print
    )
    raise typer.Exit(max(code, _refresh(quiet=True)) if code == DONE else code)


@app.command()
def release(
    run: Annotated[str, typer.Argument(help="the quarantined run")],
    reason: Annotated[str, typer.Option(help="why its reading is right")],
    by: Annotated[str, typer.Option(help="who says so")],
) -> None:
    """Release a quarantined run by a dated review: from now on it is in force."""
    from pipeline.jobs.correct import release as review

    code = review(settings(), run, reason=reason, by=by, now=datetime.now(UTC), say=say.print)
    raise typer.Exit(max(code, _refresh(quiet=True)) if code == DONE else code)


@app.command()
def sample() -> None:
    """Write data/sample from the ledger: the facts that may be shipped, with pointers to their documents."""
    from pipeline.jobs.sample import write_sample

    raise typer.Exit(write_sample(settings(), say=say.print))


@app.command()
def margin(
    file: Annotated[Path, typer.Argument(help="CSV with columns side, product, date, price, quantity")],
    method: Annotated[str, typer.Option(help="aa, tt or at")],
    period: Annotated[str, typer.Option(help="whole or month")] = "whole",
    zeroing: Annotated[bool, typer.Option("--zeroing", help="count no negative comparison")] = False,
) -> None:
    """A dumping margin over sales of your own (an analogy for a service, not a finding)."""
    from pipeline.jobs.margin import margin as compute

    raise typer.Exit(compute(file, method, period, zeroing, sys.stdout, sys.stderr))


@app.command()
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


@identity.command()
def resolve() -> None:
    """CSV `source,label[,as_of]` on standard input → the model version of each label, or why it has none."""
    from pipeline.jobs.resolve import resolve as answer

    raise typer.Exit(answer(sys.stdin, sys.stdout, sys.stderr))


def main() -> None:
    """The entry point: an error that a person should read is one sentence, anything else is a defect."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        app()
    except LockHeldError as error:
        say.print(f"{error}")
        sys.exit(LOCKED)
    except UndercutError as error:
        say.print(f"{error}")
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
