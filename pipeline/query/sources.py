"""Were we watching? Every source with its last good look, its days, and what needs a person."""

import json
from datetime import timedelta

import pandas as pd

from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import IssueKind, IssueState
from pipeline.normalise import doubted
from pipeline.normalise.speakers import speaks
from pipeline.query.snapshot import Snapshot

FAILED = ("failed_fetch", "failed_parse", "blind")


def health(snapshot: Snapshot) -> pd.DataFrame:
    """One row per source: title, trust, lineage, schedule, last_good_at, health, and the last run's numbers.

    `health` is fresh (a good look within two schedules of the build), late, failing (the last day looked at failed),
    needs_key or never (no good look at all). Late, failing and never come first. `speaks` is who speaks, in a word.
    """
    sources = snapshot["sources"].set_index("source")
    coverage = snapshot["coverage"].sort_values("day")
    good = coverage.dropna(subset="last_good_at").groupby("source", observed=True)["last_good_at"].max()
    looked = coverage[coverage["state"] != "not_due"].drop_duplicates("source", keep="last").set_index("source")
    runs = snapshot["runs"].sort_values("due").drop_duplicates("source", keep="last").set_index("source")
    issues = snapshot["issues"]
    open_issues = issues[issues["state"] == IssueState.OPEN.value].groupby("source", observed=True).size()
    rows = sources.assign(
        last_good_at=good,
        last_state=looked["state"].astype("str"),
        quotes=runs["quotes"],
        verdict=runs["verdict"],
        issues=open_issues,
    )
    rows["speaks"] = speaks(rows)
    rows["issues"] = rows["issues"].fillna(0).astype("int64")
    rows["health"] = [_health(snapshot.built_at, row) for row in rows.to_dict("records")]
    order = {"failing": 0, "late": 1, "needs_key": 2, "never": 3, "fresh": 4}
    return (
        rows.assign(order=rows["health"].map(order))
        .sort_values(["order", "source"])
        .drop(columns="order")
        .reset_index()
    )


def _health(now: pd.Timestamp, row: dict[object, object]) -> str:
    if row["last_state"] == "needs_key":
        return "needs_key"
    if pd.isna(row["last_good_at"]):  # type: ignore[call-overload]
        return "never"
    if row["last_state"] in FAILED:
        return "failing"
    late = now - pd.Timestamp(row["last_good_at"]) > 2 * _interval(str(row["schedule"]))  # type: ignore[arg-type]
    return "late" if late else "fresh"


def _interval(schedule: str) -> timedelta:
    return Schedule.parse(schedule).interval


def days(snapshot: Snapshot, *, last: int) -> pd.DataFrame:
    """Coverage of the last days up to data-to, one column per day and one row per source; missing: not due."""
    end = snapshot.data_to.tz_localize(None).normalize()
    wanted = pd.date_range(end - pd.Timedelta(days=last - 1), end, freq="D", unit="us")
    coverage = snapshot["coverage"]
    recent = coverage[coverage["day"].isin(wanted)].astype({"source": "str", "state": "str"})
    wide = recent.pivot(index="source", columns="day", values="state")  # noqa: PD010  (pivot refuses a day that is there twice)
    rows = sorted(snapshot["sources"]["source"].astype(str))
    return wide.reindex(index=rows, columns=wanted).astype("str").fillna("not_due")


def issues(snapshot: Snapshot, *, source: str | None) -> pd.DataFrame:
    """Open issues, newest first, of one source or of all. What may be a wrong price comes first: an order of meters
    that a seller may well ask, and labels without a version (the page Names has them), are many and stand last."""
    rows = snapshot["issues"]
    rows = rows[rows["state"] == IssueState.OPEN.value]
    rows = rows if source is None else rows[rows["source"] == source]
    late = rows["kind"].astype("str").map({IssueKind.ORDER.value: 1, IssueKind.UNMATCHED_LABEL.value: 2}).fillna(0)
    ordered = rows.assign(late=late).sort_values(["late", "last_seen"], ascending=[True, False], kind="stable")
    return ordered.drop(columns="late")


def titles(snapshot: Snapshot) -> dict[str, str]:
    """Name of a source → its title for people."""
    sources = snapshot["sources"]
    return dict(zip(sources["source"].astype(str), sources["title"].astype(str), strict=True))


def unconfirmed(snapshot: Snapshot) -> set[str]:
    """Sources whose reading was never compared with a real document of theirs."""
    return doubted.unconfirmed(snapshot["sources"])


def sellers(snapshot: Snapshot) -> list[str]:
    return sorted(set(snapshot["listings"]["seller"].astype(str)))


def addresses(row: dict[object, object]) -> list[str]:
    """The addresses that a source's row names."""
    return [str(url) for url in json.loads(str(row["urls"]))]
