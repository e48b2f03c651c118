"""Which context window each host served a model with, as far as a document says so (METHODS 6, same weights).

Enters the frame `readings`; leaves tokens by host and model version as public on a day. Of one host's endpoints the
smallest window of the newest look counts: a shorter one is cheaper to serve, and that speaks against the flag.
"""

from datetime import date

import pandas as pd

from pipeline.domain.reading import Metric
from pipeline.dumping.hosts import Contexts

_HOST = ["served_by", "model_version"]


def contexts_on(readings: pd.DataFrame, day: date) -> Contexts:
    """Context window in tokens by (host, model version), of what was observed up to the end of `day` (UTC)."""
    until = pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=1)
    stated = readings["metric"].eq(Metric.CONTEXT_WINDOW.value) & readings["model_version"].notna()
    rows = readings[stated & (readings["observed_at"] < until)]
    newest = rows[rows["observed_at"].eq(rows.groupby(_HOST, observed=True)["observed_at"].transform("max"))]
    smallest = newest.groupby(_HOST, observed=True, as_index=False)["value"].min()
    return {
        (str(host), str(model)): int(tokens)
        for host, model, tokens in smallest[[*_HOST, "value"]].itertuples(index=False)
    }
