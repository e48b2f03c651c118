"""Who serves how many tokens through a channel: shares by maker and by model version.

Enters the frame `volumes`; leaves the frame `market_shares`. One channel is no market: the share says what went through
it. Tokens of labels that nobody matched are a row of their own, so that the shares add up.
"""

import pandas as pd

from pipeline import frames

UNMATCHED = "unmatched"
_SUM = ["source", "seller", "last_day", "days"]


def market_shares(volumes: pd.DataFrame) -> pd.DataFrame:
    """One row per channel, sum of days and maker or model version: tokens (prompt and completion), share, paid_share.

    `paid_share` leaves out what was served free of charge. A document that states other sums of days beside its newest
    one repeats old rows: only its newest sum counts, and of two documents of one sum the first.
    """
    if volumes.empty:
        return frames.empty("market_shares")
    newest = volumes.groupby(["source", "seller", "payload_sha256"], observed=True)["last_day"].transform("max")
    rows = volumes[volumes["last_day"].eq(newest)]
    rows = rows[rows["payload_sha256"].eq(rows.groupby(_SUM, observed=True)["payload_sha256"].transform("first"))]
    version = rows["model_version"].astype("object").where(rows["model_version"].notna(), UNMATCHED)
    rows = rows.assign(
        model_version=version,
        maker=version.str.partition("/")[0],
        tokens=rows["prompt_tokens"] + rows["completion_tokens"],
    )
    rows = rows.assign(paid=rows["tokens"].where(rows["tier"].ne("free"), 0))
    parts = [_shares(rows, by) for by in ("maker", "model_version")]
    return frames.coerce(pd.concat(parts, ignore_index=True), "market_shares")


def _shares(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    sums = rows.groupby([*_SUM, by], observed=True)[["tokens", "paid"]].sum()
    whole = sums.groupby(_SUM, observed=True).transform("sum")
    found = sums.assign(
        share=sums["tokens"] / whole["tokens"], paid_share=sums["paid"] / whole["paid"].where(whole["paid"] > 0)
    )
    return found.reset_index().rename(columns={by: "name"}).assign(by=by).drop(columns="paid")
