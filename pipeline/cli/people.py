"""Commands for what people decide and for the names that join."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli.command import DONE, WRONG_USAGE, refreshed, say
from pipeline.settings import settings

commands = typer.Typer()
identity = typer.Typer(help="Names that join.", no_args_is_help=True)
commands.add_typer(identity, name="identity")


@identity.command()
def resolve() -> None:
    """CSV `source,label[,as_of]` on standard input → the model version of each label, or why it has none."""
    from pipeline.jobs.resolve import resolve as answer

    raise typer.Exit(answer(sys.stdin, sys.stdout, sys.stderr))


@identity.command()
def review(
    accept: Annotated[str, typer.Option(help="a label, as the queue prints it")] = "",
    reject: Annotated[str, typer.Option(help="a label that does not name the model")] = "",
    seller: Annotated[str, typer.Option(help="whose label it is")] = "",
    as_: Annotated[str, typer.Option("--as", help="the model version, maker/model")] = "",
    reason: Annotated[str, typer.Option(help="why")] = "",
    by: Annotated[str, typer.Option(help="who says so")] = "",
) -> None:
    """List labels without a model version, or decide about one by a dated review."""
    from pipeline.jobs.identity_review import decide, show

    if not accept and not reject:
        raise typer.Exit(show(settings(), say=say.print))
    if accept and reject:
        raise typer.Exit(WRONG_USAGE)
    code = decide(
        settings(),
        seller,
        accept or reject,
        as_,
        accepted=bool(accept),
        reason=reason,
        by=by,
        now=datetime.now(UTC),
        say=say.print,
    )
    raise typer.Exit(max(code, refreshed(quiet=True)) if code == DONE else code)
