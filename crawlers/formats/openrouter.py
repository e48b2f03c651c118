"""OpenRouter's `pricing` objects: decimal texts in US dollars per unit, conditional overrides, a discount.

Its own reference says: the amounts are after `discount`; an override holds above `min_prompt_tokens` (strictly), or
inside `[utc_start, utc_end)`; later overrides win; the top-level amounts are those of the moment of the answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import Any

from crawlers.formats.daily_hours import covers_the_day, hhmm
from pipeline.domain.amounts import parse_decimal
from pipeline.domain.conditions import Promotion, Window
from pipeline.domain.quote import Notice, Quote
from pipeline.domain.vocabulary import IssueKind, Meter, NoticeKind, PerUnit, PriceBasis

METERS = {
    "prompt": (Meter.INPUT, PerUnit.TOKEN),
    "completion": (Meter.OUTPUT, PerUnit.TOKEN),
    "input_cache_read": (Meter.CACHED_INPUT, PerUnit.TOKEN),
    "input_cache_write": (Meter.CACHE_WRITE, PerUnit.TOKEN),
    "input_cache_write_1h": (Meter.CACHE_WRITE, PerUnit.TOKEN),
    "internal_reasoning": (Meter.REASONING_OUTPUT, PerUnit.TOKEN),
    "audio": (Meter.AUDIO_INPUT, PerUnit.TOKEN),
    "input_audio_cache": (Meter.CACHED_AUDIO_INPUT, PerUnit.TOKEN),
    "audio_output": (Meter.AUDIO_OUTPUT, PerUnit.TOKEN),
    "image_token": (Meter.IMAGE_INPUT, PerUnit.TOKEN),
    "web_search": (Meter.WEB_SEARCH, PerUnit.REQUEST),
    "request": (Meter.REQUEST, PerUnit.REQUEST),
}
# Said to be per image, yet often the price of an image token: the unit cannot be read.
_UNIT_UNKNOWN = ("image", "image_output")
_NO_PRICE = ("discount", "overrides")
_CONDITIONS = ("min_prompt_tokens", "utc_start", "utc_end", "utc_days")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EXACT = Context(prec=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One amount of a meter: where it stands and when it applies."""

    place: str
    amount: Decimal
    above: int | None = None
    span: tuple[int, int] | None = None
    days: tuple[int, ...] = ()


def pricing_quotes(template: Quote, pricing: dict[str, Any], place: str) -> Iterator[Quote | Notice]:
    """The quotes of one `pricing` object at the `json:` place; `template` names everything but meter and amount."""
    overrides = pricing.get("overrides", [])
    known = {*METERS, *_UNIT_UNKNOWN, *_NO_PRICE}
    for key in sorted(set(pricing) - known | set().union(*overrides) - known - {*_CONDITIONS}):
        yield _notice(NoticeKind.ISSUE, template.label, f"{place}/{key}", f"the price key {key} is unknown")
    if _amount(pricing["prompt"]) < 0:
        yield _notice(NoticeKind.NOT_COMPARABLE, template.label, place, "the price varies with the route")
        return
    for key in _UNIT_UNKNOWN:
        if key in pricing:
            kind = NoticeKind.NOT_COMPARABLE if _amount(pricing[key]) else NoticeKind.SKIPPED
            yield _notice(
                kind, template.label, f"{place}/{key}", f"{key}: {pricing[key]}, by the image or by the token"
            )
    discount = Decimal(pricing.get("discount", 0))
    for key, (meter, unit) in METERS.items():
        steps = list(_steps(key, pricing, overrides, place))
        if key not in ("prompt", "completion") and not any(step.amount for step in steps):
            for step in steps:
                yield _notice(NoticeKind.SKIPPED, template.label, step.place, f"{key}: 0, not billed apart")
            continue
        if not steps:
            continue
        ttl = 3600 if key == "input_cache_write_1h" else None
        named = replace(
            template, meter=meter, per=1, per_unit=unit, conditions=replace(template.conditions, cache_ttl=ttl)
        )
        for quote in _placed(named, steps):
            yield from _list_and_net(quote, discount)


def _steps(key: str, pricing: dict[str, Any], overrides: list[dict[str, Any]], place: str) -> Iterator[_Step]:
    if key in pricing:
        yield _Step(place=f"{place}/{key}", amount=_amount(pricing[key]))
    for index, override in enumerate(overrides):
        if key in override:
            timed = "utc_start" in override or "utc_end" in override
            yield _Step(
                place=f"{place}/overrides/{index}/{key}",
                amount=_amount(override[key]),
                above=override.get("min_prompt_tokens"),
                span=(override["utc_start"], override["utc_end"]) if timed else None,
                days=tuple(_DAYS.index(day) + 1 for day in override.get("utc_days", ())),
            )


def _placed(template: Quote, steps: list[_Step]) -> Iterator[Quote | Notice]:
    """The quotes of one meter: by prompt length, or by time of the week; both at once are refused."""
    lengths = [step for step in steps if step.above is not None]
    timed = [step for step in steps if step.span or step.days]
    if any(step.above is not None for step in timed):
        raise ValueError(f"{timed[0].place}: an override by prompt length and by time of day")
    if timed:
        yield from _by_time(template, [step for step in steps if step not in timed and step not in lengths], timed)
        return
    base = [step for step in steps if step.above is None]
    if len(base) > 1:
        raise ValueError(f"{base[1].place}: an override without a condition")
    bounds = [0] * len(base) + [int(step.above or 0) for step in lengths]
    if bounds != sorted(set(bounds)):
        raise ValueError(f"{steps[0].place}: prompt lengths out of order")
    for step, low, high in zip([*base, *lengths], bounds, [*bounds[1:], None], strict=True):
        band = replace(template.conditions, context_min=low or None, context_max=high)
        yield replace(template, amount=step.amount, where=step.place, conditions=band)


def _by_time(template: Quote, base: list[_Step], timed: list[_Step]) -> Iterator[Quote | Notice]:
    """One quote per amount and set of days; the base amount is left out where the windows fill every day."""
    groups: dict[tuple[Decimal, tuple[int, ...]], list[_Step]] = {}
    for step in timed:
        groups.setdefault((step.amount, step.days), []).append(step)
    whole = covers_the_day([step.span for step in timed if step.span and not step.days])
    rest = [] if whole else base
    for step in base if whole else []:
        text = f"{template.meter.value}: the amount of the moment, of which the windows speak"
        yield _notice(NoticeKind.SKIPPED, template.label, step.place, text)
    dearest = max(step.amount for step in (*timed, *rest))
    for (amount, days), steps in groups.items():
        spans = [step.span for step in steps if step.span]
        window = Window(
            name="peak" if amount == dearest else "off_peak",
            hours=tuple(f"{hhmm(start)}-{hhmm(end)}" for start, end in spans) or ("00:00-24:00",),
            tz="UTC",
            weekdays=days,
        )
        yield replace(
            template,
            amount=amount,
            where=steps[0].place,
            conditions=replace(template.conditions, window=window),
        )
        for step in steps[1:]:
            text = f"{template.meter.value}: the amount of the window before it"
            yield _notice(NoticeKind.SKIPPED, template.label, step.place, text)
    for step in rest:
        window = Window(name="peak" if step.amount == dearest else "off_peak")
        yield replace(
            template, amount=step.amount, where=step.place, conditions=replace(template.conditions, window=window)
        )


def _list_and_net(net: Quote | Notice, discount: Decimal) -> Iterator[Quote | Notice]:
    """A discounted amount is net; the list price behind it is net ÷ (1 − discount)."""
    if isinstance(net, Notice) or not discount or net.per_unit is not PerUnit.TOKEN:
        yield net
        return
    if not 0 < discount < 1:
        raise ValueError(f"{net.where}: a discount of {discount}")
    before = _EXACT.divide(net.amount, 1 - discount).normalize(_EXACT)
    yield replace(net, amount=before, price_basis=PriceBasis.LIST)
    promotion = Promotion(percent=(discount * 100).normalize(_EXACT), text=f"discount {discount}")
    yield replace(net, price_basis=PriceBasis.NET, conditions=replace(net.conditions, promotion=promotion))


def _amount(text: object) -> Decimal:
    if not isinstance(text, str):
        raise ValueError(f"the amount {text!r} is no text")
    return parse_decimal(text)


def _notice(kind: NoticeKind, label: str, where: str, text: str) -> Notice:
    issue = IssueKind.DOCUMENT_SHAPE if kind is NoticeKind.ISSUE else None
    return Notice(notice=kind, label=label, where=where, text=text, issue_kind=issue)
