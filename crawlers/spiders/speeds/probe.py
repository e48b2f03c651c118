"""Our own measurement: what `undercut probe` received from an endpoint, line by line with its instants."""

from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from crawlers.base import ReadingSpider
from crawlers.document import Document
from crawlers.formats.chat_stream import Stream, read_stream
from pipeline.domain.instants import parse_instant
from pipeline.domain.quote import Notice
from pipeline.domain.reading import Metric, Reading
from pipeline.domain.vocabulary import IssueKind, NoticeKind, Redistribute, Trust

_FEWEST_TOKENS = 16
"""A shorter answer says nothing of a speed."""
_PLACE = Decimal("0.001")


class Probe(ReadingSpider):
    """Medians over the requests of one probe. The document is written by `crawlers.probe`, nobody serves it."""

    name = "probe"
    title = "Own measurements (undercut probe)"
    urls = ("probe:",)
    schedule = "when asked"
    expected = (1, 10)
    lineage = "probe"
    trust = Trust.SELLER
    licence = "own measurement"
    redistribute = Redistribute.YES

    def parse_readings(self, document: Document) -> Iterator[Reading | Notice]:
        content = document.json()
        workload, label = content["workload"], content["model"]
        streams: list[Stream] = []
        for place, request in document.records("/requests"):
            stream = read_stream((Decimal(at), line) for at, line in request["lines"])
            wrong = request["error"] or stream.broken or (None if stream.whole else "the stream ended before its end")
            if wrong is None:
                streams.append(stream)
            else:
                yield Notice(
                    notice=NoticeKind.ISSUE, label=label, where=place, text=wrong, issue_kind=IssueKind.FETCH_FAILED
                )
        made, asked = len(content["requests"]), workload["requests"]
        if made < asked:
            text = f"{made} of {asked} requests were made: a bound was met, or the endpoint wanted no more"
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where="json:/requests", text=text)
        for metric, values in _values(streams).items():
            if not values:
                text = (
                    f"no request gives {metric.value}: the server counted fewer than {_FEWEST_TOKENS} tokens, or none"
                )
                yield Notice(notice=NoticeKind.SKIPPED, label=label, where="json:/requests", text=text)
                continue
            for statistic, value in _statistics(values):
                yield Reading(
                    source=self.name,
                    seller=content["seller"],
                    served_by=content["seller"],
                    label=label,
                    metric=metric,
                    statistic=statistic,
                    value=value.quantize(_PLACE),
                    workload=(
                        f"probe: {workload['prompt_tokens']} prompt tokens, at most {workload['output_tokens']} output "
                        "tokens, one request at a time"
                    ),
                    samples=len(values),
                    observed_at=parse_instant(content["started_at"]),
                    where="json:/requests",
                )


def _values(streams: list[Stream]) -> dict[Metric, list[Decimal]]:
    found: dict[Metric, list[Decimal]] = {Metric.LATENCY: [], Metric.THROUGHPUT: []}
    for stream in streams:
        if stream.first_ms is None or stream.last_ms is None:
            continue
        found[Metric.LATENCY].append(stream.first_ms)
        taken, tokens = stream.last_ms - stream.first_ms, stream.output_tokens or 0
        if tokens >= _FEWEST_TOKENS and taken > 0:
            found[Metric.THROUGHPUT].append((tokens - 1) * 1000 / taken)  # the first token ended the wait
    return found


def _statistics(values: list[Decimal]) -> Iterator[tuple[str, Decimal]]:
    yield "p50", median(values)
    yield "min", min(values)
    yield "max", max(values)
