"""Hosts' prices of open weights that their maker does not sell, as products of a matched-model index (METHODS 4, I1).

Enters the panel of standing prices; leaves one price per period and model version: the median of its hosts, never the
cheapest. It moves as the median does of the hosts that stand in two neighbouring periods: a host that comes or goes
moves nothing, however dear or cheap it is.
"""

import numpy as np
import pandas as pd

HOSTS = 3
_OFFER = ["model_version", "maker", "seller", "currency", "spoken"]
_COLUMNS = ["period", "product", "maker", "model_version", "price"]


def host_medians(panel: pd.DataFrame, open_weights: frozenset[str]) -> pd.DataFrame:
    """period, product, maker, model_version, price (1 where a run of matched hosts begins).

    A link needs three hosts that stand in both periods; where fewer stay, the product ends and another begins. Versions
    that their maker sells in a period are left out there.
    """
    sold = panel.loc[panel["first_party"], ["period", "model_version"]].drop_duplicates().assign(sold=True)
    hosts = panel[~panel["first_party"] & panel["model_version"].isin(open_weights)]
    hosts = hosts.merge(sold, on=["period", "model_version"], how="left", validate="many_to_one")
    hosts = hosts[hosts["sold"].isna()]
    if hosts.empty:
        return pd.DataFrame({name: pd.Series([], dtype="str") for name in _COLUMNS}).astype({"price": "float64"})
    calendar = sorted(panel["period"].astype("str").unique())
    place = {period: number for number, period in enumerate(calendar)}
    asked = hosts.groupby(["period", *_OFFER])["own_price"].median().reset_index()
    asked = asked.assign(number=asked["period"].astype("str").map(place))
    before = asked.assign(number=asked["number"] + 1)[["number", *_OFFER, "own_price"]]
    both = asked.merge(before, on=["number", *_OFFER], suffixes=("", "_before"), validate="one_to_one")
    links = both.groupby(["model_version", "maker", "number"]).agg(
        now=("own_price", "median"), then=("own_price_before", "median"), hosts=("seller", "nunique")
    )
    return _levels(links[links["hosts"] >= HOSTS].reset_index(), calendar)


def _levels(links: pd.DataFrame, calendar: list[str]) -> pd.DataFrame:
    """Runs of neighbouring links as levels that begin at 1 in the period before the first."""
    links = links.sort_values(["model_version", "number"], kind="stable")
    begins = links.groupby("model_version")["number"].diff().ne(1)
    run = begins.cumsum()
    moves = pd.Series(np.log(links["now"] / links["then"]), index=links.index)
    level = moves.groupby(run).cumsum()
    links = links.assign(run=run, level=level)
    starts = links[begins].assign(number=lambda rows: rows["number"] - 1, level=0.0)
    table = pd.concat([starts, links], ignore_index=True)
    product = table["model_version"].astype("str") + "|hosts|" + table["run"].astype("str")
    period = pd.Series([calendar[place] for place in table["number"]], index=table.index, dtype="str")
    return table.assign(period=period, product=product, price=np.exp(table["level"]))[_COLUMNS]
