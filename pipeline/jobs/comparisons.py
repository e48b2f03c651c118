"""What the commands that compare share: the ground of the newest build, and how figures are printed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import parse_instant
from pipeline.dumping.comparisons import Ground, ground
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.reference.facts import load_facts
from pipeline.reference.load import load_reference, seats_of
from pipeline.settings import Settings

_PLACES = Decimal("1E-6")

Row = Mapping[str, str | None]


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
    """The model versions whose weights the curated table says are open."""
    models: pd.DataFrame = load_reference().models
    return sorted(models.loc[models["open_weights"] == "yes", "model_version"])


def asked_day(text: str | None, otherwise: date) -> date:
    """A day as YYYY-MM-DD; anything else raises InvalidValueError."""
    try:
        return otherwise if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(f"{text!r} is no day: write YYYY-MM-DD") from error


def figure(value: Decimal | None) -> str | None:
    """A number rounded to six places, plain text; None stays None."""
    if value is None:
        return None
    text = f"{value.quantize(_PLACES):f}" if value.is_finite() else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell(value: Any) -> str:
    return "" if value is None else str(value)
