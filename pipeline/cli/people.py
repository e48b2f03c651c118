"""Commands for what people decide and for the names that join."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.command import DONE, WRONG_USAGE, JsonLines, refreshed, say
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
        say.print("one label at a time: accept or reject")
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


case = typer.Typer(help="Cases: what analysts did about a decision; only appended.", no_args_is_help=True)
commands.add_typer(case, name="case")

_Event = Annotated[str, typer.Argument(help="id of the decision, as `undercut events --json` prints it")]
_Reason = Annotated[str, typer.Option(help="why")]
_By = Annotated[str, typer.Option(help="who says so")]


@case.command("open")
def open_case(event: _Event, reason: _Reason, by: _By) -> None:
    """Open a case about a decision."""
    _acted(event, "open", reason, by)


@case.command()
def note(event: _Event, reason: _Reason, by: _By) -> None:
    """Write a note; the case stays where it stands."""
    _acted(event, "note", reason, by)


@case.command()
def acknowledge(event: _Event, reason: _Reason, by: _By) -> None:
    """Say that somebody is looking at it."""
    _acted(event, "acknowledge", reason, by)


@case.command()
def hold(
    event: _Event, reason: _Reason, by: _By, until: Annotated[str, typer.Option(help="YYYY-MM-DD: new again then")]
) -> None:
    """Set it aside until a day."""
    _acted(event, "hold", reason, by, until)


@case.command()
def dismiss(event: _Event, reason: _Reason, by: _By) -> None:
    """Say that there is nothing in it, and why; the flag itself stays as the rules made it."""
    _acted(event, "dismiss", reason, by)


@case.command()
def escalate(event: _Event, reason: _Reason, by: _By) -> None:
    """Hand it on."""
    _acted(event, "escalate", reason, by)


@case.command()
def show(
    event: _Event,
    country: Annotated[str | None, typer.Option(help="importing country; else UNDERCUT_IMPORTING_COUNTRY")] = None,
    regime: Annotated[str, typer.Option(help="market, NME or 6a")] = "market",
    as_of: Annotated[str | None, typer.Option(help="YYYY-MM-DD: the full quarters before it are the period")] = None,
    out: Annotated[Path | None, typer.Option(help="a workbook to write (.xlsx)")] = None,
    json_lines: JsonLines = False,
) -> None:
    """Every indicator that the decision can be asked for, with inputs, and what could not be tested."""
    from pipeline.jobs.case_file import show as shown

    raise typer.Exit(
        shown(
            settings(),
            event,
            country=country,
            regime=regime,
            as_of=as_of,
            out=out,
            json_line=json_lines,
            now=datetime.now(UTC),
            stdout=sys.stdout,
            say=say.print,
        )
    )


@case.command("list")
def list_cases(
    state: Annotated[
        str | None, typer.Option(help="new, acknowledged, held, dismissed or escalated; else every case")
    ] = None,
    json_lines: JsonLines = False,
) -> None:
    """Every case with every act, the last acted on first."""
    from pipeline.jobs.cases import table

    now = datetime.now(UTC)
    raise typer.Exit(table(settings(), now=now, state=state, json_lines=json_lines, out=sys.stdout, say=say.print))


def _acted(event: str, act: str, reason: str, by: str, until: str | None = None) -> None:
    from pipeline.jobs.cases import act as record
    from pipeline.reviews.cases import Act

    now = datetime.now(UTC)
    code = record(settings(), event, Act(act), reason=reason, by=by, until=until, now=now, say=say.print)
    raise typer.Exit(code)
