"""Price wars: which makers cut within two weeks of another, with lags, and how often chance alone would look so.

Enters the frame `events`; leaves findings. Only sharp cuts of makers themselves whose day is known within a week take
part: a catalogue that records late would make followers of leaders.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.domain.thresholds import Thresholds
from pipeline.events.patterns.calendar import dated
from pipeline.events.patterns.finding import Row, finding, percent

FOLLOWED_WITHIN = 14
FEWEST_MAKERS = 3
DRAWS = 999


def cuts(events: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """One row per maker and day with a sharp cut: the deepest, in order of days."""
    known = dated(events, within=thresholds.same_decision)
    known = known.assign(deep=known[["change_b31", "change_b721"]].min(axis=1))
    sharp = known[known["deep"] * 100 <= -thresholds.sharp_cut_percent]
    sharp = sharp.sort_values(["day", "maker", "deep", "id"], kind="stable")
    return sharp.drop_duplicates(["maker", "day"]).reset_index(drop=True)


def followers(found: pd.DataFrame) -> list[Row]:
    """Each cut that came 1 to 14 days after another maker's, with the nearest such cut before it."""
    days = _numbered(found)
    rows = []
    for place, event in enumerate(found.to_dict("records")):
        lag = days[place] - days[:place]
        other = (found["maker"].iloc[:place] != event["maker"]).to_numpy()
        near = np.flatnonzero((lag > 0) & (lag <= FOLLOWED_WITHIN) & other)
        if not len(near):
            continue
        leader, late = found.iloc[int(near[-1])], int(lag[near[-1]])
        rows.append(
            finding(
                "followed",
                f"{event['id']}|{leader['id']}",
                event["bracket_to"],
                f"{event['maker']} cut {event['model_version']} by {_share(event['deep'])} on "
                f"{event['day']:%Y-%m-%d}, {late} day{'' if late == 1 else 's'} after {leader['maker']} cut "
                f"{leader['model_version']} by {_share(leader['deep'])}. "
                "That one came later does not say that it answered.",
                of={str(name): value for name, value in event.items()},
                days=late,
                size=float(event["deep"]),
                events=[str(event["id"]), str(leader["id"])],
            )
        )
    return rows


def _share(cut: float) -> str:
    """`48 %` of a cut of −.48: the verb says that it fell."""
    return percent(cut).lstrip("−")


def wars(found: pd.DataFrame, *, seed: int) -> list[Row]:
    """Runs of cuts in which three makers or more follow each other within 14 days, with the chance of so many.

    `p`: every maker's days are moved together by a random number of days (round the end to the beginning), 999 times;
    the share of draws with as many followers as were seen.
    """
    runs = _runs(found)
    if not runs:
        return []
    p = chance(found, seed=seed)
    return [_war(found.iloc[run], p) for run in runs]


def _numbered(found: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Days since the first."""
    first = found["day"].min()
    return np.array([(day - first).days for day in found["day"]], dtype="int64")


def _runs(found: pd.DataFrame) -> list[list[int]]:
    runs: list[list[int]] = []
    for place, day in enumerate(found["day"]):
        if runs and (day - found["day"].iloc[runs[-1][-1]]).days <= FOLLOWED_WITHIN:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [run for run in runs if found["maker"].iloc[run].nunique() >= FEWEST_MAKERS]


def chance(found: pd.DataFrame, *, seed: int) -> float:
    """Share of random shifts with at least as many followers as were seen, the seen ones counted in."""
    makers, codes = np.unique(found["maker"].to_numpy(dtype="str"), return_inverse=True)
    days = _numbered(found)
    span = int(days.max()) + 1
    seen = _count(days, codes)
    dice = np.random.default_rng(seed)
    drawn = [_count((days + dice.integers(0, span, size=len(makers))[codes]) % span, codes) for _ in range(DRAWS)]
    return float((1 + sum(count >= seen for count in drawn)) / (DRAWS + 1))


def _count(days: npt.NDArray[np.int64], codes: npt.NDArray[np.int64]) -> int:
    lag = days[:, None] - days[None, :]
    near = (lag > 0) & (lag <= FOLLOWED_WITHIN) & (codes[:, None] != codes[None, :])
    return int(near.any(axis=1).sum())


def _war(own: pd.DataFrame, p: float) -> Row:
    first, last = own["day"].min(), own["day"].max()
    order = own.drop_duplicates("maker")
    steps = [f"{maker} (day {(day - first).days})" for maker, day in zip(order["maker"], order["day"], strict=True)]
    return finding(
        "price_war",
        str(own["id"].iloc[0]),
        own["bracket_to"].max(),
        f"From {first:%Y-%m-%d} to {last:%Y-%m-%d} {len(order)} makers made sharp cuts, none more than "
        f"{FOLLOWED_WITHIN} days after the one before: {', '.join(steps)}. Over the whole ledger so many cuts follow "
        f"each other in {100 * p:.1f} % of random orders.",
        days=int((last - first).days),
        size=float(own["deep"].median()),
        p=p,
        events=[str(event) for event in own["id"]],
    )
