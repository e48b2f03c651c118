"""What a page's prose says about tax in its prices."""

import re
from collections.abc import Iterable

from pipeline.domain.vocabulary import VatIncluded

_WITHOUT = re.compile(
    r"(?:exclud\w+|exclusive of|do(?:es)? not include|before)\b[^.]{0,60}\btax(?:es)?\b|不含(?:增值)?税", re.IGNORECASE
)
_WITH = re.compile(r"(?:includ\w+|inclusive of)\b[^.]{0,60}\b(?:tax(?:es)?|VAT)\b|(?<!不)含(?:增值)?税", re.IGNORECASE)


def vat_stated(prose: Iterable[str]) -> VatIncluded:
    """`no` or `yes` where the prose says so, else `unknown`: a currency says nothing about tax."""
    text = "\n".join(prose)
    if _WITHOUT.search(text):
        return VatIncluded.NO
    return VatIncluded.YES if _WITH.search(text) else VatIncluded.UNKNOWN
