"""Commands for what people decide and for the names that join."""

import sys

import typer

commands = typer.Typer()
identity = typer.Typer(help="Names that join.", no_args_is_help=True)
commands.add_typer(identity, name="identity")


@identity.command()
def resolve() -> None:
    """CSV `source,label[,as_of]` on standard input → the model version of each label, or why it has none."""
    from pipeline.jobs.resolve import resolve as answer

    raise typer.Exit(answer(sys.stdin, sys.stdout, sys.stderr))
