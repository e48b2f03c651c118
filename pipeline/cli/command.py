"""What every command of `undercut` shares: the application, its exit codes (DOORS) and its one way of speaking."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from pipeline.settings import settings

DONE, FAILED, WRONG_USAGE, NEEDS_A_PERSON, LOCKED = 0, 1, 2, 3, 75

app = typer.Typer(
    name="undercut",
    help="What LLM tokens cost, who undercuts whom, and whether the bytes prove it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
say = Console(stderr=True, highlight=False, soft_wrap=True)

JsonLines = Annotated[bool, typer.Option("--json", help="one JSON object a line")]


def refreshed(*, rebuild: bool = False, quiet: bool = False) -> int:
    """Build and publish what the ledger says now, with its alerts."""
    from pipeline.jobs.publish import publish

    built = publish(settings(), now=datetime.now(UTC), rebuild=rebuild)
    if not quiet:
        counts = ", ".join(f"{number:,} {name}" for name, number in built.meta["counts"].items())
        say.print(f"build {built.build}: {counts}")
    return DONE
