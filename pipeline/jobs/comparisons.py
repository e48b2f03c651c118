"""What the commands that compare share: the ground of the newest build, and how its answers are printed."""

from datetime import date
from typing import Any

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import parse_instant
from pipeline.dumping.comparisons import Ground, ground
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.reference.facts import load_facts
from pipeline.reference.load import known_openness, load_reference, seats_of
from pipeline.settings import Settings


def newest_ground(settings: Settings, say: Say) -> tuple[Ground, date]:
    """The frames of the newest build (or of the sample), and the day its data reach to."""
    frames, meta = current(settings, say)
    data_to = parse_instant(meta["data_to"])
    made = ground(
        frames["spells"],
        frames["listings"],
        frames["sources"],
        frames["rates"],
        frames["readings"],
        seats=seats_of(load_reference().makers),
        facts=load_facts(),
        until=data_to,
    )
    return made, data_to.date()


def open_weights() -> list[str]:
    """The model versions whose weights the curated tables say are open."""
    known = known_openness(load_reference())
    return sorted(known.loc[known["open_weights"] == "yes", "model_version"])


def asked_day(text: str | None, otherwise: date) -> date:
    """A day as YYYY-MM-DD; anything else raises InvalidValueError."""
    try:
        return otherwise if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(f"{text!r} is no day: write YYYY-MM-DD") from error


def cell(value: Any) -> str:
    return "" if value is None else str(value)
