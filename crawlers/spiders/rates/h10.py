"""The Federal Reserve's H.10 release: noon buying rates of foreign currencies in New York, as its download has them."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

from crawlers.base import RateSpider
from crawlers.document import Document
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Rate
from pipeline.domain.vocabulary import NoticeKind, Redistribute, Trust

_DOWNLOAD = "https://www.federalreserve.gov/datadownload/Output.aspx"
_PACKAGE = "60f32914ab61dfab590e0e470153e3ae"  # the release's own package of daily bilateral rates
_AS_COLUMNS = "filetype=csv&label=include&layout=seriescolumn&type=package"
_HEAD = ("Series Description", "Unit", "Multiplier", "Currency", "Unique Identifier", "Time Period")
_SERIES = re.compile(r"RXI(?P<turned>\$US)?_N\.B\.[A-Z]{2}")
_PER = re.compile(r"Currency:_Per_([A-Z]{3})")
_NOT_QUOTED = "ND"


class H10(RateSpider):
    """A column a series, a row a working day in New York, `ND` on a holiday. Published on Mondays for the week before.

    The name of a series says which way round it is quoted: `RXI_…` is units of the currency per dollar, `RXI$US_…`
    dollars per unit (the euro, the pound, the Australian and the New Zealand dollar).
    """

    name = "h10"
    title = "Federal Reserve, H.10 exchange rates"
    urls = (f"{_DOWNLOAD}?rel=H10&series={_PACKAGE}&lastobs=100&from=&to=&{_AS_COLUMNS}",)
    schedule = "every day"
    expected = (40, 500_000)
    lineage = "h10"
    trust = Trust.SELLER
    licence = "public domain, a work of the United States government; the Federal Reserve Board asks to be named"
    redistribute = Redistribute.YES

    def parse_rates(self, document: Document) -> Iterator[Rate | Notice]:
        rows = list(csv.reader(io.StringIO(document.text())))
        if tuple(row[0].strip().rstrip(":") for row in rows[:6] if row) != _HEAD:
            raise document.shape_error(", ".join(_HEAD), rows[:1])
        _, units, multipliers, currencies, identifiers, names = rows[:6]
        for at, name in enumerate(names[1:], start=1):
            series = _SERIES.fullmatch(name)
            if series is None:
                text = "no rate of one currency a day"
                yield Notice(notice=NoticeKind.SKIPPED, label=name, where="text:6", text=text)
                continue
            if not identifiers[at].endswith(f"/{name}") or multipliers[at] != "1":
                raise document.shape_error(f"the series {name} in units of one", (identifiers[at], multipliers[at]))
            base, currency = _sides(series, units[at], currencies[at])
            for line, row in enumerate(rows[6:], start=7):
                if row and row[at].strip() != _NOT_QUOTED:
                    yield self._rate(base, currency, row[0], row[at], f"text:{line}")

    def _rate(self, base: str, currency: str, day: str, value: str, where: str) -> Rate:
        return Rate(
            source=self.name,
            base=base,
            currency=currency,
            day=date.fromisoformat(day),
            value=parse_decimal(value.strip()),
            where=where,
        )


def _sides(series: re.Match[str], unit: str, currency: str) -> tuple[str, str]:
    """(one unit of this, is so many of that). The unit, where it says what it is per, must agree with the name."""
    per = _PER.fullmatch(unit)
    if per is None and unit != "Currency":
        raise DocumentShapeError(f"{series[0]}: the unit {unit!r} is no rate of a currency")
    if not series["turned"]:
        if per is not None and per[1] != "USD":
            raise DocumentShapeError(f"{series[0]}: the unit {unit!r} contradicts the name")
        return "USD", currency
    base = per[1] if per is not None else currency  # the row of currencies names the dollar or the other side
    if base == "USD":
        raise DocumentShapeError(f"{series[0]}: neither the unit {unit!r} nor {currency!r} names the currency")
    return base, "USD"
