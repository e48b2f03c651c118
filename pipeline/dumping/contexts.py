"""The context window and precision a host served a model with, as far as a document says so (METHODS 6, same weights).

Enters the frame `readings`; leaves tokens, or a precision, by host and model version as public on a day. Of one host's
endpoints the smallest window of the newest look counts: a shorter one is cheaper to serve, and that speaks against the
flag. A precision counts where all endpoints of that look state the same one: which of two is priced is not known.
"""

from datetime import date

import pandas as pd

from pipeline.domain.reading import Metric
from pipeline.dumping.hosts import Contexts, Precisions

_HOST = ["served_by", "model_version"]


def contexts_on(readings: pd.DataFrame, day: date) -> Contexts:
    """Context window in tokens by (host, model version), of what was observed up to the end of `day` (UTC)."""
    newest = _newest(readings, day)
    smallest = newest.groupby(_HOST, observed=True, as_index=False)["value"].min()
    return {
        (str(host), str(model)): int(tokens)
        for host, model, tokens in smallest[[*_HOST, "value"]].itertuples(index=False)
    }


def precisions_on(readings: pd.DataFrame, day: date) -> Precisions:
    """Precision by (host, model version) where every endpoint of the newest look up to `day` states the same."""
    newest = _newest(readings, day)
    stated = newest.assign(precision=newest["precision"].astype("object").where(newest["precision"].notna(), ""))
    found: dict[tuple[str, str], set[str]] = {}
    for host, model, precision in stated[[*_HOST, "precision"]].itertuples(index=False):
        found.setdefault((str(host), str(model)), set()).add(str(precision))
    return {key: one for key, several in found.items() if len(several) == 1 and (one := next(iter(several)))}


def _newest(readings: pd.DataFrame, day: date) -> pd.DataFrame:
    """The rows of each host's newest look at a model."""
    until = pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=1)
    stated = readings["metric"].eq(Metric.CONTEXT_WINDOW.value) & readings["model_version"].notna()
    rows = readings[stated & (readings["observed_at"] < until)]
    return rows[rows["observed_at"].eq(rows.groupby(_HOST, observed=True)["observed_at"].transform("max"))]
