"""What a spider must state, and its one parse.

A spider is facts as class attributes and one pure method. Everything else (fetching, archiving, bounds, verdicts)
is the same for all. `read` is the only way in: it collects the whole document before anything is believed.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Protocol

from crawlers.document import Document
from pipeline.domain.amounts import decimal_text
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Quote, Rate, Score
from pipeline.domain.reading import Reading
from pipeline.domain.source import SourceFacts
from pipeline.domain.stated import Stated
from pipeline.domain.vocabulary import IssueKind, NoticeKind, PerUnit, Redistribute, SourceKind, Trust
from pipeline.domain.volume import Volume


@dataclass(slots=True)
class Contents:
    """All that one document states. `of_notices` says that its notices are what it is read for."""

    of_notices: bool = False
    quotes: list[Quote] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    volumes: list[Volume] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def add(self, item: Any) -> None:
        kept: dict[type, list[Any]] = {
            Quote: self.quotes,
            Score: self.scores,
            Rate: self.rates,
            Reading: self.readings,
            Volume: self.volumes,
            Notice: self.notices,
        }
        kept[type(item)].append(item)

    @property
    def items(self) -> list[Stated]:
        """What is kept as rows, in their order."""
        stated: list[Stated] = [*self.quotes, *self.scores, *self.rates, *self.readings, *self.volumes]
        return [*stated, *self.notices] if self.of_notices else stated

    @property
    def rows(self) -> int:
        return len(self.items)

    @property
    def whole(self) -> bool:
        """No record of the document was unreadable."""
        return not any(notice.notice is NoticeKind.ISSUE for notice in self.notices)


_EACH_KEPT = (NoticeKind.ALIAS, NoticeKind.ANNOUNCEMENT, NoticeKind.DEPRECATED, NoticeKind.ISSUE)
_EXAMPLES = 5


def grouped(notices: Sequence[Notice]) -> list[dict[str, Any]]:
    """Notices as JSON: those that say something of a model each, the skipped ones once per reason with a count."""
    each = [notice.as_json() for notice in notices if notice.notice in _EACH_KEPT]
    counted: dict[tuple[str, str], dict[str, Any]] = {}
    for notice in notices:
        if notice.notice in _EACH_KEPT:
            continue
        group = counted.setdefault((notice.notice.value, notice.text), {**notice.as_json(), "count": 0, "labels": []})
        group["count"] += 1
        if len(group["labels"]) < _EXAMPLES:
            group["labels"].append(notice.label)
    return each + list(counted.values())


class Fetch(Protocol):
    """Brings the document of one address through the evidence middleware, or raises what the fetch met.

    Returns None where the source confirmed the capture in force (304 or identical body) and nothing is to be read.
    """

    async def __call__(self, url: str, *, headers: dict[str, str] | None = None) -> Document | None: ...


Bounds = dict[str, tuple[Decimal, Decimal]]


def believable(**bounds: tuple[str, str]) -> Bounds:
    """Lowest and highest price of a million tokens that a person would believe, by currency (`USD=("0.001", "30")`)."""
    return {currency: (Decimal(low), Decimal(high)) for currency, (low, high) in bounds.items()}


class SourceSpider:
    """Base of all spiders: subclass Price-, Reading-, Score-, Rate-, Volume- or NoticeSpider."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    may_be_silent: ClassVar[bool] = False
    """A document may state nothing but notices: an answer about one model that nobody serves."""
    kind: ClassVar[SourceKind]
    title: ClassVar[str]
    sellers: ClassVar[tuple[str, ...]] = ()
    markets: ClassVar[tuple[str, ...]] = ()
    urls: ClassVar[tuple[str, ...]]
    schedule: ClassVar[str] = "every 6 hours"
    expected: ClassVar[tuple[int, int]]
    lineage: ClassVar[str]
    trust: ClassVar[Trust]
    licence: ClassVar[str]
    redistribute: ClassVar[Redistribute] = Redistribute.NO
    needs_key: ClassVar[str | None] = None
    """Name of the user's own key: `acme_key` is read from the environment as UNDERCUT_ACME_KEY."""
    key_header: ClassVar[str] = "Authorization"
    """Header that carries it, to the declared addresses only; in `Authorization` as a bearer token."""
    confirmed: ClassVar[bool] = True
    terms: ClassVar[str | None] = None
    """A CSS selector of the prose around the prices: a changed sentence there is an issue."""
    largest: ClassVar[int | None] = None
    """Bytes of the largest document that is taken, where 16 MiB are too few."""
    package: ClassVar[tuple[str, str] | None] = None
    """(project, path of the file in its wheel) of a source that is published as a package release."""
    rendered: ClassVar[bool] = False
    """The prices are written by a script and no data endpoint has them: the page is opened in a browser."""
    ready: ClassVar[str] = "table"
    """Of a rendered page: a CSS selector that is there once the prices are."""
    plausible: ClassVar[Bounds | None] = None
    """Prices outside of these bounds are issues, never quotes; a currency without bounds is a broken document."""

    @classmethod
    def facts(cls) -> SourceFacts:
        return SourceFacts(
            name=cls.name,
            version=cls.version,
            kind=cls.kind,
            title=cls.title,
            sellers=cls.sellers,
            markets=cls.markets,
            urls=cls.urls,
            schedule=cls.schedule,
            expected=cls.expected,
            lineage=cls.lineage,
            trust=cls.trust,
            licence=cls.licence,
            redistribute=cls.redistribute,
            needs_key=cls.needs_key,
            confirmed=cls.confirmed,
        )

    def parse(self, document: Document) -> Iterable[Stated | Notice]:
        raise NotImplementedError

    def read(self, document: Document) -> Contents:
        """Everything the document states, or DocumentShapeError: nothing of a broken document is believed."""
        reading = Contents(of_notices=self.kind is SourceKind.NOTICES)
        try:
            for item in self.parse(document):
                reading.add(item)
        except DocumentShapeError:
            raise
        except (LookupError, AttributeError, TypeError, ValueError, InvalidOperation, RecursionError) as error:
            raise DocumentShapeError(f"{document.url}: {type(error).__name__}: {error}") from error
        if not reading.rows and not (self.may_be_silent and reading.notices):
            raise DocumentShapeError(f"{document.url}: the document states no {self.kind.value}")
        return reading

    def is_several(self) -> bool:
        """Whether a crawl reads several documents, each to be compared with its own predecessor."""
        return len(self.urls) > 1 or type(self).documents is not SourceSpider.documents

    async def documents(self, fetch: Fetch) -> AsyncIterator[Document | None]:
        """The documents of one crawl: by default one per address."""
        for url in self.urls:
            yield await fetch(url)


class PriceSpider(SourceSpider):
    """Yields quotes and notices. What is said beside its prices is watched, unless it states otherwise."""

    kind = SourceKind.PRICES
    terms = "p"

    def parse(self, document: Document) -> Iterable[Quote | Notice]:
        for item in self.parse_quotes(document):
            yield item if isinstance(item, Notice) or self._is_plausible(item) else _implausible(item)

    def _is_plausible(self, quote: Quote) -> bool:
        if self.plausible is None or quote.per_unit is not PerUnit.TOKEN or not quote.amount:
            return True
        low, high = self.plausible[quote.currency]
        return low <= quote.amount * 1_000_000 / quote.per <= high

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        raise NotImplementedError


def _implausible(quote: Quote) -> Notice:
    text = (
        f"{quote.meter.value}: {decimal_text(quote.amount)} {quote.currency} per {quote.per} tokens is not believable"
    )
    return Notice(
        notice=NoticeKind.ISSUE,
        label=quote.label,
        where=quote.where,
        text=text,
        issue_kind=IssueKind.OUT_OF_RANGE,
    )


class ScoreSpider(SourceSpider):
    """Yields scores and notices."""

    kind = SourceKind.SCORES

    def parse(self, document: Document) -> Iterable[Score | Notice]:
        return self.parse_scores(document)

    def parse_scores(self, document: Document) -> Iterator[Score | Notice]:
        raise NotImplementedError


class RateSpider(SourceSpider):
    """Yields exchange rates and notices."""

    kind = SourceKind.RATES

    def parse(self, document: Document) -> Iterable[Rate | Notice]:
        return self.parse_rates(document)

    def parse_rates(self, document: Document) -> Iterator[Rate | Notice]:
        raise NotImplementedError


class ReadingSpider(SourceSpider):
    """Yields throughput, latency and notices."""

    kind = SourceKind.READINGS

    def parse(self, document: Document) -> Iterable[Reading | Notice]:
        return self.parse_readings(document)

    def parse_readings(self, document: Document) -> Iterator[Reading | Notice]:
        raise NotImplementedError


class VolumeSpider(SourceSpider):
    """Yields tokens served and notices."""

    kind = SourceKind.VOLUMES

    def parse(self, document: Document) -> Iterable[Volume | Notice]:
        return self.parse_volumes(document)

    def parse_volumes(self, document: Document) -> Iterator[Volume | Notice]:
        raise NotImplementedError


class NoticeSpider(SourceSpider):
    """Yields notices alone: a change log, a list of sellers. They date and explain, and are never prices."""

    kind = SourceKind.NOTICES

    def parse(self, document: Document) -> Iterable[Notice]:
        return self.parse_notices(document)

    def parse_notices(self, document: Document) -> Iterator[Notice]:
        raise NotImplementedError
