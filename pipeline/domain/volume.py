"""A volume: tokens that one channel served of one model in one period. It weights a market share, never a price."""

from dataclasses import dataclass
from datetime import date

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.quote import checked_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Prompt and completion tokens of `days` days, the last of them `last_day` (UTC), through `seller`."""

    source: str
    seller: str
    label: str
    tier: str
    prompt_tokens: int
    completion_tokens: int
    requests: int | None
    last_day: date
    days: int
    where: str

    def __post_init__(self) -> None:
        checked_text(self.label, "label")
        if self.prompt_tokens < 0 or self.completion_tokens < 0 or self.days < 1:
            raise InvalidValueError(f"{self.prompt_tokens} and {self.completion_tokens} tokens ({self.where})")
