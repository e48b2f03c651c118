"""What LiteLLM's price keys mean: a base (`input_cost_per_token`) and suffixes (`_above_272k_tokens`, `_batches`)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.domain.vocabulary import Meter, PerUnit, Tier

_BASES: dict[str, tuple[Meter, int, PerUnit]] = {
    "input_cost_per_token": (Meter.INPUT, 1, PerUnit.TOKEN),
    "output_cost_per_token": (Meter.OUTPUT, 1, PerUnit.TOKEN),
    "cache_read_input_token_cost": (Meter.CACHED_INPUT, 1, PerUnit.TOKEN),
    "input_cost_per_token_cache_hit": (Meter.CACHED_INPUT, 1, PerUnit.TOKEN),
    "cache_creation_input_token_cost": (Meter.CACHE_WRITE, 1, PerUnit.TOKEN),
    "output_cost_per_reasoning_token": (Meter.REASONING_OUTPUT, 1, PerUnit.TOKEN),
    "input_cost_per_audio_token": (Meter.AUDIO_INPUT, 1, PerUnit.TOKEN),
    "output_cost_per_audio_token": (Meter.AUDIO_OUTPUT, 1, PerUnit.TOKEN),
    "cache_read_input_audio_token_cost": (Meter.CACHED_AUDIO_INPUT, 1, PerUnit.TOKEN),
    "cache_read_input_token_cost_per_audio_token": (Meter.CACHED_AUDIO_INPUT, 1, PerUnit.TOKEN),
    "input_cost_per_image_token": (Meter.IMAGE_INPUT, 1, PerUnit.TOKEN),
    "output_cost_per_image_token": (Meter.IMAGE_OUTPUT, 1, PerUnit.TOKEN),
    "input_cost_per_video_token": (Meter.VIDEO_INPUT, 1, PerUnit.TOKEN),
    "input_cost_per_character": (Meter.INPUT, 1, PerUnit.CHARACTER),
    "output_cost_per_character": (Meter.OUTPUT, 1, PerUnit.CHARACTER),
    "input_cost_per_request": (Meter.REQUEST, 1, PerUnit.REQUEST),
    "input_cost_per_query": (Meter.REQUEST, 1, PerUnit.REQUEST),
    "input_cost_per_image": (Meter.IMAGE_INPUT, 1, PerUnit.IMAGE),
    "output_cost_per_image": (Meter.IMAGE_OUTPUT, 1, PerUnit.IMAGE),
    "input_cost_per_second": (Meter.INPUT, 1, PerUnit.SECOND),
    "output_cost_per_second": (Meter.OUTPUT, 1, PerUnit.SECOND),
    "input_cost_per_audio_per_second": (Meter.AUDIO_INPUT, 1, PerUnit.SECOND),
    "input_cost_per_video_per_second": (Meter.VIDEO_INPUT, 1, PerUnit.SECOND),
}
_TIERS = {
    "batches": Tier.BATCH,
    "batch_requests": Tier.BATCH,
    "flex": Tier.FLEX,
    "priority": Tier.PRIORITY,
    "ultrafast": Tier.FAST,
}
_NOT_COMPARABLE = re.compile(
    r"annotation_cost_per_page.*|ocr_cost_per_.*|citation_cost_per_token|code_interpreter_cost_per_session|computer_use_.*"
    r"|cost_per_second|file_search_cost_.*|vector_store_cost_.*|google_maps_grounding_.*|guardrail_cost_per_unit"
    r"|search_context_cost_per_query|input_cost_per_text_message|output_cost_per_image_.*|output_cost_per_second_.*"
    r"|(in|out)put_cost_per_pixel|(in|out)put_dbu?_cost_per_token|output_cost_per_video_(per_second|token)"
    r"|input_cost_per_video_per_second_above_.*_interval|cache_creation_input_audio_token_cost|cache_read_input_image_token_cost"
    r"|explicit_cache_read_input_token_cost|.*_(balanced|decisions)|.*_dbu_cost_.*"
)
_ABOVE_TOKENS = re.compile(r"_above_([0-9]+)k_tokens")
_ABOVE_HOURS = re.compile(r"_above_([0-9]+)hr")
PRICE_LIKE = re.compile(r"cost|price|pricing")


@dataclass(frozen=True, slots=True)
class PriceKey:
    """What a price key means; `above` is a context bound in tokens."""

    meter: Meter
    per: int
    per_unit: PerUnit
    tier: Tier
    above: int | None
    cache_ttl: int | None


@lru_cache(maxsize=4096)
def price_key(name: str) -> PriceKey | None:
    """The meaning of a key, None where it is deliberately not used; an unknown one raises KeyError."""
    if _NOT_COMPARABLE.fullmatch(name):
        return None
    tokens, hours = _ABOVE_TOKENS.search(name), _ABOVE_HOURS.search(name)
    rest = _ABOVE_HOURS.sub("", _ABOVE_TOKENS.sub("", name))
    tier = Tier.STANDARD
    for suffix, named in _TIERS.items():
        if rest.endswith(f"_{suffix}"):
            rest, tier = rest.removesuffix(f"_{suffix}"), named
    meter, per, per_unit = _BASES[rest]
    return PriceKey(
        meter=meter,
        per=per,
        per_unit=per_unit,
        tier=tier,
        above=int(tokens[1]) * 1000 if tokens else None,
        cache_ttl=int(hours[1]) * 3600 if hours else None,
    )
