"""The user's own blend: shares of input, cached input and output tokens, as `input:cached:output`."""

import re
from dataclasses import dataclass

import pandas as pd

from pipeline.domain.errors import InvalidValueError
from pipeline.normalise.blends import b31

_MIX = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?):([0-9]{1,6}(?:\.[0-9]{1,3})?):([0-9]{1,6}(?:\.[0-9]{1,3})?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Weights of the three meters; at least one is above zero."""

    input: float
    cached_input: float
    output: float

    @classmethod
    def parse(cls, text: str) -> "Mix":
        """Read `2:7:1`; anything else raises InvalidValueError."""
        found = _MIX.fullmatch(text.strip())
        if found is None:
            raise InvalidValueError(f"{text!r} is no mix: write input:cached:output, such as 2:7:1")
        mix = cls(input=float(found[1]), cached_input=float(found[2]), output=float(found[3]))
        if mix.input + mix.cached_input + mix.output == 0:
            raise InvalidValueError("a mix of nothing has no price")
        return mix

    def __str__(self) -> str:
        return ":".join(f"{weight:g}" for weight in (self.input, self.cached_input, self.output))

    def published(self, prices: pd.DataFrame) -> pd.Series:
        """Of `input`, `cached_input` and `output` in one currency per million tokens, same out.

        No cached price: cached = input, as in B721. NaN where a meter with a weight has no price.
        """
        cached = prices["cached_input"].fillna(prices["input"])
        total = self.input + self.cached_input + self.output
        parts = [
            weight * price
            for weight, price in (
                (self.input, prices["input"]),
                (self.cached_input, cached),
                (self.output, prices["output"]),
            )
            if weight > 0
        ]
        return sum(parts[1:], parts[0]) / total

    def usd(self, blends: pd.DataFrame) -> pd.Series:
        """USD per million tokens of rows of the frame "blends", at the rate that their own B31 was made with.

        As `published`; NaN also where no rate is known.
        """
        return self.published(blends) * _usd_per_unit(blends)


def _usd_per_unit(blends: pd.DataFrame) -> pd.Series:
    """The rate inside `b31_usd`; 1 for dollars, also where B31 cannot be computed."""
    own = b31(blends["input"], blends["output"])
    return (blends["b31_usd"] / own.where(own > 0)).where(blends["currency"] != "USD", 1.0)
