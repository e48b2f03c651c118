"""`undercut price`: one model's standard price, step by step, with the number before and after each."""

import json
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.comparisons import standard_price_of
from pipeline.dumping.exact import legible
from pipeline.dumping.offered import Offer, offers_on
from pipeline.dumping.standard import StandardPrice, Step, StepName
from pipeline.jobs.comparisons import asked_day, cell, newest_ground
from pipeline.jobs.say import Say
from pipeline.settings import Settings

DONE, NOTHING, WRONG_INPUT = 0, 1, 2


def price(
    settings: Settings,
    model: str,
    *,
    seller: str | None,
    market: str | None,
    day: str | None,
    without: Sequence[str],
    json_lines: bool,
    out: TextIO,
    say: Say,
) -> int:
    """Print the steps of every offer of a model version that stood on the day, in its standard tier."""
    try:
        left_out = frozenset(_step(name) for name in without)
        asked, data_to = newest_ground(settings, say)
        on = asked_day(day, data_to)
    except InvalidValueError as error:
        say(str(error))
        return WRONG_INPUT
    own = asked.standing[asked.standing["model_version"] == model]
    offers = [
        offer
        for offer in offers_on(own, on)
        if offer.tier == "standard" and seller in (None, offer.seller) and market in (None, offer.market)
    ]
    if not offers:
        say(f"no price of {model} stood on {on}: names are maker/slug, and `--day` takes another day")
        return NOTHING
    for offer in offers:
        found = standard_price_of(asked, offer, without=left_out)
        _print(offer, found, json_lines, out)
    return DONE


def _step(name: str) -> StepName:
    try:
        return StepName(name)
    except ValueError as error:
        raise InvalidValueError(f"the steps are {', '.join(StepName)}; {name!r} is none") from error


def _print(offer: Offer, found: StandardPrice, json_lines: bool, out: TextIO) -> None:
    title = f"{offer.model_version}, {offer.seller} in {offer.market} by {offer.source} on {offer.day}"
    if json_lines:
        for step in found.steps:
            out.write(json.dumps(_as_json(offer, step), ensure_ascii=False) + "\n")
        return
    table = Table("meter", "step", "before", "after", "unit", "why", title=title, title_justify="left")
    for step in found.steps:
        table.add_row(step.meter.value, step.name.value, cell(legible(step.before)), _after(step), step.unit, step.text)
    Console(file=out, highlight=False, markup=False, width=160).print(table)


def _after(step: Step) -> str:
    return "no price" if step.after is None else cell(legible(step.after))


def _as_json(offer: Offer, step: Step) -> dict[str, str | bool | None]:
    return {
        "model_version": offer.model_version,
        "seller": offer.seller,
        "served_by": offer.served_by,
        "market": offer.market,
        "region": offer.region,
        "precision": offer.precision,
        "source": offer.source,
        "day": str(offer.day),
        "meter": step.meter.value,
        "step": step.name.value,
        "before": legible(step.before),
        "after": legible(step.after),
        "unit": step.unit,
        "taken": step.taken,
        "text": step.text,
    }
