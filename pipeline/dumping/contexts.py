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

_READ = ["served_by", "model_version", "observed_at", "value", "precision"]
Endpoint = tuple[float, str | None]


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
    stated = {key: {precision for _, precision in endpoints} for key, endpoints in newest.items()}
    return Served(
        contexts={key: int(min(tokens for tokens, _ in endpoints)) for key, endpoints in newest.items()},
        precisions={key: one for key, (one, *others) in stated.items() if one and not others},
    )


def _newest(readings: pd.DataFrame, day: date) -> dict[tuple[str, str], list[Endpoint]]:
    """Tokens and precision of each endpoint, as each host's newest look at a model had them."""
    until = pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=1)
    rows = readings.loc[readings["metric"].eq(Metric.CONTEXT_WINDOW.value) & readings["observed_at"].lt(until), _READ]
    looked: dict[tuple[str, str], pd.Timestamp] = {}
    found: dict[tuple[str, str], list[Endpoint]] = {}
    # A plain loop: of the few rows of a model, asked of a thousand days, each step of a frame costs more than all.
    for host, model, at, tokens, precision in zip(*(rows[name].tolist() for name in _READ), strict=True):
        key = (str(host), str(model))
        if pd.isna(model) or (key in looked and at < looked[key]):
            continue
        if key not in looked or at > looked[key]:
            looked[key], found[key] = at, []
        found[key].append((tokens, None if pd.isna(precision) else str(precision)))
    return found
