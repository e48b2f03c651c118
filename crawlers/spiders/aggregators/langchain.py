"""LangChain Community: OpenAI's prices as a dict in a Python module (read, never executed), per thousand tokens."""

from collections.abc import Iterator

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.python_literals import amounts
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import Meter, NoticeKind, Redistribute, Trust

_TABLE = "MODEL_COST_PER_1K_TOKENS"
_SUFFIXES = {"-completion": Meter.OUTPUT, "-cached": Meter.CACHED_INPUT}
_AZURE = "gpt-35-"
"""Azure's names have no dot; the module has a section of its own for them."""


class LangChain(PriceSpider):
    """Market declared: dollar prices of OpenAI and, under its own names, Azure. Nothing says whether tax is in them."""

    name = "langchain"
    title = "LangChain Community, OpenAI's prices"
    markets = ("international",)
    urls = ("pkg:pypi/langchain-community",)
    package = ("langchain-community", "langchain_community/callbacks/openai_info.py")
    schedule = "every week"
    expected = (30, 1000)  # 67 amounts in December 2023, 228 two years later
    lineage = "langchain"
    trust = Trust.AGGREGATOR
    licence = "MIT"
    redistribute = Redistribute.YES
    plausible = believable(USD=("0.001", "1000"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        rows = list(amounts(document.text(), _TABLE))
        keys = {key for key, _, _ in rows}
        for key, amount, where in rows:
            suffix = next((suffix for suffix in _SUFFIXES if key.endswith(suffix)), "")
            label = key.removesuffix(suffix)
            if "finetuned" in label:
                text = f"a customer's own weights: {amount} USD per thousand tokens"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=where, text=text)
                continue
            if f"{label}-completion" not in keys:
                text = f"one price for prompt and completion alike: {amount} USD per thousand tokens"
                yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=where, text=text)
                continue
            seller = "azure" if label.startswith(_AZURE) else "openai"
            yield Quote(
                source=self.name,
                seller=seller,
                served_by=seller,
                market="international",
                label=label,
                meter=_SUFFIXES.get(suffix, Meter.INPUT),
                amount=amount,
                currency="USD",
                per=1000,
                where=where,
            )
