"""Under which conditions a price holds: tier, time window, context band, thinking, precision, promotion."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipeline.domain.amounts import decimal_text
from pipeline.domain.errors import InvalidValueError
from pipeline.domain.instants import instant_text, utc
from pipeline.domain.vocabulary import Tier

_HOURS = re.compile(r"(?:[01][0-9]|2[0-4]):[0-5][0-9]-(?:[01][0-9]|2[0-4]):[0-5][0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A time-of-week window, its hours as printed with the page's own zone.

    `hours` are `HH:MM-HH:MM` and may wrap midnight; `weekdays` are ISO (1 = Monday). The rest of the week is a window
    that has only the name `off_peak`.
    """

    name: str
    hours: tuple[str, ...] = ()
    tz: str | None = None
    weekdays: tuple[int, ...] = ()
    except_: str | None = None

    def __post_init__(self) -> None:
        for span in self.hours:
            if not _HOURS.fullmatch(span):
                raise InvalidValueError(f"the window {self.name!r} has hours {span!r}, not HH:MM-HH:MM")
        if self.hours and not self.tz:
            raise InvalidValueError(f"the window {self.name!r} has hours without a time zone")
        if any(day not in range(1, 8) for day in self.weekdays):
            raise InvalidValueError(f"the window {self.name!r} has weekdays {self.weekdays}, not 1 to 7")

    def as_json(self) -> dict[str, Any]:
        full = {
            "name": self.name,
            "hours": list(self.hours),
            "tz": self.tz,
            "weekdays": list(self.weekdays),
            "except": self.except_,
        }
        return {key: value for key, value in full.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A public discount as the page states it; `percent` is 75 for "75 % off"."""

    percent: Decimal | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    text: str | None = None

    def as_json(self) -> dict[str, Any]:
        full = {
            "percent": None if self.percent is None else decimal_text(self.percent),
            "starts_at": None if self.starts_at is None else instant_text(self.starts_at),
            "ends_at": None if self.ends_at is None else instant_text(self.ends_at),
            "text": self.text,
        }
        return {key: value for key, value in full.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What must hold for a price. Bounds are prompt (or output) tokens: minimum inclusive, maximum exclusive."""

    tier: Tier = Tier.STANDARD
    window: Window | None = None
    context_min: int | None = None
    context_max: int | None = None
    output_min: int | None = None
    output_max: int | None = None
    cache_ttl: int | None = None
    thinking: bool | None = None
    precision: str | None = None
    promotion: Promotion | None = None
    as_published: str | None = None

    def __post_init__(self) -> None:
        for low, high in ((self.context_min, self.context_max), (self.output_min, self.output_max)):
            if low is not None and high is not None and low >= high:
                raise InvalidValueError(f"the band from {low} to {high} tokens is empty")
        if self.promotion is not None:
            for instant in (self.promotion.starts_at, self.promotion.ends_at):
                if instant is not None:
                    utc(instant)

    def as_json(self) -> dict[str, Any]:
        """The object of DOORS.md; a key that does not apply is absent."""
        full: dict[str, Any] = {
            "tier": self.tier.value,
            "window": None if self.window is None else self.window.as_json(),
            "context_min": self.context_min,
            "context_max": self.context_max,
            "output_min": self.output_min,
            "output_max": self.output_max,
            "cache_ttl": self.cache_ttl,
            "thinking": self.thinking,
            "precision": self.precision,
            "promotion": None if self.promotion is None else self.promotion.as_json(),
            "as_published": self.as_published,
        }
        return {key: value for key, value in full.items() if value is not None}


def canonical_json(value: Any) -> str:
    """Keys sorted, no spaces, UTF-8: the one text of an object, fit for hashing and for comparing."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def conditions_in_words(conditions: str) -> str:
    """Canonical JSON of a listing's conditions as one readable phrase; `standard` where nothing is special."""
    given = json.loads(conditions)
    words = [given["tier"]] if given.get("tier", "standard") != "standard" else []
    if "window" in given:
        window = given["window"]
        hours = f" {', '.join(window['hours'])} {window['tz']}" if window.get("hours") else ""
        words.append(f"{window['name'].replace('_', '-')}{hours}")
    words += _band(given, "context", "prompt")
    words += _band(given, "output", "output")
    if "cache_ttl" in given:
        words.append(f"cache kept {int(given['cache_ttl']) // 60} min")
    if "thinking" in given:
        words.append("thinking" if given["thinking"] else "non-thinking")
    if "precision" in given:
        words.append(str(given["precision"]))
    return "; ".join(words) or "standard"


def _band(given: dict[str, object], name: str, noun: str) -> list[str]:
    low, high = given.get(f"{name}_min"), given.get(f"{name}_max")
    if low is None and high is None:
        return []
    if low is None:
        return [f"{noun} under {high:,} tokens"]
    if high is None:
        return [f"{noun} from {low:,} tokens"]
    return [f"{noun} {low:,} to {high:,} tokens"]
