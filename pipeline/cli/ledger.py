"""Commands over the ledger: start, build, verify, copy, and the reviews of a reading."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.command import DONE, refreshed, say
from pipeline.settings import settings

commands = typer.Typer()


@commands.command()
def up(
    look: Annotated[bool, typer.Option("--crawl/--no-crawl", help="look at the sources on their schedule")] = True,
) -> None:
    """Start the monitor: scheduler, pipeline and dashboard."""
    from pipeline.monitor import up as start

    raise typer.Exit(start(settings(), say=say.print, look=look))


@commands.command()
def dashboard() -> None:
    """Start the dashboard alone."""
    from pipeline.jobs.process import become

    become("dashboard")


@commands.command()
def refresh(
    rebuild: Annotated[bool, typer.Option(help="make every derived row anew, using nothing kept")] = False,
) -> None:
    """From what is in the ledger to a published snapshot, with its alerts."""
    raise typer.Exit(refreshed(rebuild=rebuild))


@commands.command()
def verify(
    all_payloads: Annotated[bool, typer.Option("--all", help="replay every document instead of a sample")] = False,
) -> None:
    """Check the hash chain, every digest, the files of parses, and a sample of readings."""
    from pipeline.jobs.verify import verify as check

    raise typer.Exit(check(settings(), say=say.print, everything=all_payloads))


@commands.command()
def backup(out: Annotated[Path, typer.Argument(help="the archive to write")]) -> None:
    """Copy the ledger, its segments and parses into one archive with its digests."""
    from pipeline.jobs.backup import backup as copy

    raise typer.Exit(copy(settings(), out, say=say.print))


@commands.command()
def restore(archive: Annotated[Path, typer.Argument(help="an archive made by `undercut backup`")]) -> None:
    """Restore an archive into an empty data directory and verify it."""
    from pipeline.jobs.backup import restore as put_back

    raise typer.Exit(put_back(settings(), archive, say=say.print))


@commands.command()
def doctor() -> None:
    """Look at everything the monitor needs, and say what is missing."""
    from pipeline.jobs.doctor import doctor as look

    raise typer.Exit(look(settings(), say=say.print, now=datetime.now(UTC)))


@commands.command()
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
    raise typer.Exit(max(code, refreshed(quiet=True)) if code == DONE else code)


@commands.command()
def release(
    run: Annotated[str, typer.Argument(help="the quarantined run")],
    reason: Annotated[str, typer.Option(help="why its reading is right")],
    by: Annotated[str, typer.Option(help="who says so")],
) -> None:
    """Release a quarantined run by a dated review: from now on it is in force."""
    from pipeline.jobs.correct import release as review

    code = review(settings(), run, reason=reason, by=by, now=datetime.now(UTC), say=say.print)
    raise typer.Exit(max(code, refreshed(quiet=True)) if code == DONE else code)


@commands.command()
def sample() -> None:
    """Write data/sample from the ledger: the facts that may be shipped, with pointers to their documents."""
    from pipeline.jobs.sample import write_sample

    raise typer.Exit(write_sample(settings(), say=say.print))
