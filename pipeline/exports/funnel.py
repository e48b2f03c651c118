"""How decisions became flags, what the outlier rank could say, and how many tests were made: tables and a page of text.

In: frames of one snapshot. Out: frames whose titles say what they count. A build made before a frame existed has no
rows of it.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.vocabulary import FlagKind
from pipeline.exports.tables import Frames

KINDS = (FlagKind.SHARP_CUT, FlagKind.SUSPECTED_UNDERPRICING, FlagKind.SUSPECTED_DUMPING, FlagKind.WATCH)
TRIGGERS = {
    "all": "all triggers",
    "sharp_cut": "cuts of a fifth or more",
    "launch": "launch prices",
    "standing": "prices that stood 30 days",
}
CONDITIONS = {
    "outlier": "outlier among makers",
    "hosts": "under the second lowest host of the same weights",
    "cost": "under the low end of cost",
    "margin": "margin of 2 % under every switch",
}
OUTCOMES = {
    "passes": "holds",
    "indicated": "indicated",
    "fails": "does not hold",
    "not_evaluable": "not evaluable",
}
LEGEND = (
    "A trigger is judged on the day on which its price was public. It is stopped by the first condition that does not "
    "hold or cannot be tested; a sharp cut or a watch is a flag all the same."
)
ABOUT_P = (
    "The smallest p is what a maker of that month's panel would get under every other maker: 1 ÷ (others + 1). A rank "
    "is a test only with 19 other makers or more. About one in twenty of any panel is at p ≤ .05."
)


def steps(made: Frames) -> pd.DataFrame:
    """One row a step: what was left after it, of all triggers and of each kind."""
    rows = _held(made, "funnel")
    own = rows[(rows["what"] == "left") & rows["order"].between(1, 6)].sort_values("order")
    made_of: dict[str, Any] = {"step": own.loc[own["trigger"] == "all", "step"].astype("str").tolist()}
    for trigger, name in TRIGGERS.items():
        left = own[own["trigger"] == trigger].set_index(own.loc[own["trigger"] == trigger, "step"].astype("str"))[
            "count"
        ]
        made_of[f"left of {name}"] = [int(left.get(step, 0)) for step in made_of["step"]]
    return pd.DataFrame(made_of)


def stops(made: Frames) -> pd.DataFrame:
    """One row a condition that stopped triggers, by kind of trigger, the most frequent first."""
    rows = _held(made, "funnel")
    own = rows[(rows["what"] == "stopped")]
    wide = own.pivot_table(
        index=["order", "step", "condition"], columns="trigger", values="count", aggfunc="sum", fill_value=0
    ).reset_index()
    for trigger in TRIGGERS:
        if trigger not in wide:
            wide[trigger] = 0
    wide = wide.sort_values(["order", "all"], ascending=[True, False], kind="stable")
    named = {"step": "stopped at", "condition": "because", **TRIGGERS}
    return wide[list(named)].rename(columns=named).reset_index(drop=True)


def alone(made: Frames) -> pd.DataFrame:
    """One row a condition: how it came out over all triggers, whatever stopped them before it."""
    flags = _held(made, "flags")
    rows = []
    for name, title in CONDITIONS.items():
        counts = flags[name].value_counts()
        rows.append(
            {
                "condition": title,
                **{text: int(counts.get(outcome, 0)) for outcome, text in OUTCOMES.items()},
            }
        )
    return pd.DataFrame(rows, columns=["condition", *OUTCOMES.values()])


def classes(made: Frames) -> pd.DataFrame:
    """One row a class of decisions, with the number of each kind."""
    rows = _held(made, "funnel")
    own = rows[(rows["order"] == 0) & (rows["what"] == "of which")]
    parts = own["condition"].astype("str").str.split(", ", n=1, expand=True)
    if own.empty:
        return pd.DataFrame({"class": [], "decisions": [], "of which": []})
    told = own.assign(name=parts[0].str.replace("_", " "), text=parts[1].str.replace("_", " "))
    told = told.assign(text=told["text"] + " " + told["count"].astype("str"))
    grouped = told.groupby("name").agg(count=("count", "sum"), text=("text", ", ".join)).reset_index()
    ordered = grouped.sort_values("count", ascending=False, kind="stable").reset_index(drop=True)
    return ordered.rename(columns={"name": "class", "count": "decisions", "text": "of which"})


def flags_by_year(made: Frames) -> pd.DataFrame:
    """One row a year in which a price was public: triggers judged and the strongest kind of each decision."""
    flags = _held(made, "flags")
    year = flags["public_at"].dt.year
    rows = []
    for number in sorted(year.unique()):
        own = flags[year == number]
        # A decision with several triggers counts once, in its strongest kind.
        told = own.dropna(subset="kind").assign(key=lambda each: each["event"].fillna(each["id"]))
        order = {kind.value: place for place, kind in enumerate(_STRENGTH)}
        strongest = told.assign(rank=told["kind"].map(order)).sort_values("rank").drop_duplicates("key", keep="last")
        counts = strongest["kind"].value_counts()
        rows.append(
            {
                "year": int(number),
                "triggers judged": len(own),
                **{kind.value.replace("_", " "): int(counts.get(kind.value, 0)) for kind in KINDS},
            }
        )
    columns = ["year", "triggers judged", *(kind.value.replace("_", " ") for kind in KINDS)]
    return pd.DataFrame(rows, columns=columns)


_STRENGTH = (FlagKind.WATCH, FlagKind.SHARP_CUT, FlagKind.SUSPECTED_UNDERPRICING, FlagKind.SUSPECTED_DUMPING)


def rank_by_month(made: Frames) -> pd.DataFrame:
    """One row a month: makers, the smallest p that one of them could get, and how many decisions could be tested."""
    rows = _held(made, "outlier_panel").sort_values("month")
    return pd.DataFrame(
        {
            "month": rows["month"].dt.strftime("%Y-%m").to_numpy(),
            "makers with a young model on sale": rows["makers_on_sale"].to_numpy(),
            "of them with a public score and known openness": rows["makers"].to_numpy(),
            "their models": rows["models"].to_numpy(),
            "smallest p": ["" if pd.isna(p) else f"{p:.4f}" for p in rows["smallest_p"]],
            "triggers": rows["triggers"].to_numpy(),
            "placed": rows["ranked"].to_numpy(),
            "tested (19 others or more)": rows["tests"].to_numpy(),
            "scores": rows["vintage"].fillna("none public").astype("str").to_numpy(),
        }
    )


def tests_by_quarter(made: Frames) -> pd.DataFrame:
    """One row a quarter: how many triggers were judged, placed among makers, and tested."""
    rows = _held(made, "outlier_panel")
    sums = rows.groupby("quarter", sort=True)[["triggers", "ranked", "tests"]].sum().reset_index()
    return sums.rename(columns={"ranked": "placed", "tests": "tests made"})


def markdown(made: Frames, meta: Mapping[str, Any]) -> str:
    """The page of docs: every table, with the build that it was made of."""
    build = f"Build {meta['build']}, data to {meta['data_to']}, {meta['view']}, method version {meta['method_version']}"
    parts = [
        "<!-- written by `undercut funnel`: do not edit -->",
        "# From decisions to flags",
        f"{build}; {meta['counts']['captures']:,} documents. {LEGEND}",
        f"## Decisions\n\n{_table(classes(made))}",
        f"## Steps\n\n{_table(steps(made))}",
        f"## What stopped the rest\n\n{_table(stops(made))}",
        f"## Each condition by itself\n\n{_table(alone(made))}",
        f"## Flags by year\n\n{_table(flags_by_year(made))}",
        f"## Tests made\n\n{ABOUT_P}\n\n{_table(tests_by_quarter(made))}",
        f"## The rank in practice\n\n{_table(rank_by_month(made))}",
    ]
    return "\n\n".join(parts) + "\n"


def _table(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "None."
    lines = [f"| {' | '.join(map(str, rows.columns))} |", "|---" * len(rows.columns) + "|"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows.itertuples(index=False)]
    return "\n".join(lines)


def _held(made: Frames, name: str) -> pd.DataFrame:
    return made[name] if name in made else frames.empty(name)
