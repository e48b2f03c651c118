"""LiteLLM's price map: one flat object, a record per model, prices in USD under keys that spell out what they bill.

A key is a base (`input_cost_per_token`) and suffixes (`_above_272k_tokens`, `_above_1hr`, `_batches`). Each price-like
key is used, or ignored with a reason; one that is neither is an issue. Amounts keep the text of the document.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from crawlers.document import pointer_token
from crawlers.formats.labels import tier_of
from crawlers.formats.litellm_keys import PRICE_LIKE, PriceKey, price_key
from crawlers.formats.sellers import seller_name
from pipeline.domain.conditions import Conditions, Window, canonical_json
from pipeline.domain.errors import DocumentShapeError, InvalidValueError
from pipeline.domain.quote import LONGEST_LABEL, Notice, Quote, checked_text
from pipeline.domain.vocabulary import IssueKind, NoticeKind, Tier

_REGIONS = {
    "azure": re.compile(r"azure(_ai)?/(?P<region>eu|us|global)/"),
    "bedrock": re.compile(
        r"(bedrock/)?((?P<region>[a-z]{2}(-gov)?-[a-z]+-[0-9]|us-gov|us|eu|apac|au|jp|global|regional)[./])(?=.)"
    ),
}
_NESTED = ("tiered_pricing", "off_peak_pricing")
_NOTES = ("sample_spec", "fallback_generalizations")
_FAMILIES = (
    ("vertex_ai", "vertex"),
    ("bedrock", "bedrock"),
    ("text-completion-", ""),
    ("cohere", "cohere"),
    ("fireworks_ai", "fireworks"),
    ("azure", "azure"),
    ("amazon_nova", "amazon"),
)


@lru_cache(maxsize=512)
def seller_of(provider: str) -> str:
    """The seller that a `litellm_provider` stands for: its families of one cloud are one seller."""
    for start, seller in _FAMILIES:
        if provider.startswith(start):
            return seller or seller_name(provider.removeprefix(start))
    return seller_name(provider)


def region_of(label: str, seller: str) -> str | None:
    """The region that a cloud's key names (`azure/eu/…`, `bedrock/us-east-1/…`, `eu.anthropic…`), or None."""
    pattern = _REGIONS.get(seller)
    found = pattern.match(label) if pattern else None
    return found["region"].lower() if found else None


def quotes(source: str, text: str) -> Iterator[Quote | Notice]:
    """Every price of the map, and what of it is none. USD and the world's market are the map's own premises."""
    records, repeated = _records(text)
    for label in repeated:
        reason = "the map holds this key twice: the last one stands, as for every reader of the map"
        yield Notice(notice=NoticeKind.SKIPPED, label=label, where=f"json:/{pointer_token(label)}", text=reason)
    for label, record in records.items():
        where = f"json:/{pointer_token(label)}"
        if label in _NOTES:
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where=where, text="a note of the catalogue, no model")
            continue
        hostile = _hostile(label, where)
        if hostile is not None:
            yield hostile
            continue
        provider = record.get("litellm_provider")
        if not provider:
            yield Notice(notice=NoticeKind.SKIPPED, label=label, where=where, text="no provider is named")
            continue
        yield from _record(source, label, record, seller_of(provider), where)


def _hostile(label: str, where: str) -> Notice | None:
    """The issue of a name that no screen, file or mail may carry: its model is left out, the others are read."""
    try:
        checked_text(label, "name")
    except InvalidValueError as error:
        shown = label.encode("unicode_escape").decode()[:LONGEST_LABEL]
        kind = IssueKind.HOSTILE_LABEL.value
        return Notice(
            notice=NoticeKind.ISSUE,
            label=shown,
            where=where.encode("unicode_escape").decode(),
            text=str(error),
            issue_kind=kind,
        )
    return None


def _records(text: str) -> tuple[dict[str, Any], list[str]]:
    """The models of the map, and the keys that some object of it holds twice (a third of the releases have some)."""
    repeated: list[str] = []

    def last(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            repeated.extend(sorted({name for name in names if names.count(name) > 1}))
        return found

    def constant(name: str) -> Any:
        raise DocumentShapeError(f"{name} is no JSON number")

    try:
        records = json.loads(text, parse_float=Decimal, parse_constant=constant, object_pairs_hook=last)
    except ValueError as error:
        raise DocumentShapeError(f"expected the price map as JSON, found {error}") from error
    if not isinstance(records, dict) or not all(isinstance(record, dict) for record in records.values()):
        raise DocumentShapeError("the price map is no object of models")
    return records, repeated


def _record(source: str, label: str, record: dict[str, Any], seller: str, where: str) -> Iterator[Quote | Notice]:
    facts = {
        "source": source,
        "seller": seller,
        "served_by": seller,
        "market": "international",
        "region": region_of(label, seller),
        "label": label,
    }
    priced: list[tuple[str, PriceKey, Decimal]] = []
    for name, value in record.items():
        if name in _NESTED or not PRICE_LIKE.search(name):
            continue
        found = _read(name, value, label, where)
        if isinstance(found, Notice):
            yield found
        elif found is not None:
            priced.append(found)
    if "metadata" in record:
        text = "how the catalogue arrived at a price"
        yield Notice(notice=NoticeKind.SKIPPED, label=label, where=f"{where}/metadata", text=text)
    off_peak = record.get("off_peak_pricing")
    peak = Window(name="peak") if off_peak else None
    yield from _banded(facts, priced, where, peak)
    if off_peak:
        yield from _off_peak(facts, off_peak, where)
    for number, band in enumerate(record.get("tiered_pricing") or []):
        yield from _tiered(facts, band, f"{where}/tiered_pricing/{number}")
    if record.get("deprecation_date"):
        text = f"deprecation date {record['deprecation_date']}"
        yield Notice(notice=NoticeKind.DEPRECATED, label=label, where=f"{where}/deprecation_date", text=text)


def _read(name: str, value: Any, label: str, where: str) -> tuple[str, PriceKey, Decimal] | Notice | None:
    place = f"{where}/{pointer_token(name)}"
    try:
        key = price_key(name)
    except KeyError:
        text = f"the price key {name!r} is not known"
        return Notice(
            notice=NoticeKind.ISSUE, label=label, where=place, text=text, issue_kind=IssueKind.UNREADABLE_PRICE.value
        )
    if key is None:
        return Notice(notice=NoticeKind.NOT_COMPARABLE, label=label, where=place, text=f"billed by {name}")
    if value is None:
        return None
    amount = _amount(value)
    if amount is None or amount < 0:
        text = f"{name} is {str(value)[:60]!r}, not an amount"
        return Notice(
            notice=NoticeKind.ISSUE, label=label, where=place, text=text, issue_kind=IssueKind.UNREADABLE_PRICE.value
        )
    return name, key, amount


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return Decimal(value) if isinstance(value, int) else None


def _banded(
    facts: dict[str, Any], priced: list[tuple[str, PriceKey, Decimal]], where: str, window: Window | None
) -> Iterator[Quote | Notice]:
    """Each price with its context band: it ends where the same meter has a dearer band of the same kind."""
    bounds: dict[tuple[Any, ...], list[int]] = {}
    for _, key, _ in priced:
        if key.above is not None:
            bounds.setdefault((key.meter, key.tier, key.cache_ttl, key.per_unit), []).append(key.above)
    seen: dict[tuple[Any, ...], Decimal] = {}
    for name, key, amount in priced:
        kind = (key.meter, key.tier, key.cache_ttl, key.per_unit)
        first = seen.setdefault((*kind, key.above), amount)
        if first is not amount:  # two keys of one meaning (cache_read… and …_cache_hit): the first speaks
            yield _again(facts["label"], f"{where}/{pointer_token(name)}", name, first, amount)
            continue
        above = [bound for bound in bounds.get(kind, ()) if bound > (key.above or 0)]
        yield _quote(
            facts,
            key,
            amount,
            f"{where}/{pointer_token(name)}",
            _conditions(_tier(key.tier, facts["label"]), window, key.above, min(above, default=None), key.cache_ttl),
        )


def _again(label: str, where: str, name: str, first: Decimal, amount: Decimal) -> Notice:
    if first == amount:
        return Notice(
            notice=NoticeKind.SKIPPED, label=label, where=where, text=f"{name} says again what another key says"
        )
    text = f"{name} says {amount:f}, another key of its meaning {first:f}"
    kind = IssueKind.UNREADABLE_PRICE.value
    return Notice(notice=NoticeKind.ISSUE, label=label, where=where, text=text, issue_kind=kind)


def _off_peak(facts: dict[str, Any], given: dict[str, Any], where: str) -> Iterator[Quote | Notice]:
    """Prices outside the peak; its hours stand as the map prints them: those of the rest of the week."""
    hours = {name: given[name] for name in ("windows", "hours_utc", "weekday_timezone") if name in given}
    words = canonical_json(_plain(hours))
    for name, value in given.items():
        if name in hours:
            continue
        found = _read(name, value, facts["label"], f"{where}/off_peak_pricing")
        if isinstance(found, Notice):
            yield found
        elif found is not None:
            _, key, amount = found
            conditions = Conditions(tier=key.tier, window=Window(name="off_peak"), as_published=words)
            yield _quote(facts, key, amount, f"{where}/off_peak_pricing/{pointer_token(name)}", conditions)


def _tiered(facts: dict[str, Any], band: dict[str, Any], where: str) -> Iterator[Quote | Notice]:
    if "max_results_range" in band:
        text = "billed by number of search results"
        yield Notice(notice=NoticeKind.NOT_COMPARABLE, label=facts["label"], where=where, text=text)
        return
    low, high = (int(bound) for bound in band["range"])
    for name, value in band.items():
        if name == "range":
            continue
        found = _read(name, value, facts["label"], where)
        if isinstance(found, Notice):
            yield found
        elif found is not None:
            _, key, amount = found
            yield _quote(
                facts,
                key,
                amount,
                f"{where}/{pointer_token(name)}",
                _conditions(key.tier, None, low or None, high, key.cache_ttl),
            )


@lru_cache(maxsize=4096)
def _conditions(
    tier: Tier, window: Window | None, low: int | None, high: int | None, cache_ttl: int | None
) -> Conditions:
    return Conditions(tier=tier, window=window, context_min=low, context_max=high, cache_ttl=cache_ttl)


def _tier(key: Tier, label: str) -> Tier:
    """The tier that a key names, else the one hidden in the label (`…:batch`)."""
    return tier_of(label) if key is Tier.STANDARD else key


def _quote(facts: dict[str, Any], key: PriceKey, amount: Decimal, where: str, conditions: Conditions) -> Quote:
    return Quote(
        **facts,
        meter=key.meter,
        amount=amount,
        currency="USD",  # the map states dollars for every provider, also for those that charge in another currency
        per=key.per,
        per_unit=key.per_unit,
        conditions=conditions,
        where=where,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value
