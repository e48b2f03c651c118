"""The blended price of every offer, day by day, stored as changes (METHODS 1, 2; DESIGN 3).

Enters spells of all sources, listings, reference rates and the facts of the sources; leaves the frame `blends`. A day
has the price of the most trusted source that states one; a gap stays a gap. Amounts become floats here.
"""

from datetime import datetime, timedelta

import pandas as pd

from pipeline import frames
from pipeline.domain.instants import utc
from pipeline.domain.quote import Issue
from pipeline.domain.schedule import Schedule
from pipeline.domain.vocabulary import IssueKind, Meter, PerUnit, PriceBasis
from pipeline.frames.days import day_of
from pipeline.indices.offers import offers
from pipeline.indices.steps import held, segments
from pipeline.normalise.blends import b31, b721, cached_or_input
from pipeline.normalise.prices import MISSED_LOOKS, TRUST
from pipeline.normalise.rates import reference_rate

_METERS = (Meter.INPUT.value, Meter.CACHED_INPUT.value, Meter.OUTPUT.value)
_DAY = pd.Timedelta(days=1)
_WHOLE_WEEK = 1 / (7 * 24 * 60)
LONGEST_BETWEEN_COPIES = timedelta(days=45)
"""A price holds between two archived copies this far apart; a longer silence is a gap (DESIGN 3)."""


def blended(
    spells: pd.DataFrame, listings: pd.DataFrame, rates: pd.DataFrame, sources: pd.DataFrame, *, until: datetime
) -> pd.DataFrame:
    """Blends of each offer in base conditions: one row per run of days at one value, in US dollars per million tokens.

    An offer is what one seller asks for one model version in one market and region. Its row carries the listing that
    states its input price. Base conditions are the standard tier, the shortest context band, not thinking unless the
    model only thinks, and the mean over the whole week of the windows in force; net prices where a source states them.
    A day's price is the last one stated that day. Between two looks of a source the older price holds up to the day
    before the newer look, never across a gap; the newest price holds until two scheduled looks are missed. Of several
    sources the most trusted speaks, then the one that looked last, then the first by name; `source_changed` marks the
    first row of another source. Dollars use the ECB rate of the day: a price in another currency has one row per day
    of the reference rate, and NaN where none is at most seven days old. Tax as published. Who looked last is asked by
    days: two sources of one trust do not take turns with every look.

    Raises KeyError where a spell's source is not in `sources`.
    """
    if spells.empty or listings.empty:
        return frames.empty("blends")
    return blended_offers(spells, offers(listings), rates, sources, until=until)


def blended_offers(
    spells: pd.DataFrame, parts: pd.DataFrame, rates: pd.DataFrame, sources: pd.DataFrame, *, until: datetime
) -> pd.DataFrame:
    """As `blended`, of some offers: `parts` are whole offers of `indices.offers`. What is said of one hangs on no other
    offer."""
    stated = _stated(spells, parts, sources, until)
    prices = _prices(stated) if len(stated) else stated
    if prices.empty:
        return frames.empty("blends")
    chosen = _most_trusted(prices, sources)
    rows = _in_dollars(_runs(chosen.merge(_representatives(stated), on="offer", validate="many_to_one")), rates)
    return frames.coerce(rows.sort_values(["listing_id", "since"], kind="stable").reset_index(drop=True), "blends")


def without_rate(blends: pd.DataFrame) -> list[Issue]:
    """One issue per currency that has priced days without a reference rate of the last seven days."""
    priced = blends["input"].notna() | blends["output"].notna()
    missing = blends[priced & (blends["currency"] != "USD") & blends["rate_day"].isna()]
    return [
        Issue(
            kind=IssueKind.RATE_STALE,
            subject=str(currency),
            place=f"from {rows['since'].min():%Y-%m-%d}",
            text=f"{rows['listing_id'].nunique()} offers have days without a reference rate of {currency} "
            "that is at most seven days old: no dollars there",
        )
        for currency, rows in missing.groupby("currency", observed=True, sort=True)
    ]


def _stated(spells: pd.DataFrame, parts: pd.DataFrame, sources: pd.DataFrame, until: datetime) -> pd.DataFrame:
    """The spells that take part, with offer, band and share, and the first and last day they hold."""
    used = spells[spells["meter"].isin(_METERS) & (spells["per_unit"] == PerUnit.TOKEN.value)]
    used = used.assign(listing_id=used["listing_id"].astype("str"), source=used["source"].astype("str"))
    stated = used.merge(parts, on="listing_id", how="inner", validate="many_to_one")
    currency = stated.assign(foreign=stated["currency"] != "USD").sort_values(["foreign", "currency"], kind="stable")
    spoken = currency.drop_duplicates(["offer", "source"]).set_index(["offer", "source"])["currency"]
    place = pd.MultiIndex.from_frame(stated[["offer", "source"]])
    stated = stated[stated["currency"].to_numpy() == spoken.reindex(place).to_numpy()]
    missed = sources.set_index("source")["schedule"].map(lambda text: MISSED_LOOKS * Schedule.parse(text).interval)
    days = held(stated, missed.loc[stated["source"]].to_numpy(), LONGEST_BETWEEN_COPIES, pd.Timestamp(utc(until)))
    stated = stated.assign(first=days["first"], last=days["last"])
    holding: pd.DataFrame = stated[stated["first"] <= stated["last"]].reset_index(drop=True)
    return holding


def _representatives(stated: pd.DataFrame) -> pd.DataFrame:
    """Per offer the base listing that states an input price last; else any meter."""
    base = stated[stated["base"]].assign(input=lambda rows: rows["meter"] == Meter.INPUT.value)
    ordered = base.sort_values(["input", "last", "listing_id"], kind="stable")
    return ordered.drop_duplicates("offer", keep="last")[["offer", "listing_id"]]


def _prices(stated: pd.DataFrame) -> pd.DataFrame:
    """Per offer, source and run of days: currency, tax, and the three prices of the base conditions."""
    pieces = segments(stated, ["offer", "source"])
    order = {PriceBasis.NET.value: 0, PriceBasis.LIST.value: 1, PriceBasis.UNKNOWN.value: 2}
    pieces["basis"] = pieces["price_basis"].astype("str").map(order)
    pieces = pieces.sort_values(["basis", "first_seen"], ascending=[True, False], kind="stable")
    segment = ["offer", "source", "since", "until"]
    single = pieces.drop_duplicates([*segment, "listing_id", "meter"])
    weekly = _weekly_means(single, segment)
    shortest = weekly.sort_values(["rank", "band"], kind="stable").drop_duplicates([*segment, "meter"])
    wide = shortest.set_index([*segment, "meter"])["price"].unstack("meter").reindex(columns=list(_METERS))  # noqa: PD010 - one value per cell by construction
    said = shortest.groupby(segment, sort=False).agg(
        currency=("currency", "first"), vat_included=("vat_included", "first"), seen=("last_seen", "max")
    )
    priced = wide.join(said, validate="one_to_one").reset_index()
    return priced[priced["input"].notna() | priced["output"].notna()]


def _weekly_means(single: pd.DataFrame, segment: list[str]) -> pd.DataFrame:
    """One price per band and meter: the windows of the week by their share, the rest of it by what is left."""
    price = single["nano_per_million"] / 1e9
    windowed = single["share"].notna()
    group = [*segment, "band", "meter"]
    table = single.assign(
        weighted=price * single["share"].fillna(0.0), own=price.where(~windowed), alone=single["rest"]
    )
    sums = table.groupby(group, sort=False).agg(
        weighted=("weighted", "sum"),
        share=("share", "sum"),
        own=("own", "max"),
        alone=("alone", "max"),
        rank=("rank", "first"),
        currency=("currency", "first"),
        vat_included=("vat_included", "first"),
        last_seen=("last_seen", "max"),
    )
    rest = 1.0 - sums["share"]
    whole = sums["own"].isna() & (rest.abs() < _WHOLE_WEEK)
    sums["price"] = (sums["own"] * rest + sums["weighted"]).where(~whole, sums["weighted"] / sums["share"])
    # What a source asks for the rest of the week is no weekly price while it does not say what the hours cost.
    return sums[sums["price"].notna() & ~(sums["alone"] & (sums["share"] == 0))].reset_index()


def _most_trusted(prices: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Per offer and run of days the prices of the source that speaks."""
    trust = sources.set_index("source")["trust"].map(TRUST.index)
    ranked = prices.assign(trust=trust.loc[prices["source"]].to_numpy(), age=-day_of(prices["seen"]).astype("int64"))
    pieces = segments(ranked.rename(columns={"since": "first", "until": "last"}), ["offer"])
    ordered = pieces.sort_values(["offer", "since", "trust", "age", "source"], kind="stable")
    return ordered.drop_duplicates(["offer", "since"])


def _runs(chosen: pd.DataFrame) -> pd.DataFrame:
    """Neighbouring days at one value of one source as one row."""
    rows = chosen.sort_values(["offer", "since"], kind="stable").reset_index(drop=True)
    before = rows.shift()
    same = (rows["offer"] == before["offer"]) & (rows["since"] - _DAY == before["until"])
    for column in ("source", "currency", "vat_included", *_METERS):
        same &= (rows[column] == before[column]) | (rows[column].isna() & before[column].isna())
    rows["source_changed"] = (rows["offer"] == before["offer"]) & (rows["source"] != before["source"])
    number = (~same).cumsum()
    rows["until"] = rows.groupby(number)["until"].transform("max")
    return rows[~same].reset_index(drop=True)


def _in_dollars(rows: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """The rows with both blends in dollars; foreign ones split by the day of the reference rate."""
    parts = [_converted(own, rates, str(currency)) for currency, own in rows.groupby("currency", sort=True)]
    table = pd.concat(parts, ignore_index=True)
    cached, assumed = cached_or_input(table["input"], table["cached_input"])
    return table.assign(
        b31_usd=b31(table["input"], table["output"]) * table["usd"],
        b721_usd=b721(table["input"], cached, table["output"]) * table["usd"],
        cached_assumed=assumed,
    )


def _converted(rows: pd.DataFrame, rates: pd.DataFrame, currency: str) -> pd.DataFrame:
    if currency == "USD":
        return rows.join(reference_rate(rates, currency, rows["since"]))
    lengths = (rows["until"] - rows["since"]).dt.days.to_numpy() + 1
    daily = rows.loc[rows.index.repeat(lengths)]
    day = daily["since"] + pd.to_timedelta(daily.groupby(level=0).cumcount(), unit="D")
    daily = daily.assign(day=day, number=daily.index).reset_index(drop=True)
    daily = daily.join(reference_rate(rates, currency, daily["day"]))
    before = daily.shift()
    same_rate = (daily["rate_day"] == before["rate_day"]) | (daily["rate_day"].isna() & before["rate_day"].isna())
    new = (daily["number"] != before["number"]) | ~same_rate
    daily["since"] = daily["day"]
    daily["until"] = daily.groupby(new.cumsum())["day"].transform("max")
    daily["source_changed"] &= daily["number"] != before["number"]
    return daily[new].drop(columns=["day", "number"]).reset_index(drop=True)
