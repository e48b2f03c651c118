"""A reading: throughput, latency or context window of one model at one seller, as stated or as we measured it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import utc
from pipeline.domain.quote import checked_text


class Metric(StrEnum):
    """What was measured or stated. Throughput counts output tokens per second, latency milliseconds to the first token,
    the context window tokens of prompt and answer together."""

    THROUGHPUT = "output_tokens_per_second"
    LATENCY = "time_to_first_token_ms"
    CONTEXT_WINDOW = "context_window_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One statistic (`p50`, `p95`, `mean`; `stated` of a context window) of one metric under one stated workload.

    Workloads are never mixed: two readings are comparable only where `workload` is the same text. `samples` is the
    number of requests behind it, where the source says so. `observed_at` is given only where the document dates its
    own measurement; without it the capture does.
    """

    source: str
    seller: str
    served_by: str
    label: str
    metric: Metric
    statistic: str
    value: Decimal
    workload: str
    where: str
    region: str | None = None
    precision: str | None = None
    tier: str | None = None
    samples: int | None = None
    observed_at: datetime | None = None

    def __post_init__(self) -> None:
        checked_text(self.label, "label")
        checked_text(self.workload, "workload")
        if not self.value.is_finite() or self.value < 0:
            raise InvalidValueError(f"{self.value} is no {self.metric.value} ({self.where})")
        if self.observed_at is not None:
            utc(self.observed_at)
