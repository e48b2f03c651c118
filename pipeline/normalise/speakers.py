"""Who speaks in a source, in a word for readers. Enters the frame `sources`."""

import pandas as pd

from pipeline.domain.vocabulary import SourceKind, Trust


def speaks(sources: pd.DataFrame) -> "pd.Series[str]":
    """Who speaks, in a word: seller, archive, aggregator or copy; who measures or sets a figure at first hand sells no
    tokens and is called `first hand`."""
    sold = sources["kind"].isin([SourceKind.PRICES.value, SourceKind.NOTICES.value])
    trust = sources["trust"].astype("str")
    return trust.where(sold | (trust != Trust.SELLER.value), "first hand")
