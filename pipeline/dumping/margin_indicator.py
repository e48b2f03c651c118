"""A dumping margin as an indicator: the legal figure against de minimis, the signed one beside it."""

from collections.abc import Sequence
from decimal import Decimal

from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.dumping import citations
from pipeline.dumping.attainable import Attainable
from pipeline.dumping.exchange_rate import Proceeding
from pipeline.dumping.margin import INVESTIGATION, REVIEW, Margin, Method, percent_of_cif

DE_MINIMIS = {Proceeding.INVESTIGATION: INVESTIGATION, Proceeding.REVIEW: REVIEW}


def margin_indicator(
    found: Margin,
    *,
    subject: str,
    proceeding: Proceeding,
    inputs: Sequence[Input],
    weights: Attainable | None = None,
    cif_value: Decimal | None = None,
    labels: Sequence[str] = (),
) -> Indicator:
    """Passes where the legal per cent is not de minimis, compared before rounding: exactly 2 % is not de minimis.

    Exports for nothing have an amount and no per cent: not evaluable. `weights` are the bounds of the signed figure
    where quantities are days.
    """
    threshold = DE_MINIMIS[proceeding]
    review = proceeding is Proceeding.REVIEW
    outcome, reason = Outcome.NOT_EVALUABLE, f"exports for nothing: an amount of {found.amount:f}, no per cent"
    if found.percent_legal is not None and found.percent_signed is not None:
        outcome = Outcome.FAILS if found.percent_legal < threshold else Outcome.PASSES
        reason = "de minimis" if outcome is Outcome.FAILS else "not de minimis"
    cif = percent_of_cif(found.amount, cif_value)
    rests_on = [citations.DUMPING_MARGIN, citations.WEIGHTED_AVERAGE_MARGIN, citations.AVERAGES]
    if found.method is Method.AVERAGE_TO_TRANSACTION:
        rests_on.append(citations.COMPARISON_METHODS)
    return Indicator(
        name=f"dumping margin ({found.method}, {found.period})",
        subject=subject,
        value=found.percent_legal,
        unit="% of the export value",
        threshold=f"{threshold} % or more ({proceeding})",
        low=None if weights is None else weights.best,
        high=None if weights is None else weights.worst,
        outcome=outcome,
        reason=reason,
        inputs=tuple(inputs),
        rests_on=(*rests_on, citations.DE_MINIMIS_REVIEW if review else citations.DE_MINIMIS_INVESTIGATION),
        labels=(
            "signed: none" if found.percent_signed is None else f"signed: {found.percent_signed:.6f} %",
            "per cent of CIF not stated" if cif is None else f"{cif:.6f} % of CIF",
            *labels,
        ),
    )
