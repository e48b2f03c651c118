"""model-prices: dated price timelines of makers' own APIs, copied from models.dev with sourced corrections.

An entry's `start` and `valid_from` are kept as the later of the two: a price is never dated before its evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from crawlers.base import PriceSpider, believable
from crawlers.document import Document, pointer_token
from crawlers.formats.sellers import seller_name
from crawlers.formats.timelines import Change, hours_of
from pipeline.domain.conditions import Conditions
from pipeline.domain.instants import parse_instant
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import EffectiveBasis, IssueKind, Meter, NoticeKind, Redistribute, Tier, Trust

_TOP = {"aliases", "bases", "estimates", "models_dev", "plans", "prices", "schedules", "schema", "status", "updated_at"}
_METERS = {
    "input": Meter.INPUT,
    "output": Meter.OUTPUT,
    "cache_read": Meter.CACHED_INPUT,
    "cache_write": Meter.CACHE_WRITE,
}
# A multiple of the input price is no printed price: it is left out.
_KNOWN = {*_METERS, "source", "valid_from", "valid_from_basis", "model", "tiers", "cache_write_1h_multiple"}
_BASES = {
    "documented": EffectiveBasis.SELLER_DATED,
    "models.dev commit": EffectiveBasis.CATALOGUE_DATED,
    "first observed": EffectiveBasis.FIRST_SEEN,
}
_TIERS = {
    "standard": (Tier.STANDARD, None),
    "thinking": (Tier.STANDARD, True),
    "batch": (Tier.BATCH, None),
    "fast": (Tier.FAST, None),
    "flex": (Tier.FLEX, None),
}
_STATUS = {"deprecated", "removed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timeline:
    provider: str
    model: str
    place: str
    tier: Tier
    thinking: bool | None
    schedules: list[dict[str, Any]]


class ModelPrices(PriceSpider):
    """Market declared: dollar prices offered to the world. No price says whether tax is in it."""

    name = "model_prices"
    title = "model-prices (copy of models.dev with sourced corrections)"
    markets = ("international",)
    urls = ("pkg:pypi/model-prices",)
    package = ("model-prices", "model_prices/snapshot.json")
    schedule = "every day"
    expected = (2000, 20000)
    lineage = "models.dev"
    trust = Trust.COPY
    licence = "MIT"
    redistribute = Redistribute.YES
    plausible = believable(USD=("0.0001", "2000"))

    def parse_quotes(self, document: Document) -> Iterator[Quote | Notice]:
        snapshot = document.json()
        if snapshot["schema"] != 1 or set(snapshot) != _TOP:
            raise document.shape_error(f"schema 1 with {sorted(_TOP)}", sorted(snapshot))
        for provider, models in snapshot["prices"].items():
            schedules = [entry for entry in snapshot["schedules"]["schedule"] if entry["provider"] == provider]
            gone = snapshot["status"].get(provider, {})  # a model that is gone takes no part in later hours
            for model, tiers in models.items():
                for tier, entries in tiers.items():
                    place = f"/prices/{pointer_token(provider)}/{pointer_token(model)}/{pointer_token(tier)}"
                    if tier not in _TIERS:
                        text = f"the tier {tier} has no counterpart"
                        yield _notice(NoticeKind.NOT_COMPARABLE, model, place, text)
                        continue
                    known, thinking = _TIERS[tier]
                    if tier == "standard" and "thinking" in tiers:
                        thinking = False
                    line = _Timeline(
                        provider=provider,
                        model=model,
                        place=place,
                        tier=known,
                        thinking=thinking,
                        schedules=[entry for entry in schedules if "valid_until" in entry or not gone.get(model)],
                    )
                    yield from self._timeline(line, entries)
        yield from _other_notices(snapshot)

    def _timeline(self, line: _Timeline, entries: list[dict[str, Any]]) -> Iterator[Quote | Notice]:
        """The quotes of one model's tier: each entry holds until the next one starts."""
        starts = [_start(entry) for entry in entries]
        for index, entry in enumerate(entries):
            rates, since = entry["rates"], starts[index]
            if "recorded" in entry:
                text = "as recorded before a correction"
                yield _notice(NoticeKind.SKIPPED, line.model, f"{line.place}/{index}/recorded", text)
            until = next((later for later in starts[index + 1 :] if later is not None), None)
            place = f"{line.place}/{index}/rates"
            if rates is None:
                if since is not None:
                    text = "no longer offered"
                    yield replace(_notice(NoticeKind.DEPRECATED, line.model, place, text), effective_at=since)
                continue
            for key in sorted(set(rates) - _KNOWN):
                yield _notice(NoticeKind.ISSUE, line.model, place, f"the rate {key} is unknown")
            if rates["valid_from_basis"] not in _BASES:
                text = f"the basis {rates['valid_from_basis']!r} is unknown"
                yield _notice(NoticeKind.ISSUE, line.model, place, text)
                continue
            begun = since or parse_instant(rates["valid_from"])
            if until is not None and until <= begun:
                yield _notice(NoticeKind.SKIPPED, line.model, place, "corrected at the instant of its start")
                continue
            yield from self._rates(line, rates, place, Change(begun, until, _BASES[rates["valid_from_basis"]]))

    def _rates(self, line: _Timeline, rates: dict[str, Any], place: str, change: Change) -> Iterator[Quote]:
        seller = seller_name(line.provider)
        alias = rates.get("model")
        for part in hours_of(change, line.model, line.schedules):
            template = Quote(
                source=self.name,
                seller=seller,
                served_by=seller,
                market="international",
                label=line.model,
                alias_of=alias if alias != line.model else None,
                meter=Meter.INPUT,
                amount=Decimal(0),
                currency="USD",
                per=1_000_000,
                where="",
                conditions=Conditions(
                    tier=line.tier, thinking=line.thinking, window=part.window, as_published=part.words
                ),
                effective_at=part.since,
                effective_basis=part.basis,
            )
            for key, meter in _METERS.items():
                for where, amount, low, high in _bands(rates, key, place):
                    band = replace(template.conditions, context_min=low, context_max=high)
                    factored = Decimal(amount) * part.factor
                    yield replace(template, meter=meter, amount=factored, conditions=band, where=where)


def _start(entry: dict[str, Any]) -> datetime | None:
    """Since when an entry holds: the later of its start and its evidence; None before all evidence."""
    start = None if entry["start"] is None else parse_instant(entry["start"])
    if entry["rates"] is None:
        return start
    valid = parse_instant(entry["rates"]["valid_from"])
    return valid if start is None else max(start, valid)


def _bands(rates: dict[str, Any], key: str, place: str) -> Iterator[tuple[str, Decimal | int, int | None, int | None]]:
    """(place, amount, lower and upper bound of the prompt as printed) of one meter; tiers hold above a length."""
    tiers = [(index, tier) for index, tier in enumerate(rates.get("tiers", [])) if key in tier]
    above = [tier["above"] for _, tier in tiers]
    if key in rates:
        yield f"json:{place}/{key}", rates[key], None, above[0] if above else None
    for position, (index, tier) in enumerate(tiers):
        high = above[position + 1] if position + 1 < len(above) else None
        yield f"json:{place}/tiers/{index}/{key}", tier[key], above[position], high


def _other_notices(snapshot: dict[str, Any]) -> Iterator[Notice]:
    for provider, states in snapshot["status"].items():
        for model, state in states.items():
            kind = NoticeKind.DEPRECATED if state in _STATUS else NoticeKind.ISSUE
            yield _notice(kind, model, f"/status/{pointer_token(provider)}/{pointer_token(model)}", state)
    for provider, names in snapshot["bases"].items():
        for model, base in names.items():
            place = f"/bases/{pointer_token(provider)}/{pointer_token(model)}"
            yield replace(_notice(NoticeKind.ALIAS, model, place, f"priced as {base}"), alias_of=base)
    for index, schedule in enumerate(snapshot["schedules"]["schedule"]):
        place = f"/schedules/schedule/{index}"
        text = " ".join(schedule["note"].split())
        notice = _notice(NoticeKind.ANNOUNCEMENT, schedule["provider"], place, text)
        yield replace(notice, effective_at=parse_instant(schedule["valid_from"]))
    for index, plan in enumerate(snapshot["plans"]):
        yield _notice(NoticeKind.NOT_COMPARABLE, plan["name"], f"/plans/{index}", "a subscription")
    for index, guess in enumerate(snapshot["estimates"]):
        yield _notice(NoticeKind.NOT_COMPARABLE, guess["model"], f"/estimates/{index}", guess["reason"])


def _notice(kind: NoticeKind, label: str, place: str, text: str) -> Notice:
    issue = IssueKind.DOCUMENT_SHAPE if kind is NoticeKind.ISSUE else None
    return Notice(notice=kind, label=label, where=f"json:{place}", text=text, issue_kind=issue)
