"""When a model version can have been priced: release days, and where a floating name pointed.

Enters the curated tables; answers for one instant. A date stamp in a name is its earliest day: what bears it cannot
have been sold before.
"""

import re
from datetime import UTC, datetime
from typing import Protocol

import pandas as pd

from pipeline.normalise.codes import first_rows, row_codes
from pipeline.normalise.identity import Refused

_LABEL = ("source", "seller", "label", "alias_of")
_STAMP = re.compile(r"(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")


class Dated(Protocol):
    """The tables that say when (pipeline.reference.load.Reference)."""

    @property
    def aliases(self) -> pd.DataFrame: ...
    @property
    def models(self) -> pd.DataFrame: ...


class Releases:
    """Release days and alias intervals, indexed."""

    def __init__(self, reference: Dated) -> None:
        known = reference.models.dropna(subset="released")
        self._released = dict(zip(known["model_version"], known["released"], strict=True))
        self._aliases: dict[str, list[tuple[pd.Timestamp, pd.Timestamp | None, str]]] = {}
        since = reference.aliases.assign(version=reference.aliases["maker"] + "/" + reference.aliases["alias"])
        self._named_since = since.groupby("version")["since"].min().to_dict()
        for row in reference.aliases.dropna(subset="slug").to_dict("records"):
            until = None if pd.isna(row["until"]) else row["until"]
            interval = (row["since"], until, f"{row['maker']}/{row['slug']}")
            self._aliases.setdefault(f"{row['maker']}/{row['alias']}", []).append(interval)

    def __repr__(self) -> str:
        """All that is known: two of one text answer alike."""
        return f"Releases({self._released!r}, {self._named_since!r}, {self._aliases!r})"

    def pointed_to(self, version: str, instant: datetime) -> str | None:
        """The version behind a floating name at that instant; None where that is not known."""
        at = _naive(instant)
        for since, until, target in self._aliases.get(version, []):
            if since <= at and (until is None or at < until):
                return target
        return None

    def before_release(self, version: str, instant: datetime) -> bool:
        """Whether the version was not out yet.

        By the reviewed release day, else the first day of a name that floats, else the date in the name itself.
        """
        released = self._released.get(version, self._named_since.get(version, _stamped(version)))
        return released is not None and _naive(instant) < released


def refuse_before_release(
    resolved: pd.DataFrame, quotes: pd.DataFrame, captures: pd.DataFrame, releases: Releases
) -> pd.DataFrame:
    """`resolved`, without the matches of labels that one source priced before the version was out.

    The label cannot have meant that version then, so it is refused whole as `before_release`; what a person reviewed
    stands. `quotes` and `captures` are those of the source.
    """
    if resolved.empty or quotes.empty:
        return resolved
    seen = captures.groupby("payload_sha256")["public_at"].min()
    payload = quotes["payload_sha256"].astype("category")
    by_payload = payload.cat.categories.to_series().map(seen)
    instants = pd.Series(by_payload.to_numpy()[payload.cat.codes], index=quotes.index)
    instants = quotes["observed_at"].fillna(instants)
    codes = row_codes(quotes, _LABEL)
    labels = quotes[list(_LABEL)].iloc[first_rows(codes)].astype("str")
    labels = labels.assign(first=instants.groupby(codes).min().to_numpy())
    rows = resolved.merge(labels, on=list(_LABEL), how="left")
    early = [
        rule != "reviewed" and not pd.isna(version) and not pd.isna(first) and releases.before_release(version, first)
        for version, rule, first in zip(rows["model_version"], rows["rule"], rows["first"], strict=True)
    ]
    hit = pd.Series(early, index=resolved.index, dtype=bool)
    refused = resolved["refused"].mask(hit, Refused.BEFORE_RELEASE.value)
    return resolved.assign(model_version=resolved["model_version"].mask(hit), refused=refused)


def _stamped(version: str) -> pd.Timestamp | None:
    stamp = _STAMP.search(version)
    try:
        return pd.Timestamp(int(stamp[1]), int(stamp[2]), int(stamp[3])) if stamp else None
    except ValueError:
        return None


def _naive(instant: datetime) -> pd.Timestamp:
    return pd.Timestamp(instant.astimezone(UTC).replace(tzinfo=None))
