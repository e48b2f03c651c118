"""The price effects as indicators: figures without a threshold of the law, each with what it rests on.

No share of undercutting and no depth of depression is a threshold; what counts is for whoever judges injury.
"""

from collections.abc import Sequence
from decimal import Decimal

from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.dumping import citations
from pipeline.dumping.price_effects import Depression, Suppression, Undercutting, Underselling

PEERS = "peers of equal quality, not like products"
DAYS_NOT_YEARS = "an event study of days: an injury finding looks at three years"


def undercutting_indicator(
    found: Undercutting, *, subject: str, volumes_given: bool, inputs: Sequence[Input]
) -> Indicator:
    """Undercutting weighted with negative types kept; the mean of types where no volumes are given."""
    percents = [each for _, each in found.by_type]
    return Indicator(
        name="undercutting",
        subject=subject,
        value=found.weighted_percent if volumes_given else found.mean_percent,
        unit="% of the domestic price",
        low=min(percents),
        high=max(percents),
        outcome=Outcome.MEASURED,
        reason="weighted by the import's volume" if volumes_given else "mean of the types: no volumes are given",
        inputs=tuple(inputs),
        rests_on=(citations.UNDERCUTTING,),
        labels=(PEERS, DAYS_NOT_YEARS),
    )


def underselling_indicator(found: Underselling, *, subject: str, inputs: Sequence[Input]) -> Indicator:
    return Indicator(
        name="underselling (Union sense)",
        subject=subject,
        value=found.percent,
        unit="% of CIF",
        outcome=Outcome.NOT_EVALUABLE if found.percent is None else Outcome.MEASURED,
        reason="CIF value not stated" if found.percent is None else "against the target price",
        inputs=tuple(inputs),
        rests_on=(citations.TARGET_PRICE, citations.CIF),
        labels=(PEERS,),
    )


def depression_indicator(found: Depression | None, *, subject: str, inputs: Sequence[Input]) -> Indicator:
    return Indicator(
        name="price depression",
        subject=subject,
        value=None if found is None else Decimal(repr(found.percent)),
        unit="% beyond trend, net of controls",
        outcome=Outcome.NOT_EVALUABLE if found is None else Outcome.MEASURED,
        reason=_depression_reason(found),
        inputs=tuple(inputs),
        rests_on=(citations.DEPRESSION,),
        labels=(PEERS, DAYS_NOT_YEARS),
    )


def suppression_indicator(found: Suppression, *, subject: str, inputs: Sequence[Input]) -> Indicator:
    return Indicator(
        name="price suppression",
        subject=subject,
        value=found.points,
        unit="points of cost in price",
        outcome=Outcome.NOT_EVALUABLE if found.points is None else Outcome.MEASURED,
        reason=found.reason,
        inputs=tuple(inputs),
        rests_on=(citations.DEPRESSION,),
        labels=(PEERS, DAYS_NOT_YEARS),
    )


def _depression_reason(found: Depression | None) -> str:
    if found is None:
        return "the series do not cover the window and the trend before it"
    alone = f"without controls {found.without_controls_percent:.2f} %"
    if found.p is None:
        return f"{alone}; too few days to draw placebo dates from"
    return f"{alone}; p {found.p:.3f} over dates drawn from {found.placebo_days} days"
