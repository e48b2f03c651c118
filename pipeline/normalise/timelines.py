"""Documents that date their prices: several amounts of one price, each with the instant since which it applies.

Of such a document the newest copy decides, for a catalogue corrects its own past. A dated entry restates all that the
source says of a label in one tier: an entry's price is a spell from its instant to the second before the label's next
entry, and one that the next entry leaves out is withdrawn there. What an undated entry before the first dated one says
began at an unknown time: it is a spell of one instant, the second before the first dated one, and only where no earlier
look is known. Looks of older copies keep what they stated before the first dated entry.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.normalise.codes import Codes
from pipeline.normalise.looks import Looks
from pipeline.normalise.statements import UNKNOWN, Instants, Statements

_SECOND = np.timedelta64(1, "s")
FOUND = {
    "row": "int64",
    "key": "int64",
    "nano": "int64",
    "first_seen": "datetime64[us]",
    "last_seen": "datetime64[us]",
    "not_before": "datetime64[us]",
    "not_after": "datetime64[us]",
    "ended": "object",
    "captures": "int64",
    "public_at": "datetime64[us]",
    "recorded_at": "datetime64[us]",
    "first_payload": "object",
    "last_payload": "object",
}
"""The columns of a spell before the texts of its first quote (`row`) are joined; instants are UTC."""


def no_spells() -> pd.DataFrame:
    """No rows, the columns FOUND."""
    return pd.DataFrame({name: [] for name in FOUND}).astype(FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timelines:
    """Spells of dated entries (columns FOUND), and per price key the instant from which the timeline decides."""

    spells: pd.DataFrame
    since: "pd.Series[pd.Timestamp]"

    def until(self, keys: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Instants:
        """Per key the instant up to which looks decide; NaT where no timeline takes over."""
        return self.since.reindex(keys).to_numpy(dtype="datetime64[us]")


def timelines(said: Statements, looked: Looks, entry: Codes) -> Timelines:
    """The timelines in the newest copies: prices with two or more entries in force, and the dated ones beside them.

    `entry` is a code per row of quotes: rows of one label in one tier, which one entry of a document states together.
    """
    stated = _stated(said, looked, entry)
    newest = stated[stated["position"] == stated.groupby("key")["position"].transform("max")]
    begun = newest["effective"].isna() | (newest["effective"] <= newest["seen"])
    in_force = newest[begun]
    several = in_force.groupby("key")["statement"].transform("size") > 1
    documents = in_force.loc[several, "document"].unique()
    dated = in_force["effective"].notna() & in_force["document"].isin(documents)
    entries = in_force[several | dated].sort_values(["key", "effective"], na_position="first", kind="stable")
    if entries.empty:
        return Timelines(spells=no_spells(), since=entries.set_index("key")["effective"])
    entries = _steps(_ending(entries, in_force))
    since = entries[entries["effective"].notna()].groupby("key")["effective"].min()
    return Timelines(spells=_spells(entries, stated, since, looked), since=since)


def _ending(entries: pd.DataFrame, in_force: pd.DataFrame) -> pd.DataFrame:
    """The entries with `until`, the instant of the label's next entry; of an undated one, that of its own price."""
    place = ["sheet", "entry", "effective"]
    instants = in_force.loc[in_force["effective"].notna(), place].drop_duplicates().sort_values(place, kind="stable")
    instants["until"] = instants.groupby(["sheet", "entry"])["effective"].shift(-1)
    table = entries.merge(instants, on=place, how="left", validate="many_to_one")
    own = table.groupby("key")["effective"].shift(-1)
    return table.assign(until=table["until"].where(table["effective"].notna(), own))


def _stated(said: Statements, looked: Looks, entry: Codes) -> pd.DataFrame:
    """The statements of every price that any sheet dates, with the last and first look at their sheet.

    `position` orders looks by public time, so that the newest copy is the one with the highest.
    """
    keys = np.unique(said.key[~np.isnat(said.effective)])
    rows = np.isin(said.key, keys).nonzero()[0]
    by_time = pd.DataFrame({"look": np.argsort(looked.instant, kind="stable")})
    by_time["sheet"] = looked.sheet[by_time["look"]]
    last = by_time.reset_index(names="position").drop_duplicates("sheet", keep="last").set_index("sheet")
    first = by_time.drop_duplicates("sheet").set_index("sheet")["look"]
    sheets = said.sheet[rows]
    look = last["look"].reindex(sheets).to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "statement": rows,
            "key": said.key[rows],
            "row": said.row[rows],
            "entry": entry[said.row[rows]],
            "nano": said.nano[rows],
            "effective": said.effective[rows],
            "sheet": sheets,
            "look": look,
            "position": last["position"].reindex(sheets).to_numpy(dtype=np.int64),
            "document": looked.document[look],
            "seen": looked.instant[look],
            "first_at": looked.instant[first.reindex(sheets).to_numpy(dtype=np.int64)],
            "recorded": looked.recorded_at[first.reindex(sheets).to_numpy(dtype=np.int64)],
        }
    )


def _steps(entries: pd.DataFrame) -> pd.DataFrame:
    """The entries without those that repeat the amount before; an undated one that the first dated repeats goes."""
    by_key = entries.groupby("key")
    undated = entries["effective"].isna()
    follows = entries["effective"] == by_key["until"].shift()
    repeated = (
        follows & (entries["nano"] == by_key["nano"].shift()) & ~undated.groupby(entries["key"]).shift(fill_value=False)
    )
    number = (~repeated).cumsum()
    ends = entries["until"].groupby(number).tail(1)
    joined = entries.assign(until=number.map(ends.set_axis(number.loc[ends.index])))
    return joined[~repeated & ~(undated & (entries["nano"] == by_key["nano"].shift(-1)))]


def _spells(
    entries: pd.DataFrame, stated: pd.DataFrame, since: "pd.Series[pd.Timestamp]", looked: Looks
) -> pd.DataFrame:
    start = entries["key"].map(since)
    begun = stated["effective"].isna() | (stated["effective"] <= stated["first_at"])
    earlier = stated.loc[begun & (stated["first_at"] < stated["key"].map(since)), "key"].unique()
    entries = entries[entries["effective"].notna() | ~entries["key"].isin(earlier)].copy()
    following = entries["until"]
    ending = following.notna()
    next_nano = entries.groupby("key")["nano"].shift(-1)
    restated = entries.groupby("key")["effective"].shift(-1) == following
    look = entries["look"].to_numpy(dtype=np.int64)
    newest = looked.last[look]
    next_at = looked.instant[np.minimum(look + 1, len(looked.instant) - 1)]
    amount = ["key", "effective", "nano"]
    earliest = stated.groupby(amount, dropna=False)[["first_at", "recorded"]].min().add_suffix("_earliest")
    known = entries.join(earliest, on=amount, validate="many_to_one")
    first_seen = entries["effective"].fillna(start - _SECOND)
    last_seen = (following - _SECOND).fillna(entries["seen"])
    last_seen = last_seen.where(last_seen > first_seen, first_seen)
    inside = np.where(restated, np.where(next_nano == UNKNOWN, "gap", "changed"), "withdrawn")
    ended = np.where(ending, inside, np.where(newest, "open", "withdrawn"))
    found = pd.DataFrame(
        {
            "row": entries["row"],
            "key": entries["key"],
            "nano": entries["nano"],
            "first_seen": first_seen,
            "last_seen": last_seen,
            "not_before": last_seen.groupby(entries["key"]).shift(),
            "not_after": following.where(ending, pd.Series(next_at, index=entries.index).where(~newest)),
            "ended": ended,
            "captures": entries["sheet"].map(pd.Series(looked.sheet).value_counts()),
            "public_at": first_seen.where(first_seen > known["first_at_earliest"], known["first_at_earliest"]),
            "recorded_at": known["recorded_earliest"],
            "first_payload": looked.payload[look],
            "last_payload": looked.payload[look],
        }
    )
    return found[found["nano"] != UNKNOWN].astype(FOUND).reset_index(drop=True)
