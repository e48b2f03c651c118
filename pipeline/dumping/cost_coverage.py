"""What a model's prices recover of its cost of serving, from curated rents and throughputs (METHODS 6).

Every input is a row with source and date. A replica's throughput that no document states leaves the indicator not
evaluable, with the reason: rents alone say nothing about a model. Overhead and profit that nobody states count as none
and an unknown utilisation as full load: both are the low end of cost, so that "under the low end" stays true.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pipeline.domain.facts import Facts, Rent, Throughput, known
from pipeline.domain.indicator import Indicator, Input, Outcome
from pipeline.domain.vocabulary import Meter
from pipeline.dumping import citations
from pipeline.dumping.constructed_value import ReplicaHour, constructed_value_indicator, recovery_range

RENT_ALONE = "overhead and profit not known: rent alone"
FULL_LOAD = "utilisation not known: full load"

Prices = Mapping[Meter, Decimal]


def cost_coverage(model_version: str, prices: Prices, facts: Facts, day: date) -> Indicator:
    """Coverage in per cent of rent over all meters, at the cheapest and dearest rents known on `day`.

    `prices` are dollars per million tokens ex tax. A cached price that is missing is the input price, as in blends.
    """
    speeds = [row for row in facts.throughputs if row.model_version == model_version and known(row, day)]
    if not speeds:
        return not_evaluable(model_version, "no document states the throughput of a replica of it")
    paired = [(rent, speed) for speed in speeds for rent in _rents(facts, speed, day)]
    if not paired:
        chips = ", ".join(sorted({f"{row.chip} {row.memory_gb} GB" for row in speeds}))
        return not_evaluable(model_version, f"no rent of {chips} is known on {day}")
    all_prices = {Meter.CACHED_INPUT: prices[Meter.INPUT], **prices}
    hours = [_replica_hour(rent, speed) for rent, speed in paired]
    mixes = ", ".join(sorted({speed.workload for speed in speeds}))
    found = constructed_value_indicator(
        recovery_range(hours, all_prices),
        subject=model_version,
        mix=f"{mixes}; {RENT_ALONE}; {FULL_LOAD}",
        inputs=_inputs(paired),
    )
    return found if found.outcome is Outcome.PASSES else _upper_bound(found)


def replica_hours(model_version: str, facts: Facts, day: date) -> list[ReplicaHour]:
    """A replica-hour per throughput and rent of its chip that were known on the day: rent alone, at full load."""
    speeds = [row for row in facts.throughputs if row.model_version == model_version and known(row, day)]
    return [_replica_hour(rent, speed) for speed in speeds for rent in _rents(facts, speed, day)]


def _rents(facts: Facts, speed: Throughput, day: date) -> list[Rent]:
    """The newest rents of the chip known on the day, one per seller, region and machine."""
    fitting = [
        row for row in facts.rents if (row.chip, row.memory_gb) == (speed.chip, speed.memory_gb) and known(row, day)
    ]
    newest = {(row.seller, row.region, row.machine): row for row in sorted(fitting, key=lambda row: row.public_since)}
    return [newest[place] for place in sorted(newest)]


def _replica_hour(rent: Rent, speed: Throughput) -> ReplicaHour:
    return ReplicaHour(
        gpus=Decimal(speed.chips),
        rent_usd_gpu_hour=rent.usd_hour / rent.chips,
        tokens_s={
            Meter.INPUT: speed.input_tokens_s,
            Meter.CACHED_INPUT: speed.cached_tokens_s,
            Meter.OUTPUT: speed.output_tokens_s,
        },
        utilisation=Decimal(1),
        sga=Decimal(0),
        profit=Decimal(0),
    )


def _inputs(paired: Sequence[tuple[Rent, Throughput]]) -> list[Input]:
    rents = {
        f"{rent.seller} {rent.machine}": Input(
            name=f"rent of {rent.machine} at {rent.seller}",
            value=rent.usd_hour,
            unit=f"USD per hour of {rent.chips} {rent.chip}",
            source=rent.source,
            day=rent.public_since,
        )
        for rent, _ in paired
    }
    speeds = {
        speed.source: Input(
            name=f"output of a replica of {speed.chips} {speed.chip}",
            value=speed.output_tokens_s,
            unit="tokens per second",
            source=speed.source,
            day=speed.public_since,
        )
        for _, speed in paired
    }
    return [*rents.values(), *speeds.values()]


def _upper_bound(found: Indicator) -> Indicator:
    """Covered on rent alone at full load says nothing: overhead, profit and idle hours are left out of the cost."""
    return Indicator(
        name=found.name,
        subject=found.subject,
        value=None,
        unit=found.unit,
        outcome=Outcome.NOT_EVALUABLE,
        reason=f"not under the low end of cost, and no more is known: {RENT_ALONE}; {FULL_LOAD}",
        rests_on=found.rests_on,
        threshold=found.threshold,
        low=found.low,
        high=found.high,
        inputs=found.inputs,
        labels=found.labels,
    )


def not_evaluable(model_version: str, reason: str) -> Indicator:
    """The indicator without a figure, and why."""
    return Indicator(
        name="recovery of constructed value",
        subject=model_version,
        value=None,
        unit="% of constructed value, all meters",
        outcome=Outcome.NOT_EVALUABLE,
        reason=reason,
        rests_on=(citations.COST_AND_CONSTRUCTED_VALUE,),
    )


def rents_per_chip(facts: Facts, day: date) -> list[tuple[str, int, Decimal, Decimal]]:
    """Chip, memory, lowest and highest rent of one chip for an hour in dollars, of what was known on `day`."""
    found: dict[tuple[str, int], list[Decimal]] = {}
    for row in facts.rents:
        if known(row, day):
            found.setdefault((row.chip, row.memory_gb), []).append(row.usd_hour / row.chips)
    return [(chip, memory, min(prices), max(prices)) for (chip, memory), prices in sorted(found.items())]
