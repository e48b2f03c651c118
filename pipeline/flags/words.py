"""What a flag says: who, what, when, at which price, what passed, what is missing, and what a flag is not."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pipeline.domain.amounts import decimal_text
from pipeline.domain.indicator import Indicator
from pipeline.domain.vocabulary import FlagKind
from pipeline.dumping.not_tested import NOT_TESTED
from pipeline.flags.conditions import Conditions
from pipeline.flags.kinds import Judged
from pipeline.flags.triggers import Trigger, TriggerKind

LEGAL = (
    "An indicator, not a finding. Antidumping law reaches goods (19 U.S.C. 1677(34)): it covers foreign merchandise "
    "and not sales of services (Eurodif, 2009); electronic transmissions were held not to be articles under section "
    "337 (ClearCorrect, 2015); the Union's duty attaches to release for free circulation. We know of no case that "
    "treated model access as goods. The figures follow the method of that law as an analogy; they may serve elsewhere, "
    "where other tests apply. Dumping without material injury is not actionable, and injury is not measured here. Low "
    "prices are lawful."
)
TITLES = {
    FlagKind.SHARP_CUT: "Sharp cut",
    FlagKind.SUSPECTED_UNDERPRICING: "Suspected underpricing",
    FlagKind.SUSPECTED_DUMPING: "Suspected dumping",
    FlagKind.WATCH: "Watch",
}
_WHAT = {
    TriggerKind.SHARP_CUT: "a cut of a fifth or more",
    TriggerKind.LAUNCH: "a launch price",
    TriggerKind.STANDING: "a price that has stood 30 days",
}


def text(trigger: Trigger, found: Conditions, outcome: Judged) -> str:
    """Plain sentences, no markup."""
    kind = "No flag" if outcome.kind is None else TITLES[outcome.kind]
    who = f"{trigger.seller} (buyers: {trigger.market}), {trigger.model_version or 'a label that was not matched'}"
    asked = ", ".join(
        f"{meter.replace('_', ' ')} {decimal_text(price)} {trigger.currency}" for meter, price in trigger.prices.items()
    )
    asked = f"{asked} per million tokens" if asked else "no price of tokens"
    dollars = "" if found.price_usd is None else f"; B31 {short(found.price_usd)} USD"
    dates = f", applies from {trigger.day}, public on {trigger.judged_on}"
    parts = [
        f"{kind}: {who}.",
        f"Trigger: {_WHAT[trigger.kind]}, {asked}{dollars}, {trigger.state}{dates}.",
        *(f"{_capital(_line(each))}." for each in rows(found)),
    ]
    if found.grid is not None:
        parts.append(_capital(f"{found.grid.text}."))
    if outcome.missing and outcome.kind not in (FlagKind.SUSPECTED_DUMPING, FlagKind.SUSPECTED_UNDERPRICING):
        parts.append(f"Missing for a suspicion: {'; '.join(outcome.missing)}.")
    return " ".join(parts)


def rows(found: Conditions) -> tuple[Indicator, ...]:
    """The conditions in the order in which they are printed."""
    return (found.outlier, found.hosts, found.cost, found.margin)


def conditions_json(found: Conditions) -> str:
    """A JSON list of indicator rows."""
    return json.dumps([_row(each) for each in rows(found)], ensure_ascii=False)


def not_tested_json() -> str:
    """A JSON list of what no flag tests, with the reason."""
    return json.dumps([{"name": each.name, "reason": each.reason} for each in NOT_TESTED], ensure_ascii=False)


def short(value: Decimal) -> str:
    """Six significant digits, plain."""
    return decimal_text(Decimal(f"{value:.6g}"))


def _row(each: Indicator) -> dict[str, Any]:
    return {
        "name": each.name,
        "outcome": each.outcome.value,
        "value": None if each.value is None else short(each.value),
        "unit": each.unit,
        "low": None if each.low is None else short(each.low),
        "high": None if each.high is None else short(each.high),
        "threshold": each.threshold,
        "reason": each.reason,
        "labels": list(each.labels),
        "rests_on": [str(cited) for cited in each.rests_on],
    }


def _line(each: Indicator) -> str:
    value = "" if each.value is None else f" {short(each.value)} {each.unit}".rstrip()
    outcome = each.outcome.value.replace("_", " ")
    if each.reason.startswith(outcome):
        return f"{each.name}:{value} {_joined([each.reason, *each.labels])}"
    return f"{each.name}:{value} {outcome} ({_joined([each.reason, *each.labels])})"


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(part for part in parts if part)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
