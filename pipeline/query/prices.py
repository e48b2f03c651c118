"""What every listing costs now: one row per listing and currency, with who says so and who disagrees."""

import json

import pandas as pd

from pipeline.domain.amounts import decimal_text, from_nano
from pipeline.domain.vocabulary import Meter, PerUnit, PriceBasis
from pipeline.frames.days import day_of
from pipeline.normalise.blends import b31, b721, cached_or_input
from pipeline.normalise.rates import reference_rate
from pipeline.query.handed_in import givers
from pipeline.query.mix import Mix
from pipeline.query.snapshot import Snapshot
from pipeline.query.sources import unconfirmed

BLENDED = (Meter.INPUT.value, Meter.CACHED_INPUT.value, Meter.OUTPUT.value)
_CHARGED = {PriceBasis.NET.value: 0, PriceBasis.LIST.value: 1, PriceBasis.UNKNOWN.value: 2}
_LISTING = ["seller", "served_by", "market", "region", "label", "conditions", "maker", "model_version", "base"]


def current(snapshot: Snapshot, *, mix: Mix | None, listings: pd.Series | None = None) -> pd.DataFrame:
    """Rows keyed by listing_id and currency; of some listings, or of all.

    `input`, `cached_input`, `output` are decimal text per million tokens in `currency`, tax as published, net where
    the source states net; `other_meters` names the rest. `b31_usd`, `b721_usd`, `mix_usd` are of the row's own prices,
    at the reference rate of its last look; `no_blend` says why they are missing. `source` says who (`confirmed`: its
    layout was seen on a real document), `contradicting` who differs (JSON list), `handed_in_by` who gave the document
    where nobody saw it served. `age_days` counts from the last look to the instant by which the
    price is current or stale.
    """
    prices = snapshot["prices"]
    prices = _charged(prices if listings is None else prices[prices["listing_id"].isin(listings)])
    key = ["listing_id", "currency"]
    tokens = prices[(prices["per_unit"] == PerUnit.TOKEN.value) & prices["meter"].isin(BLENDED)]
    # pivot_table would add up what pivot refuses: two prices in one cell.
    wide = tokens.pivot(index=key, columns="meter", values="amount_text")  # noqa: PD010
    wide = wide.reindex(columns=list(BLENDED))
    facts = prices.groupby(key, sort=False).agg(
        vat_included=("vat_included", "first"),
        price_basis=("price_basis", "first"),
        source=("source", "first"),
        first_seen=("first_seen", "max"),
        last_seen=("last_seen", "max"),
        stale=("stale", "all"),
        withdrawn=("withdrawn", "all"),
        disagree=("disagree", "any"),
        payload_sha256=("payload_sha256", "first"),
    )
    rows = facts.join(wide).join(_other_meters(prices, tokens, key)).join(_others(prices, key)).reset_index()
    rows = rows.join(snapshot["listings"].set_index("listing_id")[_LISTING], on="listing_id")
    rows = rows.join(_blends(rows, snapshot["rates"], mix))
    rows["confirmed"] = ~rows["source"].astype("str").isin(unconfirmed(snapshot))
    rows["handed_in_by"] = rows["payload_sha256"].astype("str").map(givers(snapshot))
    rows["age_days"] = (snapshot.judged_at - rows["last_seen"]).dt.days.clip(lower=0)
    return rows.sort_values(["model_version", "seller", "conditions"], na_position="last", kind="stable")


def _charged(prices: pd.DataFrame) -> pd.DataFrame:
    """One price per listing, meter, currency and unit: what is charged comes before what is listed."""
    ranked = prices.assign(
        rank=prices["price_basis"].astype("str").map(_CHARGED),
        amount_text=[decimal_text(from_nano(int(nano))) for nano in prices["nano_per_million"]],
    ).sort_values("rank", kind="stable")
    return ranked.drop_duplicates(["listing_id", "meter", "currency", "per_unit"])


def _other_meters(prices: pd.DataFrame, tokens: pd.DataFrame, key: list[str]) -> pd.Series:
    rest = prices.drop(index=tokens.index)
    words = rest["meter"].astype("str").str.replace("_", " ") + " " + rest["amount_text"].astype("str")
    unit = rest["per_unit"].astype("str")
    words = words + (" per million " + unit + "s").where(unit != PerUnit.TOKEN.value, "")
    return rest.assign(other_meters=words).groupby(key)["other_meters"].agg("; ".join)


def _others(prices: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Who else says it and who says otherwise, over all meters of the row."""
    rows = []
    for row in prices[prices["others"] != "[]"].to_dict("records"):
        price = int(row["nano_per_million"])
        for other in json.loads(row["others"]):
            differs = abs(other["nano_per_million"] - price) > 0.03 * abs(price)
            rows.append((row["listing_id"], row["currency"], other["source"], differs))
    said = pd.DataFrame(rows, columns=[*key, "other", "differs"]).drop_duplicates()
    against = set(said.loc[said["differs"].astype(bool), [*key, "other"]].itertuples(index=False, name=None))
    said["differs"] = [(*row[:2], row[2]) in against for row in said.itertuples(index=False, name=None)]
    said = said.drop_duplicates()
    return pd.DataFrame(
        {
            "agreeing": said[~said["differs"].astype(bool)].groupby(key)["other"].agg(list).map(json.dumps),
            "contradicting": said[said["differs"].astype(bool)].groupby(key)["other"].agg(list).map(json.dumps),
        }
    )


def _blends(rows: pd.DataFrame, rates: pd.DataFrame, mix: Mix | None) -> pd.DataFrame:
    """The blends of each row's own amounts in US dollars, and in words why there are none.

    A window's row is blended as it stands in the window: the mean of a week is another price than the one shown.
    """
    own = rows[list(BLENDED)].astype("float64")
    day = day_of(rows["last_seen"])
    found = [reference_rate(rates, str(name), of) for name, of in day.groupby(rows["currency"])]
    rate = pd.concat(found) if found else reference_rate(rates, "USD", day)
    usd = rate["usd"].reindex(rows.index)
    cached, assumed = cached_or_input(own["input"], own["cached_input"])
    missing = pd.Series(pd.NA, index=rows.index, dtype="str")
    missing = missing.mask(usd.isna(), "no reference rate of " + rows["currency"].astype("str"))
    for meter in (Meter.OUTPUT.value, Meter.INPUT.value):
        missing = missing.mask(own[meter].isna(), f"no {meter} price")
    return pd.DataFrame(
        {
            "b31_usd": b31(own["input"], own["output"]) * usd,
            "b721_usd": b721(own["input"], cached, own["output"]) * usd,
            "mix_usd": float("nan") if mix is None else mix.published(own) * usd,
            "cached_assumed": assumed,
            "rate_day": rate["rate_day"].reindex(rows.index),
            "no_blend": missing,
        }
    )
