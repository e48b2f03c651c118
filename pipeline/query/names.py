"""Labels without a model version, with what they may mean: the queue that a person works through.

Enters the frames of a build; leaves rows in the order of how many prices wait for the name. Nothing here decides.
"""

from collections.abc import Iterable, Mapping

import pandas as pd

from pipeline.normalise.proposals import Proposal, proposals


def queue(listings: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Unmatched labels, most prices first: seller, label, why (what the rules answered), prices (spells recorded)."""
    unmatched = listings[listings["model_version"].isna()]
    counted = unmatched.merge(spells[["listing_id"]], on="listing_id", how="left")
    rows = counted.groupby(["seller", "label"], as_index=False, observed=True).agg(
        why=("identity_rule", "first"), prices=("listing_id", "size")
    )
    return rows.sort_values(["prices", "seller", "label"], ascending=[False, True, True], ignore_index=True)


def counts(listings: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """By why: labels and prices that are matched (`matched`) or wait, and their shares in per cent."""
    told = listings.assign(why=listings["identity_rule"].where(listings["model_version"].isna(), "matched"))
    held = told[["listing_id", "seller", "label", "why"]].merge(spells[["listing_id"]], on="listing_id", how="left")
    prices = held.groupby("why", observed=True).size().rename("prices")
    labels = held.drop_duplicates(["seller", "label"]).groupby("why", observed=True).size().rename("labels")
    table = pd.concat([labels, prices], axis=1).reset_index()
    for name in ("labels", "prices"):
        table[f"{name}_percent"] = 100 * table[name] / table[name].sum()
    return table.sort_values("prices", ascending=False, ignore_index=True)


def proposed(labels: Iterable[str], listings: pd.DataFrame) -> Mapping[str, tuple[Proposal, ...]]:
    """Candidates by label among the versions that listings of this build name."""
    return proposals(labels, listings["model_version"].dropna().astype("str").unique())


def stands_in(listings: pd.DataFrame, spells: pd.DataFrame, seller: str, label: str) -> list[str]:
    """The sources that state prices under that label."""
    own = listings[listings["seller"].astype("str").eq(seller) & listings["label"].astype("str").eq(label)]
    return sorted(spells.loc[spells["listing_id"].isin(own["listing_id"]), "source"].astype("str").unique())
