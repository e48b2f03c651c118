"""Tables of comparisons for people: pairs with what each switch does, same weights, facts of sellers, flags.

In: frames of one snapshot. Out: frames whose column titles carry the unit. A build made before a frame existed has no
rows of it.
"""

import json
from typing import Any

import pandas as pd

from pipeline import frames
from pipeline.domain.vocabulary import FlagKind, Redistribute
from pipeline.exports.tables import NOT_HELD, Frames, addresses

_SIDE = {
    "day": "day",
    "seller": "seller",
    "country_of_record": "country of the seller of record",
    "market": "market (buyer's country)",
    "region": "region",
    "channel": "channel",
    "served_from": "served from",
    "input": "input per million tokens",
    "cached_input": "cached input per million tokens",
    "output": "output per million tokens",
    "currency": "currency",
    "vat_included": "tax included",
    "vat_stated_in": "tax stated in",
    "source": "source",
    "trust": "kind of source",
    "addresses": "addresses",
    "documents": "SHA-256 of the documents",
}
_PAIR = {
    "maker": "maker",
    "model_version": "model version",
    "tier": "tier",
    "band": "band",
    "comparability": "like or similar",
    "differences": "differences",
    **{f"{side}_{column}": f"{side}: {title}" for side in ("home", "export") for column, title in _SIDE.items()},
    "home_tax_rate": "tax rate at home (fraction)",
    "rate_per_usd": "reference rate (units per USD)",
    "rate_day": "day of the rate",
    "base_tax": "tax at the base (home, export)",
    "margin_b31": "margin on B31 (% of export price)",
    "margin_b721": "margin on B721 (% of export price)",
    "lowest": "lowest margin of all switches (%)",
    "highest": "highest margin of all switches (%)",
    "kept": "combinations that keep the sign",
    "defined": "combinations with a figure",
    "undefined": "combinations without a figure",
    "turned_by": "switches that turn the sign",
    "outcome": "outcome",
    "reason": "why",
    "labels": "caveats",
    "pair": "pair id",
}
_SWITCH = {
    "switch": "switch",
    "value": "held at",
    "b31": "margin on B31, all else at the base (%)",
    "b721": "margin on B721, all else at the base (%)",
    "input": "margin on input, all else at the base (%)",
    "output": "margin on output, all else at the base (%)",
    "lowest": "lowest over all other switches (%)",
    "highest": "highest over all other switches (%)",
    "kept": "combinations that keep the sign",
    "defined": "combinations with a figure",
    "undefined": "combinations without a figure",
    "pair": "pair id",
}
_WEIGHTS = {
    "model_version": "model version",
    "role": "role",
    "host": "who computes",
    "seller": "who bills",
    "channel": "channel",
    "affiliated_with_maker": "belongs to the maker",
    "market": "market (buyer's country)",
    "served_from": "served from",
    "precision": "precision",
    "context_tokens": "context window (tokens)",
    "b31_usd": "B31 (USD per million tokens)",
    "b721_usd": "B721 (USD per million tokens)",
    "source": "source",
    "trust": "kind of source",
    "seen_twice": "stated by two captures or more",
    "counts": "counts in the gap",
    "left_out_because": "left out because",
    "gap_b31_percent": "gap of hosts to the maker (%)",
    "gap_b31_low": "lowest gap with one host left out (%)",
    "gap_b31_high": "highest gap with one host left out (%)",
    "reason": "what the gap rests on",
    "day": "day",
}
_FACT = {
    "seller": "seller",
    "market": "market (buyer's country)",
    "fact": "fact",
    "value": "value",
    "source": "where it is stated",
    "public_since": "public since",
    "reviewed_on": "reviewed on",
}
_RENT = {
    "chip": "chip",
    "memory_gb": "memory of a chip (GB)",
    "chips": "chips in the machine",
    "usd_hour": "rent of the machine (USD per hour)",
    "usd_chip_hour": "rent of one chip (USD per hour)",
    "seller": "who lets it",
    "region": "region",
    "machine": "machine",
    "source": "where it is stated",
    "public_since": "public since",
    "reviewed_on": "reviewed on",
}
_TAX = {
    "country": "country",
    "tax": "tax",
    "rate": "rate (fraction of the price without it)",
    "applies_to": "applies to",
    "source": "where it is stated",
    "public_since": "public since",
    "reviewed_on": "reviewed on",
}
_FLAG = {
    "kind": "kind of flag",
    "event": "decision",
    "maker": "maker",
    "seller": "seller",
    "market": "market (buyer's country)",
    "model_version": "model version",
    "day": "in force from",
    "public_at": "public since (UTC)",
    "state": "state",
    "moved": "old and new prices per million tokens",
    "vat_included": "VAT included",
    "price_usd": "B31 at the reference rate (USD per million tokens)",
    "outlier": "rank among makers",
    "hosts": "against hosts of the same weights",
    "cost": "against cost",
    "margin": "home margin",
    "p": "p of the rank",
    "kept": "combinations that keep the sign",
    "defined": "combinations with a figure",
    "missing": "missing for a suspicion",
    "text": "in plain words",
    "legal": "please note",
    "addresses": "addresses",
    "captures": "SHA-256 of the documents",
}
_STRONGEST = (FlagKind.SUSPECTED_DUMPING, FlagKind.SUSPECTED_UNDERPRICING, FlagKind.SHARP_CUT, FlagKind.WATCH)
_LISTS = ("documents", "captures", "missing", "addresses")


def pairs_table(made: Frames, *, public: bool = False) -> pd.DataFrame:
    """One row a home and export pair: both prices as stated, the margin at the base, its range, what turns it, why."""
    rows = _held(made, "pairs")
    kept = ~rows["home_source"].isin(_withheld(made, public)) & ~rows["export_source"].isin(_withheld(made, public))
    told = rows[kept].sort_values(["maker", "model_version", "tier", "band", "pair"])
    sides = {f"{side}_addresses": _addressed(made, told[f"{side}_documents"]) for side in ("home", "export")}
    return _titled(told.assign(**sides), _PAIR)


def switches_table(made: Frames, *, public: bool = False) -> pd.DataFrame:
    """One row a switch of a pair at one value: the figures with all else at the base, and over all other switches."""
    known = pairs_table(made, public=public)[["pair id", "model version", "tier"]]
    rows = _titled(_held(made, "pair_switches").sort_values(["pair", "order"]), _SWITCH)
    joined = known.merge(rows, on="pair id", how="inner", validate="one_to_many")
    return joined[[*joined.columns.drop("pair id"), "pair id"]]


def same_weights_table(made: Frames, *, public: bool = False) -> pd.DataFrame:
    """One row an offer of open weights that three or more hosts serve, the maker's first."""
    rows = _held(made, "same_weights")
    kept = rows[~rows["source"].isin(_withheld(made, public))]
    return _titled(kept.sort_values(["model_version", "role", "host"], ascending=[True, False, True]), _WEIGHTS)


def sellers_table(made: Frames) -> pd.DataFrame:
    """One row a fact of a seller, with where it is stated; `unknown` where no document states it."""
    return _titled(_held(made, "seller_facts").sort_values(["seller", "fact", "market"]), _FACT)


def rents_table(made: Frames) -> pd.DataFrame:
    """One row a machine for rent, with the document that states it."""
    return _titled(_held(made, "rents").sort_values(["chip", "usd_chip_hour", "seller", "machine"]), _RENT)


def taxes_table(made: Frames) -> pd.DataFrame:
    """One row a tax on sales in one country, with the document that states it."""
    return _titled(_held(made, "taxes").sort_values(["country", "tax"]), _TAX)


def flags_table(made: Frames, *, public: bool = False) -> pd.DataFrame:
    """One row a flag, the gravest kind first: its decision, its prices, which parts held, what is missing, in words."""
    rows = _judged(made, public)
    order = rows["kind"].map({kind.value: place for place, kind in enumerate(_STRONGEST)})
    placed = rows.assign(order=order).dropna(subset="kind")
    return _titled(placed.sort_values(["order", "public_at", "id"], ascending=[True, False, True]), _FLAG)


def not_flagged_table(made: Frames, *, public: bool = False) -> pd.DataFrame:
    """One row a trigger that was judged and is no flag, the newest first, with what is missing."""
    rows = _judged(made, public)
    plain = rows[rows["kind"].isna()].sort_values(["public_at", "id"], ascending=[False, True])
    return _titled(plain, {name: title for name, title in _FLAG.items() if name != "kind"})


def _judged(made: Frames, public: bool) -> pd.DataFrame:
    """Triggers that were judged, each with the prices of its decision and the address of every document."""
    rows, captures = _held(made, "flags"), made["captures"]
    source = dict(zip(captures["payload_sha256"].astype("str"), captures["source"].astype("str"), strict=True))
    withheld = _withheld(made, public)
    digests = [json.loads(text) for text in rows["captures"]]
    told = [{source[digest] for digest in own if digest in source} for own in digests]
    events = made["events"].set_index(made["events"]["id"].astype("str"))
    moved = {event: _moved(*rest) for event, *rest in events[["prices", "currency"]].itertuples()}
    vat = events["vat_included"].astype("str").to_dict()
    shown = rows.assign(
        moved=[moved.get(str(event), "") for event in rows["event"]],
        vat_included=[vat.get(str(event), "") for event in rows["event"]],
        addresses=_addressed(made, rows["captures"]),
    )
    return shown[pd.Series([not own or not own <= withheld for own in told], index=shown.index, dtype="bool")]


def _addressed(made: Frames, digests: "pd.Series[str]") -> list[str]:
    """The address of every document in the lists (JSON), in their order, as lists (JSON)."""
    address = addresses(made)
    return [json.dumps([address.get(digest, NOT_HELD) for digest in json.loads(text)]) for text in digests]


def _moved(prices: str, currency: str) -> str:
    parts = [
        f"{meter.replace('_', ' ')} {pair['old'] or 'none'} to {pair['new'] or 'none'}"
        for meter, pair in json.loads(prices).items()
    ]
    return f"{', '.join(parts)} {currency}" if parts else ""


def _titled(rows: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """The named columns under their titles; lists as text with a bar between."""
    shown = rows[list(titles)]
    lists = {name: shown[name].map(_joined) for name in titles if name.endswith(_LISTS)}
    return shown.assign(**lists).rename(columns=titles)


def _joined(text: Any) -> str:
    return " | ".join(json.loads(text)) if isinstance(text, str) else ""


def _held(made: Frames, name: str) -> pd.DataFrame:
    return made.get(name, frames.empty(name))


def _withheld(made: Frames, public: bool) -> set[str]:
    """Sources whose terms keep their figures out of a file for publication."""
    sources = made["sources"]
    return set(sources.loc[sources["redistribute"] == Redistribute.NO.value, "source"].astype(str)) if public else set()
