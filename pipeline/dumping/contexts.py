"""The context window and precision a host served a model with, as far as a document says so (METHODS 6, same weights).

Enters the frame `readings`; leaves tokens, or a precision, by host and model version as public on a day. Of one host's
endpoints the smallest window of the newest look counts: a shorter one is cheaper to serve, and that speaks against the
flag. A precision counts where all endpoints of that look state the same one: which of two is priced is not known.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.domain.reading import Metric
from pipeline.dumping.hosts import Contexts, Precisions

_HOST = ["served_by", "model_version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Context windows in tokens and precisions by (host, model version), of what was observed up to the end of a day.

    A precision is one that every endpoint of the host's newest look states.
    """

    contexts: Contexts
    precisions: Precisions


def served_on(readings: pd.DataFrame, day: date) -> Served:
    """How each host served each model of `readings` by the end of `day` (UTC)."""
    newest = _newest(readings, day)
    return Served(contexts=_contexts(newest), precisions=_precisions(newest))


def _contexts(newest: pd.DataFrame) -> Contexts:
    smallest = newest.groupby(_HOST, observed=True, as_index=False)["value"].min()
    return {
        (str(host), str(model)): int(tokens)
        for host, model, tokens in smallest[[*_HOST, "value"]].itertuples(index=False)
    }


def _precisions(newest: pd.DataFrame) -> Precisions:
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
