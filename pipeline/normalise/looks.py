"""When a source was looked at, and what each look showed: captures and quotes as sequences of sheets.

A *sheet* is a price list as one body states it: the body, or one observed instant inside a body that holds many. A
*look* is a sheet at a public instant. Enters the captures and quotes of one source; reads no clock.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from packaging.version import InvalidVersion, Version

from pipeline.domain.vocabulary import RunKind
from pipeline.normalise.codes import Codes, row_codes

_PACKAGE = re.compile(r"(pkg:[^@#]+)@([^#]+)(#.*)?")
_MEMENTO = re.compile(r"https?://web\.archive\.org/web/\d+(?:[a-z]{2}_)?/")
SHORTEST_ARCHIVE_GAP = timedelta(days=45)
"""Archived copies may lie this far apart, however close most of them are (DESIGN 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Looks of one source, one document after the other, each in order of public time; arrays of one length.

    `allowed`: the longest distance to the next look that is no gap. `gap_after`: the next look of the same document
    comes later than that. `last`: the newest look of its document.
    """

    instant: "npt.NDArray[np.datetime64]"
    recorded_at: "npt.NDArray[np.datetime64]"
    sheet: Codes
    payload: "npt.NDArray[np.object_]"
    document: Codes
    allowed: "npt.NDArray[np.timedelta64]"
    gap_after: "npt.NDArray[np.bool_]"
    last: "npt.NDArray[np.bool_]"


def document(url: str) -> str:
    """The address without what differs between its copies: a package's version, a web archive's instant."""
    package = _PACKAGE.fullmatch(url)
    if package:
        return package[1] + (package[3] or "")
    return _MEMENTO.sub("", url)


def believed(captures: pd.DataFrame) -> pd.DataFrame:
    """The captures by document and public time, without back-ports.

    A release of a package that is older than one published before carries an old price list.
    """
    rows = captures.assign(document=captures["url"].map(document), release=captures["url"].map(_version))
    rows = rows.sort_values(["document", "public_at", "capture"], kind="stable")
    keep, newest = [], dict[str, Version]()
    for place, release in zip(rows["document"], rows["release"], strict=True):
        keep.append(release is None or release >= newest.get(place, release))
        if release is not None:
            newest[place] = max(release, newest.get(place, release))
    return rows[np.array(keep, dtype=bool)].drop(columns="release").reset_index(drop=True)


def _version(url: str) -> Version | None:
    package = _PACKAGE.fullmatch(url)
    try:
        return Version(package[2]) if package else None
    except InvalidVersion:
        return None


def looks(captures: pd.DataFrame, sheets: pd.DataFrame, schedule_gap: timedelta) -> Looks:
    """What was looked at and when; `schedule_gap` is the longest distance of two live looks that is no gap.

    `captures` are `believed`; `sheets` holds the unique (sheet, payload_sha256, observed_at). An observed instant that
    several bodies hold is taken from the newest capture that holds it: a catalogue corrects its own copies.
    """
    known = captures.merge(sheets, on="payload_sha256", how="inner", validate="many_to_many")
    observed = known["observed_at"].notna()
    known["at"] = known["observed_at"].where(observed, known["public_at"])
    known["archived"] = observed | (known["kind"] == RunKind.BACKFILL.value)
    known["recorded_at"] = (
        known["recorded_at"]
        .where(~observed, known.groupby(["document", "at"], sort=False)["recorded_at"].transform("min"))
        .astype("datetime64[us, UTC]")
    )
    rows = known.sort_values(["document", "at", "public_at", "capture"], kind="stable")
    return _linked(rows.drop_duplicates(["document", "at"], keep="last"), schedule_gap)


def _linked(rows: pd.DataFrame, schedule_gap: timedelta) -> Looks:
    place = pd.factorize(rows["document"])[0].astype(np.int64)
    at = rows["at"].to_numpy(dtype="datetime64[us]")
    archived = rows["archived"].to_numpy(dtype=bool)
    follows = np.append(place[1:] == place[:-1], np.zeros(min(1, len(rows)), dtype=bool))
    distance = np.append(np.diff(at), np.zeros(min(1, len(rows)), dtype="timedelta64[us]"))
    copies = follows & (archived | np.append(archived[1:], np.zeros(min(1, len(rows)), dtype=bool)))
    median = pd.Series(distance[copies].astype(np.int64)).groupby(place[copies]).median()
    twice = pd.Series(place).map(2 * median).fillna(0).to_numpy().astype(np.int64).astype("timedelta64[us]")
    between_copies = np.maximum(twice, np.timedelta64(SHORTEST_ARCHIVE_GAP, "us"))
    allowed = np.where(archived | copies, between_copies, np.timedelta64(schedule_gap, "us"))
    allowed = np.where(follows & _same_release(rows), np.maximum(allowed, distance), allowed)
    return Looks(
        instant=at,
        recorded_at=rows["recorded_at"].to_numpy(dtype="datetime64[us]"),
        sheet=rows["sheet"].to_numpy(dtype=np.int64),
        payload=rows["payload_sha256"].to_numpy(dtype=object),
        document=place,
        allowed=allowed,
        gap_after=follows & (distance > allowed),
        last=~follows,
    )


def _same_release(rows: pd.DataFrame) -> "npt.NDArray[np.bool_]":
    """Whether the next look finds the same release of a package still the newest: it was in force all the while."""
    url = rows["url"].astype("str").to_numpy(dtype=object)
    released = rows["url"].map(lambda address: _PACKAGE.fullmatch(str(address)) is not None).to_numpy(dtype=bool)
    whole = released & rows["observed_at"].isna().to_numpy(dtype=bool)
    return np.append((url[1:] == url[:-1]) & whole[1:] & whole[:-1], np.zeros(min(1, len(rows)), dtype=bool))


def sheet_codes(quotes: pd.DataFrame) -> tuple[Codes, pd.DataFrame]:
    """One code per quote for its sheet, and the unique (sheet, payload_sha256, observed_at)."""
    codes = row_codes(quotes, ["payload_sha256", "observed_at"])
    first = pd.Series(codes).drop_duplicates().index
    sheets = quotes[["payload_sha256", "observed_at"]].iloc[first].astype({"payload_sha256": "str"})
    return codes, sheets.assign(sheet=codes[first]).reset_index(drop=True)
