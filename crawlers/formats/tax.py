"""What a page's prose says about tax in its prices."""

import re
from collections.abc import Iterable

from pipeline.domain.vocabulary import VatIncluded

_NOT = r"(?:\b(?:not|never|without|cannot)|n['’]t)"  # as in "don’t include"
_WITHOUT = re.compile(
    rf"(?:\b(?:exclud\w+|exclusive of|before|without|net of|plus)|{_NOT} includ\w+)\b[^.]{{0,60}}\b(?:tax(?:es)?|VAT)\b"
    r"|(?:不含|未含|不包含|不包括)(?:增值)?税|未税",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"\b(?:includ\w+|inclusive of)\b[^.]{0,60}\b(?:tax(?:es)?|VAT)\b|(?<![不未])(?:包)?含(?:增值)?税", re.IGNORECASE
)


def vat_stated(prose: Iterable[str]) -> VatIncluded:
    """`no` or `yes` where the prose says so and nothing else, else `unknown`: a currency says nothing about tax."""
    text = "\n".join(prose)
    without = _WITHOUT.search(text) is not None
    including = _WITH.search(_WITHOUT.sub(" ", text)) is not None
    if without == including:  # neither is said, or both: which of the two holds here is not known
        return VatIncluded.UNKNOWN
    return VatIncluded.NO if without else VatIncluded.YES
