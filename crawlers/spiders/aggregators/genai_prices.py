"""genai-prices: dated prices of about fifty providers, kept by hand as a Python module (read, never executed)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document
from crawlers.formats.labels import tier_of
from crawlers.formats.python_literals import Record, literal
from crawlers.formats.sellers import seller_name
from pipeline.domain.conditions import Conditions, Window
from pipeline.domain.instants import midnight
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import EffectiveBasis, IssueKind, Meter, NoticeKind, PerUnit, Redistribute, Tier, Trust

_MILLION = 1_000_000
_METERS = {
    "input_mtok": (Meter.INPUT, _MILLION, PerUnit.TOKEN),
    "output_mtok": (Meter.OUTPUT, _MILLION, PerUnit.TOKEN),
    "cache_read_mtok": (Meter.CACHED_INPUT, _MILLION, PerUnit.TOKEN),
    "cache_write_mtok": (Meter.CACHE_WRITE, _MILLION, PerUnit.TOKEN),
    "cache_write_1h_mtok": (Meter.CACHE_WRITE, _MILLION, PerUnit.TOKEN),
    "output_reasoning_mtok": (Meter.REASONING_OUTPUT, _MILLION, PerUnit.TOKEN),
    "input_audio_mtok": (Meter.AUDIO_INPUT, _MILLION, PerUnit.TOKEN),
    "cache_audio_read_mtok": (Meter.CACHED_AUDIO_INPUT, _MILLION, PerUnit.TOKEN),
    "output_audio_mtok": (Meter.AUDIO_OUTPUT, _MILLION, PerUnit.TOKEN),
    "input_image_mtok": (Meter.IMAGE_INPUT, _MILLION, PerUnit.TOKEN),
    "output_image_mtok": (Meter.IMAGE_OUTPUT, _MILLION, PerUnit.TOKEN),
    "input_video_mtok": (Meter.VIDEO_INPUT, _MILLION, PerUnit.TOKEN),
    "input_audio_hours": (Meter.AUDIO_INPUT, 1, PerUnit.HOUR),
    "input_mchars": (Meter.INPUT, _MILLION, PerUnit.CHARACTER),
    "requests_kcount": (Meter.REQUEST, 1000, PerUnit.REQUEST),
    "web_searches_kcount": (Meter.WEB_SEARCH, 1000, PerUnit.REQUEST),
}
_NOT_COMPARABLE = {
    "audio_hours",
    "cache_image_read_mtok",
    "input_annotated_document_kpages",
    "input_document_kpages",
    "input_text_messages_kcount",
    "output_citation_mtok",
    "output_video_mtok",
    "storage_searches_kcount",
}
_PROVIDER = {"id", "name", "api_pattern", "pricing_urls", "price_comments", "model_match", "provider_match", "models"}
_PROVIDER |= {"extractors", "description", "fallback_model_providers"}
_MODEL = {"id", "match", "name", "description", "context_window", "prices", "price_comments", "price_variants"}
_MODEL |= {"deprecated"}
_TIERS = {
    ("processing", "batch"): Tier.BATCH,
    ("service_tier", "default"): Tier.STANDARD,
    ("service_tier", "priority"): Tier.PRIORITY,
    ("service_tier", "flex"): Tier.FLEX,
    ("service_tier", "fast"): Tier.FAST,
    ("speed", "fast"): Tier.FAST,
}
_CONVERTED = {"zhipuai": "the catalogue converted these prices from CNY at a rate of its own"}


class GenaiPrices(PriceSpider):
    """Market declared: its dollar prices are those offered to the world. No price says whether tax is in it."""

    name = "genai_prices"
    version = 2
    title = "genai-prices (Pydantic)"
    markets = ("international",)
    urls = ("pkg:pypi/genai-prices",)
    package = ("genai-prices", "genai_prices/data.py")
    schedule = "every day"
    expected = (1000, 20000)  # 1,600 in its first releases, 7,800 in November 2026
    lineage = "genai-prices"
    trust = Trust.AGGREGATOR
    licence = "MIT"
    redistribute = Redistribute.YES
    plausible = believable(USD=("0.0001", "2000"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        for provider in literal(document.text(), "providers"):
            yield from _unknown(provider, _PROVIDER, provider.fields["id"])
            for model in provider.fields["models"]:
                yield from _unknown(model, _MODEL, model.fields["id"])
                if provider.fields["id"] in _CONVERTED:
                    text = _CONVERTED[provider.fields["id"]]
                    for amount in _amounts(model.fields["prices"]):
                        said = f"{text}: {amount} USD"
                        yield _notice(NoticeKind.NOT_COMPARABLE, model.fields["id"], model, said)
                else:
                    yield from self._model(provider.fields["id"], model)

    def _model(self, provider: str, model: Record) -> Iterator[Quote | Notice]:
        label = model.fields["id"]
        sold_by, _, served_by = provider.partition("_")
        template = Quote(
            source=self.name,
            seller=seller_name(sold_by),
            served_by=seller_name(served_by or sold_by),
            market="international",
            label=label,
            meter=Meter.INPUT,
            amount=Decimal(0),
            currency="USD",
            per=_MILLION,
            where=model.where,
            conditions=Conditions(tier=tier_of(label)),
        )
        if model.fields.get("deprecated"):
            yield _notice(NoticeKind.DEPRECATED, label, model, "the catalogue calls this model deprecated")
        prices = model.fields["prices"]
        for part, conditions, since in _dated(prices if isinstance(prices, list) else [prices]):
            yield from _price(replace(template, conditions=conditions(template.conditions)), part, since)
        for part in _repeated(prices):
            for amount in _amounts(part):
                text = f"the price of other hours of the day as well: {amount} USD"
                yield _notice(NoticeKind.SKIPPED, label, part, text)
        for variant in model.fields.get("price_variants", []):
            yield from _variant(template, variant)


def _dated(prices: list[Record]) -> Iterator[tuple[Record, Any, date | None]]:
    """(prices, what they do to the conditions, since when) of each entry of a list of conditional prices.

    Where some entries hold only at some hours of the day, the others in force beside them are the rest of the day. A
    list without hours, and an undated entry before dated ones, holds all day.
    """
    entries = [
        entry if entry.kind == "ConditionalPrice" else Record("", {"prices": entry}, entry.line) for entry in prices
    ]
    hours: list[tuple[Record, list[str]]] = []
    plain: list[tuple[Record, date | None]] = []
    for entry in entries:
        constraint, price = entry.fields.get("constraint"), entry.fields["prices"]
        if constraint is None or constraint.kind == "StartDateConstraint":
            plain.append((price, None if constraint is None else constraint.fields["start_date"]))
            continue
        if constraint.kind != "TimeOfDateConstraint":
            raise ValueError(f"{constraint.where}: the constraint {constraint.kind} is unknown")
        span = f"{constraint.fields['start_time']}-{constraint.fields['end_time']}"
        same = next((spans for other, spans in hours if other == price), None)
        if same is None:
            hours.append((price, [span]))
        else:
            same.append(span)
    dated = any(since for _, since in plain)
    for price, since in plain:
        rest = Window(name="off_peak") if hours and (since or not dated) else None
        yield price, lambda base, rest=rest: replace(base, window=rest), since
    for price, spans in hours:
        window = Window(name="peak", hours=tuple(spans), tz="UTC")
        yield price, lambda base, window=window: replace(base, window=window), None


def _repeated(prices: list[Record] | Record) -> Iterator[Record]:
    """Prices of hours of the day that an entry before them states as well: one quote names the hours of both."""
    seen: list[Record] = []
    for entry in prices if isinstance(prices, list) else []:
        constraint = entry.fields.get("constraint") if entry.kind == "ConditionalPrice" else None
        if constraint is not None and constraint.kind == "TimeOfDateConstraint":
            if entry.fields["prices"] in seen:
                yield entry.fields["prices"]
            seen.append(entry.fields["prices"])


def _variant(template: Quote, variant: Record) -> Iterator[Quote | Notice]:
    when, constraint = variant.fields["when"], variant.fields.get("constraint")
    since = None if constraint is None else constraint.fields["start_date"]
    changed: Quote | None = template
    for key, value in when.items():
        tier = _TIERS.get((key, value))
        if changed is not None and tier is not None:
            changed = replace(changed, conditions=replace(changed.conditions, tier=tier))
        elif changed is not None and key == "route":
            changed = replace(changed, region=value.rpartition("/")[2])
        else:
            changed = None
    if changed is None:
        text = f"prices for {', '.join(f'{key} {value}' for key, value in when.items())}"
        kind = NoticeKind.NOT_COMPARABLE if set(when) == {"search_type"} else NoticeKind.ISSUE
        for amount in _amounts(variant.fields["prices"]):
            yield _notice(kind, template.label, variant, f"{text}: {amount} USD")
        return
    yield from _price(changed, variant.fields["prices"], since)


def _price(template: Quote, prices: Record, since: date | None) -> Iterator[Quote | Notice]:
    dated = replace(
        template,
        where=prices.where,
        effective_at=None if since is None else midnight(since),
        effective_basis=None if since is None else EffectiveBasis.CATALOGUE_DATED,
    )
    for field, value in prices.fields.items():
        if field in _NOT_COMPARABLE:
            for amount in _amounts(value):
                yield _notice(NoticeKind.NOT_COMPARABLE, template.label, prices, f"{field}: {amount} USD")
            continue
        if field not in _METERS:
            yield _notice(NoticeKind.ISSUE, template.label, prices, f"the price field {field} is unknown")
            continue
        meter, per, unit = _METERS[field]
        hour = replace(dated.conditions, cache_ttl=3600) if field == "cache_write_1h_mtok" else dated.conditions
        yield from _bands(replace(dated, meter=meter, per=per, per_unit=unit, conditions=hour), value)


def _bands(template: Quote, value: Decimal | Record) -> Iterator[Quote]:
    """One quote, or one per band of prompt lengths, whose bounds are the printed numbers ("above 200000" → 200000)."""
    if isinstance(value, Decimal):
        yield replace(template, amount=value)
        return
    bounds = [0, *(tier.fields["start"] for tier in value.fields["tiers"])]
    amounts = [value.fields["base"], *(tier.fields["price"] for tier in value.fields["tiers"])]
    for low, high, amount in zip(bounds, [*bounds[1:], None], amounts, strict=True):
        band = replace(template.conditions, context_min=low or None, context_max=high)
        yield replace(template, amount=amount, conditions=band)


def _amounts(value: Any) -> Iterator[Decimal]:
    """Every amount inside of a price."""
    if isinstance(value, Decimal):
        yield value
    members = value if isinstance(value, list) else value.fields.values() if isinstance(value, Record) else ()
    for member in members:
        yield from _amounts(member)


def _unknown(record: Record, known: set[str], label: str) -> Iterator[Notice]:
    for field in sorted(set(record.fields) - known):
        yield _notice(NoticeKind.ISSUE, label, record, f"the field {field} of {record.kind} is unknown")


def _notice(kind: NoticeKind, label: str, record: Record, text: str) -> Notice:
    issue = IssueKind.DOCUMENT_SHAPE if kind is NoticeKind.ISSUE else None
    return Notice(notice=kind, label=label, where=record.where, text=text, issue_kind=issue)
