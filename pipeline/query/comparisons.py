"""What stands side by side: home and export pairs, makers and hosts of the same weights, and what cannot be compared.

In: one snapshot. Out: rows for people, the most telling first. A build older than a frame has none of its rows.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.facts import UNKNOWN
from pipeline.domain.vocabulary import PerUnit
from pipeline.dumping.grid import TaxSwitch
from pipeline.query.snapshot import Snapshot

OUTCOMES = ("passes", "indicated", "fails", "not_evaluable")
FACTS = ("legal_entity", "country", "affiliated_with", "channel", "served_from", "volume_tiers")
_NOT_A_TOKEN = {
    PerUnit.CHARACTER.value: "billed by the character of text: how many tokens that is depends on text and tokenizer",
    PerUnit.IMAGE.value: "billed by the picture: size and quality decide what one is",
    PerUnit.PIXEL.value: "billed by the pixel of a picture",
    PerUnit.PAGE.value: "billed by the page of a document",
    PerUnit.HOUR.value: "billed by the hour of a machine, however much it makes",
    PerUnit.SECOND.value: "billed by the second of sound or film, or of a machine",
    PerUnit.MINUTE.value: "billed by the minute of sound or film",
    PerUnit.REQUEST.value: "billed by the call, whatever its length",
    PerUnit.CREDIT.value: "billed in credits of the seller's own: what one buys differs by model and plan",
    PerUnit.TOKEN_HOUR.value: "rent for keeping tokens in a cache: depends on how long they are kept",
}


def held(snapshot: Snapshot, name: str) -> pd.DataFrame:
    """A frame of the build, empty where the build is older than the frame."""
    return snapshot[name] if name in snapshot.frames else frames.empty(name)


def pairs(snapshot: Snapshot, maker: str | None = None) -> pd.DataFrame:
    """Home and export pairs: evaluable before kept out, the largest margin first."""
    found = held(snapshot, "pairs")
    if maker is not None:
        found = found[found["maker"] == maker]
    order = found["outcome"].map({name: place for place, name in enumerate(OUTCOMES)})
    return (
        found.assign(order=order)
        .sort_values(["order", "margin_b31", "model_version"], ascending=[True, False, True], na_position="last")
        .drop(columns="order")
    )


def by_maker(snapshot: Snapshot) -> pd.DataFrame:
    """One row a maker: pairs, like and similar, how many came out how, and the newest day."""
    found = held(snapshot, "pairs")
    counted = {
        "pairs": ("pair", "size"),
        "models": ("model_version", "nunique"),
        "newest": ("export_day", "max"),
    }
    rows = found.groupby("maker", observed=True).agg(**counted)
    for column, values in (("comparability", ("like", "similar")), ("outcome", OUTCOMES)):
        for value in values:
            rows[value] = (found[column] == value).groupby(found["maker"], observed=True).sum().astype("int64")
    made: pd.DataFrame = rows.reset_index().sort_values(["pairs", "maker"], ascending=[False, True])
    return made


def pair(snapshot: Snapshot, name: str) -> tuple[dict[str, object], pd.DataFrame] | None:
    """A pair and its switches; None where the build holds none of that name."""
    found = held(snapshot, "pairs")
    own = found[found["pair"] == name]
    if own.empty:
        return None
    switches = held(snapshot, "pair_switches")
    row = {str(column): value for column, value in own.iloc[0].items()}
    return row, switches[switches["pair"] == name].sort_values("order")


def weights(snapshot: Snapshot) -> pd.DataFrame:
    """One row a version of open weights with three or more hosts: the maker's B31 beside its hosts'."""
    found = held(snapshot, "same_weights")
    hosts, makers = found[found["role"] == "host"], found[found["role"] == "maker"]
    rows = hosts.groupby("model_version", observed=True).agg(
        hosts=("host", "nunique"),
        lowest=("b31_usd", "min"),
        median=("b31_usd", "median"),
        highest=("b31_usd", "max"),
        day=("day", "max"),
        gap=("gap_b31_percent", "first"),
        gap_low=("gap_b31_low", "first"),
        gap_high=("gap_b31_high", "first"),
        reason=("reason", "first"),
    )
    rows["counting"] = (hosts["counts"] == "yes").groupby(hosts["model_version"], observed=True).sum().astype("int64")
    rows["maker_usd"] = makers.set_index("model_version")["b31_usd"]
    made: pd.DataFrame = rows.reset_index().sort_values(["hosts", "model_version"], ascending=[False, True])
    return made


def serving(snapshot: Snapshot, model_version: str) -> pd.DataFrame:
    """The maker, then the hosts of one version from the lowest B31 up."""
    found = held(snapshot, "same_weights")
    own = found[found["model_version"] == model_version]
    return own.sort_values(["role", "b31_usd", "host"], ascending=[False, True, True])


def seller_facts(snapshot: Snapshot) -> pd.DataFrame:
    """One row a seller that stands in a pair or beside a maker: each fact with its source, or `unknown`."""
    found = held(snapshot, "seller_facts")
    compared, hosts = held(snapshot, "pairs"), held(snapshot, "same_weights")
    sellers = {*compared["home_seller"].astype("str"), *compared["export_seller"].astype("str")}
    sellers |= {*hosts["seller"].astype("str"), *hosts["host"].astype("str")}
    own = found[found["seller"].isin(sellers)]
    said = own["value"].astype("str") + own["market"].map(lambda name: "" if name == "any" else f" ({name})")
    stated = own.assign(said=said.where(own["value"] != UNKNOWN, UNKNOWN))
    rows = stated.pivot_table(index="seller", columns="fact", values="said", aggfunc="; ".join, observed=True)
    sources = own.dropna(subset="source").groupby("seller", observed=True)["source"]
    where = sources.agg(lambda names: "; ".join(sorted(set(names))))
    return rows.reindex(columns=list(FACTS)).assign(where=where).fillna({"where": ""}).reset_index()


def rents(snapshot: Snapshot) -> pd.DataFrame:
    """Machines for rent, by chip, the cheapest chip-hour first."""
    return held(snapshot, "rents").sort_values(["chip", "usd_chip_hour", "seller", "machine"])


def taxes(snapshot: Snapshot) -> pd.DataFrame:
    """Taxes on sales, by country."""
    return held(snapshot, "taxes").sort_values(["country", "tax"])


def not_comparable(snapshot: Snapshot) -> pd.DataFrame:
    """Prices in force that are not billed by the token: how many of each unit, whose, and why they are not compared."""
    prices = snapshot["prices"]
    other = prices[(prices["per_unit"] != PerUnit.TOKEN.value) & ~prices["withdrawn"]]
    named = other.merge(
        snapshot["listings"][["listing_id", "seller", "label"]].astype({"listing_id": "str"}),
        on="listing_id",
        validate="many_to_one",
    )
    rows = named.groupby(named["per_unit"].astype("str")).agg(
        prices=("listing_id", "size"),
        listings=("listing_id", "nunique"),
        sellers=("seller", lambda names: ", ".join(sorted({str(name) for name in names}))),
    )
    rows = rows.reset_index().rename(columns={"per_unit": "unit"})
    return rows.assign(reason=[_NOT_A_TOKEN.get(unit, "not billed by the token") for unit in rows["unit"]])


def home_divisor(pair: Mapping[str, Any]) -> float | None:
    """What the margin at the base divides the home price by for tax, as 1.06; None where it takes none out."""
    rate = pair["home_tax_rate"]
    return None if pair["base_tax"] != TaxSwitch.HOME_YES_EXPORT_NO or pd.isna(rate) else 1 + float(rate)
