"""Who speaks in a source, in a word for readers. Enters the frame `sources`."""

import pandas as pd

from pipeline.domain.vocabulary import SourceKind, Trust

_SOLD = (SourceKind.PRICES.value, SourceKind.NOTICES.value)


def speaker(kind: str, trust: str) -> str:
    """Who speaks, in a word: seller, archive, aggregator or copy; who measures or sets a figure at first hand sells no
    tokens and is called `first hand`."""
    return "first hand" if trust == Trust.SELLER.value and kind not in _SOLD else trust


def speaks(sources: pd.DataFrame) -> "pd.Series[str]":
    """Who speaks in each source, in the words of `speaker`."""
    pairs = zip(sources["kind"].astype("str"), sources["trust"].astype("str"), strict=True)
    return pd.Series([speaker(kind, trust) for kind, trust in pairs], index=sources.index, dtype="str")
