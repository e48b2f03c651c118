"""Every frame that crosses a layer: its columns, types, units, key and meaning.

`check(frame, "spells")` is the only way in: missing, surplus or mistyped columns, a broken key or a naive instant
raise FrameError. docs/data-dictionary.md and the column notes of exports are made from these declarations.

Types: `text` (pandas str or category), `integer` (int64; Int64 where nullable), `number` (float64), `flag` (bool),
`instant` (datetime64[us, UTC]), `day` (datetime64[us], midnight, no zone: a UTC calendar day). Missing is NA/NaT,
never 0 or "".
"""

from dataclasses import dataclass
from typing import Literal, cast

import pandas as pd

from pipeline.domain.errors import FrameError

Kind = Literal["text", "integer", "number", "flag", "instant", "day"]


@dataclass(frozen=True, slots=True)
class Column:
    kind: Kind
    description: str
    unit: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A declared frame: what a row is, which columns make it unique, each column, and pairs of columns of which the
    first is never above the second."""

    row: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    ordered: tuple[tuple[str, str], ...] = ()


def _text(description: str, *, optional: bool = False, unit: str = "") -> Column:
    return Column("text", description, unit, optional)


def _instant(description: str, *, optional: bool = False) -> Column:
    return Column("instant", description, "UTC", optional)


def _pair_side(side: str) -> dict[str, Column]:
    """One side of a home and export pair."""
    price = f"{side} currency per million tokens, net, mean of the week"
    return {
        f"{side}_day": Column("day", "day of the offer"),
        f"{side}_seller": _text("who bills"),
        f"{side}_country_of_record": _text("country of the seller of record, or unknown"),
        f"{side}_market": _text("country of the buyer"),
        f"{side}_region": _text("region the offer names", optional=True),
        f"{side}_channel": _text("level of trade"),
        f"{side}_served_from": _text("countries of the data centres, or unknown"),
        f"{side}_source": _text("whose word it is"),
        f"{side}_trust": _text("what kind of source that is"),
        f"{side}_currency": _text("ISO 4217"),
        f"{side}_input": _text("input, plain decimal, tax as stated", optional=True, unit=price),
        f"{side}_cached_input": _text("cached input, plain decimal, tax as stated", optional=True, unit=price),
        f"{side}_output": _text("output, plain decimal, tax as stated", optional=True, unit=price),
        f"{side}_vat_included": _text("yes, no or unknown"),
        f"{side}_vat_stated_in": _text("where that is stated, or unknown"),
        f"{side}_documents": _text("JSON list of payload SHA-256"),
    }


_LISTING_KEY = {
    "seller": _text("who bills"),
    "served_by": _text("who computes"),
    "market": _text("country of the buyer: ISO 3166 alpha-2, EU or international"),
    "region": _text("region the offer names", optional=True),
    "label": _text("the model's name as printed"),
    "conditions": _text("canonical JSON of tier, window, bands, thinking, precision (promotion and as_published in)"),
}
_PRICE_KEY = {
    "meter": _text("what is billed"),
    "currency": _text("ISO 4217"),
    "per_unit": _text("token, character, image …: the unit that is counted in millions"),
    "vat_included": _text("yes, no or unknown, as read"),
    "price_basis": _text("list, net or unknown, as read"),
}

FRAMES: dict[str, Frame] = {
    "captures": Frame(
        "one fetch that is in force for its source: a body read whole, or the confirmation of one (304, same bytes)",
        ("capture",),
        {
            "capture": Column("integer", "number of the fetch in the hash chain"),
            "source": _text("name of the source"),
            "url": _text("address, or package URL of a document in a package"),
            "captured_at": _instant("when it was fetched"),
            "as_of": _instant("the instant an archived copy speaks for", optional=True),
            "public_at": _instant("as_of, else captured_at: when anyone could have known"),
            "recorded_at": _instant("when the ledger wrote it"),
            "payload_sha256": _text("SHA-256 of the body this fetch brought or confirmed"),
            "spider_version": Column("integer", "version of the spider whose parse is in force"),
            "kind": _text("scheduled, asked or backfill"),
            "verdict": _text("verdict of the run"),
            "handed_in_by": _text("who handed the document in, where no crawl fetched it", optional=True),
        },
    ),
    "quotes": Frame(
        "one price as one body states it; one place may state several: models of a line, list and net, regions",
        (
            "payload_sha256",
            "where",
            "label",
            "market",
            "region",
            "meter",
            "conditions",
            "currency",
            "per_unit",
            "price_basis",
            "effective_at",
        ),
        {
            "payload_sha256": _text("SHA-256 of the body"),
            "source": _text("name of the source"),
            **_LISTING_KEY,
            "market_basis": _text("page or declared"),
            "alias_of": _text("the name this label points to, where the source says so", optional=True),
            "meter": _text("what is billed"),
            "amount": _text("amount as published, plain decimal text", unit="currency per `per` units"),
            "nano_per_million": Column("integer", "the amount as an integer", "10⁻⁹ currency per million units"),
            "currency": _text("ISO 4217"),
            "per": Column("integer", "how many units the amount buys"),
            "per_unit": _text("the unit that `per` counts"),
            "vat_included": _text("yes, no or unknown, as read"),
            "price_basis": _text("list, net or unknown, as read"),
            "effective_at": _instant("since when the source says it applies", optional=True),
            "effective_basis": _text("who says so", optional=True),
            "observed_at": _instant("the look at the price list, in a document that holds several", optional=True),
            "where": _text("place in the body: RFC 6901 pointer, table cell or line"),
        },
    ),
    "sources": Frame(
        "one source: the facts its spider declares",
        ("source",),
        {
            "source": _text("name"),
            "title": _text("name for people"),
            "kind": _text("prices, scores, rates …"),
            "sellers": _text("JSON list"),
            "markets": _text("JSON list"),
            "urls": _text("JSON list"),
            "schedule": _text("how often it is read"),
            "lineage": _text("the voice it repeats; its own name where it reads for itself"),
            "trust": _text("seller, archive, aggregator or copy"),
            "licence": _text("licence or terms"),
            "redistribute": _text("yes, derived or no"),
            "needs_key": _text("the secret it needs", optional=True),
            "confirmed": Column("flag", "a real document of it was read"),
        },
    ),
    "listings": Frame(
        "one thing that has a price",
        ("listing_id",),
        {
            "listing_id": _text("first 16 hex digits of SHA-256 over the key (DOORS)"),
            **_LISTING_KEY,
            "maker": _text("who made the weights", optional=True),
            "model_version": _text("maker/slug; missing while the label is unmatched", optional=True),
            "identity_rule": _text("the rule that matched the label, or why it was refused"),
            "first_party": Column("flag", "the seller is the maker"),
            "floating": Column("flag", "the label is an alias that may be pointed elsewhere"),
            "tier": _text("service tier"),
            "base": Column(
                "flag", "standard tier, shortest band, no window or the rest of the week: the base conditions"
            ),
        },
    ),
    "spells": Frame(
        "the longest run of captures in which one source stated one amount of one meter of one listing",
        ("source", "listing_id", "meter", "currency", "per_unit", "vat_included", "price_basis", "first_seen"),
        {
            "source": _text("name of the source"),
            "listing_id": _text("the listing"),
            **_PRICE_KEY,
            "nano_per_million": Column("integer", "the price", "10⁻⁹ currency per million units"),
            "amount": _text("amount as published at first sight", unit="currency per `per` units"),
            "per": Column("integer", "how many units the amount buys"),
            "first_seen": _instant("first capture that states it (public time)"),
            "last_seen": _instant("last capture that states it (public time)"),
            "not_before": _instant("last capture before first_seen that did not state it", optional=True),
            "not_after": _instant("first capture after last_seen that did not state it", optional=True),
            "effective_at": _instant("since when the source says it applies", optional=True),
            "effective_basis": _text("who says so", optional=True),
            "ended": _text("open, changed, withdrawn or gap: why the spell ended"),
            "captures": Column("integer", "captures that state it"),
            "recorded_at": _instant("when the ledger first held it"),
            "first_payload": _text("SHA-256 of the first body"),
            "last_payload": _text("SHA-256 of the last body"),
            "where": _text("place in the first body"),
            "promotion": _text("canonical JSON of the promotion at first sight", optional=True),
        },
    ),
    "changes": Frame(
        "two neighbouring spells of one source and one price: what one source recorded",
        ("source", "listing_id", "meter", "currency", "per_unit", "price_basis", "first_seen_new"),
        {
            "source": _text("name of the source"),
            "lineage": _text("the voice it repeats"),
            "listing_id": _text("the listing"),
            "meter": _text("what is billed"),
            "currency": _text("ISO 4217"),
            "per_unit": _text("the unit counted"),
            "vat_included": _text("yes, no or unknown, as read"),
            "price_basis": _text("list, net or unknown"),
            "old_nano": Column("integer", "old price; missing at a launch", "10⁻⁹ currency per million units", True),
            "new_nano": Column(
                "integer", "new price; missing at a withdrawal", "10⁻⁹ currency per million units", True
            ),
            "last_seen_old": _instant("last capture with the old price", optional=True),
            "first_seen_new": _instant("first capture with the new price, or without any"),
            "effective_at": _instant("since when the source says the new price applies", optional=True),
            "effective_basis": _text("who says so", optional=True),
            "recorded_at": _instant("when the ledger first held it"),
            "old_payload": _text("SHA-256 of the last body with the old price", optional=True),
            "new_payload": _text("SHA-256 of the first body with the new price"),
            "across_gap": Column("flag", "more than max_gap lies between the two looks"),
        },
    ),
    "events": Frame(
        "one decision of a seller",
        ("id",),
        {
            "id": _text(
                "first 16 hex digits of SHA-256 over maker, kind, day of the move, currency, old and new amounts"
            ),
            "kind": _text("cut, rise, mixed, launch …"),
            "maker": _text("who made the weights"),
            "seller": _text("who bills"),
            "market": _text("country of the buyer"),
            "model_version": _text("that of most listings; missing while unmatched", optional=True),
            "model_versions": _text("JSON list"),
            "labels": _text("JSON list"),
            "listing_ids": _text("JSON list"),
            "sources": _text("JSON list of the lineages that show it"),
            "contradicted_by": _text("JSON list of lineages"),
            "recorded_at": _instant("when the ledger first held it"),
            "public_at": _instant("when anyone could first have known"),
            "effective_at": _instant("when it applies from, by the earliest dated evidence", optional=True),
            "bracket_from": _instant("last seen old", optional=True),
            "bracket_to": _instant("first seen new"),
            "effective_basis": _text("seller_dated, seller_observed, catalogue_dated or first_seen"),
            "currency": _text("ISO 4217"),
            "vat_included": _text("yes, no or unknown"),
            "prices": _text("JSON {meter: {old, new}}, per million units, decimal text"),
            "change_b31": Column("number", "relative change of B31", "ratio", True),
            "change_b721": Column("number", "relative change of B721", "ratio", True),
            "class_": _text("market_move, correction, alias_move, scope_change, channel_discount or unexplained"),
            "state": _text("recorded, probable, confirmed, expired or reverted"),
            "veto": _text("the rule that spoke against a market move", optional=True),
            "explanation": _text("the class and the state in plain words, with the evidence used"),
            "captures": _text("JSON list of payload SHA-256"),
            "flag": _text("strongest of sharp_cut, suspected_underpricing, suspected_dumping, watch", optional=True),
        },
        ordered=(("bracket_from", "bracket_to"),),
    ),
    "patterns": Frame(
        "what several decisions, or a promotion, a channel or a calendar, show together; no input of a flag",
        ("id",),
        {
            "id": _text("first 16 hex digits of SHA-256 over pattern, subject, instant and days"),
            "pattern": _text("drawdown, new_low, low_launch, to_free, cached_only, channel_discount, price_war …"),
            "at": _instant("when anyone could first have known"),
            "maker": _text("who made the weights", optional=True),
            "seller": _text("who bills", optional=True),
            "market": _text("country of the buyer", optional=True),
            "model_version": _text("maker/slug", optional=True),
            "currency": _text("ISO 4217", optional=True),
            "days": Column("integer", "window looked back, lag, or length", "days", True),
            "size": Column("number", "relative size: −0.39 is 39 % down; of a weekday its share", "ratio", True),
            "p": Column("number", "share of random orders that look so, the seen one counted in", "", True),
            "events": _text("JSON list of the decisions it rests on"),
            "sentence": _text("the finding in plain words"),
        },
    ),
    "flags": Frame(
        "one trigger judged: a sharp cut, a launch price, or a price that stood 30 days",
        ("id",),
        {
            "id": _text("first 16 hex digits of SHA-256 over the trigger and its decision or price"),
            "kind": _text("sharp_cut, suspected_underpricing, suspected_dumping, watch; missing: none", optional=True),
            "trigger": _text("sharp_cut, launch or standing"),
            "event": _text("id of the decision that set the price, where one is on record", optional=True),
            "maker": _text("who made the weights"),
            "seller": _text("who bills"),
            "market": _text("country of the buyer"),
            "model_version": _text("maker/slug; missing while the label is unmatched", optional=True),
            "day": Column("day", "since when the price applies, by the earliest dated evidence"),
            "public_at": _instant("when anyone could have known it: it is judged as of that day"),
            "state": _text("state of the decision; of a standing price probable or confirmed"),
            "confirmed": Column("flag", "the trigger is confirmed"),
            "price_usd": Column("number", "B31 at the reference rate, tax as stated", "USD per million tokens", True),
            "outlier": _text("outcome of the rank among makers (I5)"),
            "hosts": _text("outcome: under the second lowest independent host of the same weights"),
            "cost": _text("outcome: under the low end of cost"),
            "margin": _text("outcome: 2 % or more, its sign kept under every switch"),
            "makers": Column("integer", "other makers of the rank", "", True),
            "p": Column("number", "(1 + makers not above) / (makers + 1)", "", True),
            "kept": Column("integer", "switch combinations that keep the sign of the margin", "", True),
            "defined": Column("integer", "combinations that have a figure", "", True),
            "undefined": Column("integer", "combinations that have none", "", True),
            "conditions": _text("JSON list of indicators: name, outcome, value, threshold, reason, labels"),
            "explanations": _text("JSON list of innocent explanations: name, outcome, text"),
            "not_tested": _text("JSON list of what no flag tests: name, reason"),
            "missing": _text("JSON list of the parts that are missing for a suspicion"),
            "stopped_at": _text("the first step of the funnel that did not hold", optional=True),
            "stopped_by": _text("why, in words that can be counted", optional=True),
            "captures": _text("JSON list of payload SHA-256"),
            "text": _text("the flag in plain words"),
            "legal": _text("what a flag is not"),
        },
    ),
    "funnel": Frame(
        "how many decisions and triggers are left after one step, or were stopped by one condition",
        ("order", "trigger", "what", "condition"),
        {
            "order": Column("integer", "number of the step"),
            "step": _text("the step"),
            "trigger": _text("all, or one kind of trigger"),
            "what": _text("left, stopped or of which"),
            "condition": _text("what stopped them, or of which kind they are; empty where it is left"),
            "count": Column("integer", "decisions or triggers"),
        },
    ),
    "outlier_panel": Frame(
        "what a rank among makers could say in one month",
        ("month",),
        {
            "month": Column("day", "its first day"),
            "quarter": _text("its quarter"),
            "makers_on_sale": Column("integer", "makers with a model of the last 12 months on sale"),
            "makers": Column("integer", "of them, with a public score and known openness"),
            "models": Column("integer", "their models"),
            "smallest_p": Column("number", "smallest p for one of these makers", "", True),
            "vintage": _text("the scores that were public", optional=True),
            "triggers": Column("integer", "triggers judged"),
            "ranked": Column("integer", "of them, placed among some makers"),
            "tests": Column("integer", "of them, placed among enough makers to be a test"),
        },
    ),
    "pairs": Frame(
        "a model version that one party sells at home and abroad: both prices of the last day on which both stood",
        ("pair",),
        {
            "pair": _text("16 hex digits: the same pair in every build"),
            "maker": _text("who made the weights"),
            "model_version": _text("maker/slug"),
            "tier": _text("service tier of both sides"),
            "band": _text("the band compared; missing where the sides share none", optional=True),
            "comparability": _text("like, or similar: shown, and kept out of a margin"),
            "differences": _text("what makes it similar", optional=True),
            **_pair_side("home"),
            **_pair_side("export"),
            "home_tax_rate": Column("number", "tax on the home price", "fraction of the price without it", True),
            "rate_per_usd": Column("number", "reference rate of the home currency", "units per dollar", True),
            "rate_day": Column("day", "day of the reference rate", "", True),
            "rate_basis": _text("daily, or of an earlier day", optional=True),
            "base_tax": _text("treatment of tax at the base: the first that what is stated leaves open", optional=True),
            "margin_b31": Column("number", "margin on B31 at the base", "% of the export price", True),
            "margin_b721": Column("number", "margin on B721 at the base", "% of the export price", True),
            "lowest": Column("number", "lowest of all defined combinations", "% of the export price", True),
            "highest": Column("number", "highest of all defined combinations", "% of the export price", True),
            "kept": Column("integer", "combinations that keep the sign of the base", "", True),
            "defined": Column("integer", "combinations that have a figure", "", True),
            "undefined": Column("integer", "combinations that have none", "", True),
            "turned_by": _text("switches that turn the sign with all others held", optional=True),
            "outcome": _text("passes, indicated, fails or not_evaluable"),
            "reason": _text("why"),
            "labels": _text("caveats that go wherever the figure goes", optional=True),
        },
    ),
    "pair_switches": Frame(
        "one switch of a pair's margin held at one value",
        ("pair", "switch", "value"),
        {
            "pair": _text("of the frame pairs"),
            "order": Column("integer", "place in the grid"),
            "switch": _text("tax, rate, mix, peak, price or weights"),
            "value": _text("the value it is held at; the first of a switch is its base"),
            **{
                mix: Column(
                    "number", f"margin at this mix, all else at the base ({what})", "% of the export price", True
                )
                for mix, what in (
                    ("b31", "B31"),
                    ("b721", "B721"),
                    ("input", "input tokens only"),
                    ("output", "output tokens only"),
                )
            },
            "lowest": Column("number", "lowest over all other switches", "% of the export price", True),
            "highest": Column("number", "highest over all other switches", "% of the export price", True),
            "kept": Column("integer", "combinations that keep the sign of the pair's base"),
            "defined": Column("integer", "combinations that have a figure"),
            "undefined": Column("integer", "combinations that have none"),
        },
    ),
    "same_weights": Frame(
        "the maker of open weights, or a host that serves them, on the build's day; only versions with three hosts",
        ("model_version", "role", "host"),
        {
            "day": Column("day", "the day"),
            "model_version": _text("maker/slug"),
            "role": _text("maker or host"),
            "host": _text("who computes"),
            "seller": _text("who bills"),
            "channel": _text("level of trade"),
            "affiliated_with_maker": _text("yes, no or unknown"),
            "market": _text("country of the buyer"),
            "served_from": _text("region of the offer, else countries of the host's data centres, else unknown"),
            "precision": _text("number format of the weights, or unknown"),
            "context_tokens": _text("context window in tokens, or unknown"),
            "b31_usd": Column("number", "B31, standard tier", "USD per million tokens"),
            "b721_usd": Column("number", "B721, standard tier", "USD per million tokens"),
            "source": _text("whose word it is"),
            "trust": _text("what kind of source that is"),
            "captures": Column("integer", "captures that state the price"),
            "counts": _text("maker, or whether the host counts in the gap: yes, no"),
            "left_out_because": _text("why it does not", optional=True),
            "gap_b31_percent": Column(
                "number", "median of counting hosts over the maker", "% of the maker's price", True
            ),
            "gap_b31_low": Column("number", "lowest with one host left out", "% of the maker's price", True),
            "gap_b31_high": Column("number", "highest with one host left out", "% of the maker's price", True),
            "under_second_lowest_host": _text("whether the maker is under it", optional=True),
            "reason": _text("what the gap rests on, or why there is none"),
        },
    ),
    "seller_facts": Frame(
        "what is known of one seller, by market where that matters",
        ("seller", "market", "fact"),
        {
            "seller": _text("who bills"),
            "market": _text("country of the buyer, or any"),
            "fact": _text("legal_entity, country, affiliated_with, channel, served_from or volume_tiers"),
            "value": _text("as its source states it, else unknown"),
            "source": _text("where that stands", optional=True),
            "public_since": Column("day", "since when anyone could know it", "", True),
            "reviewed_on": Column("day", "when a person looked at it", "", True),
        },
    ),
    "rents": Frame(
        "the list price of one machine with chips that serve models, as public on the build's day",
        ("chip", "seller", "region", "machine", "source", "public_since"),
        {
            "chip": _text("name of the chip"),
            "memory_gb": Column("integer", "memory of one chip", "GB"),
            "chips": Column("integer", "chips in the machine"),
            "usd_hour": Column("number", "rent of the whole machine, on demand", "USD per hour"),
            "usd_chip_hour": Column("number", "the same over its chips", "USD per hour"),
            "seller": _text("who lets it"),
            "region": _text("where it stands"),
            "machine": _text("name of the machine"),
            "source": _text("where that stands"),
            "public_since": Column("day", "since when anyone could know it"),
            "reviewed_on": Column("day", "when a person looked at it"),
        },
    ),
    "taxes": Frame(
        "a tax on sales in one country",
        ("country", "tax", "applies_to"),
        {
            "country": _text("ISO 3166 alpha-2"),
            "tax": _text("its name"),
            "rate": Column("number", "rate on the price without it", "fraction"),
            "applies_to": _text("what it is laid on"),
            "source": _text("where that stands"),
            "public_since": Column("day", "since when anyone could know it", "", True),
            "reviewed_on": Column("day", "when a person looked at it"),
        },
    ),
    "scores": Frame(
        "one benchmark's value of one model in one vintage",
        ("source", "benchmark", "benchmark_version", "label", "published_at"),
        {
            "source": _text("name of the source"),
            "benchmark": _text("name"),
            "benchmark_version": _text("version or vintage"),
            "label": _text("the model's name as printed"),
            "model_version": _text("maker/slug", optional=True),
            "value": Column("number", "the score", "points"),
            "low": Column("number", "lower end of the interval", "points", True),
            "high": Column("number", "upper end of the interval", "points", True),
            "votes": Column("integer", "sample size", "votes", True),
            "published_at": _instant("when anyone could first have read it"),
            "payload_sha256": _text("SHA-256 of the body"),
            "where": _text("place in the body"),
        },
    ),
    "vintages": Frame(
        "one publication of one benchmark, and how it compares with the one before",
        ("source", "benchmark", "payload_sha256"),
        {
            "source": _text("name of the source"),
            "benchmark": _text("name"),
            "public_at": _instant("when its last entry was public"),
            "payload_sha256": _text("SHA-256 of the body"),
            "benchmark_version": _text("version or vintage as printed"),
            "entries": Column("integer", "entries"),
            "models": Column("integer", "model versions that entries were matched to"),
            "overlap": Column("integer", "entries that the vintage before has too"),
            "moved": Column("number", "part of the overlap that moved by more than .05 points", "share", True),
            "is_break": Column("flag", "more than half moved: another scale under the same name"),
            "slope": Column("number", "least squares of new on old values at a break", "points per point", True),
            "intercept": Column("number", "least squares of new on old values at a break", "points", True),
            "residual": Column("number", "deviation of the residuals of that link", "points", True),
        },
    ),
    "rates": Frame(
        "one reference exchange rate: one unit of base is value units of currency",
        ("source", "base", "currency", "day"),
        {
            "source": _text("name of the source"),
            "base": _text("ISO 4217"),
            "currency": _text("ISO 4217"),
            "day": Column("day", "reference day"),
            "value": Column("number", "rate", "currency per base"),
            "payload_sha256": _text("SHA-256 of the body"),
        },
    ),
    "series": Frame(
        "one value of one series on one day",
        ("series", "variant", "blend", "every", "period"),
        {
            "series": _text("matched_model (I1), frontier_slope, hedonic (I3), origin_gap (I4) or host_dispersion"),
            "variant": _text("which of its definitions"),
            "blend": _text("b31 or b721"),
            "every": _text("day, week or month"),
            "period": Column("day", "last day of the period"),
            "value": Column("number", "level, or gap", "100 in the first period, or per cent", True),
            "low": Column("number", "lower end of the 95 % interval", "as value", True),
            "high": Column("number", "upper end of the 95 % interval", "as value", True),
            "p": Column("number", "two-sided p of no gap, where the series tests one", "", True),
            "models": Column("integer", "model versions, offers or periods behind the value", "", True),
            "makers": Column("integer", "makers behind the value", "", True),
            "coverage": Column("number", "scored model versions, or matched offers, of all on sale", "share", True),
            "benchmark": _text("whose points, where any", optional=True),
            "vintage": Column("instant", "vintage of the scores used, where any", "UTC", True),
        },
    ),
    "frontier": Frame(
        "the cheapest screened price that reaches a score, at the end of one period, and who asks it",
        ("blend", "every", "view", "score", "period"),
        {
            "blend": _text("b31 or b721"),
            "every": _text("day, week or month"),
            "view": _text("known_now (one frozen vintage) or public_then (scores that were public on the day)"),
            "score": Column("number", "the rung: at least this score", "points"),
            "period": Column("day", "last day of the period"),
            "price": Column("number", "the frontier price", "USD per million tokens"),
            "model_version": _text("who holds it"),
            "seller": _text("who asks it"),
            "listing_id": _text("the listing"),
            "runner_up": _text("the next model version", optional=True),
            "runner_up_price": Column("number", "its price", "USD per million tokens", True),
            "candidates": Column("integer", "model versions that reach the rung", ""),
            "cost_per_point": Column(
                "number", "price divided by the holder's score", "USD per million and point", True
            ),
            "holder_score": Column("number", "the holder's score", "points"),
            "band": Column("number", "deviation that links between vintages carry", "points"),
            "coverage": Column("number", "scored model versions of all that are on sale and screened", "share"),
            "benchmark": _text("whose points"),
            "vintage": Column("instant", "the frozen vintage of the scores", "UTC", True),
        },
    ),
    "quality_prices": Frame(
        "what one scored model version costs in one month, beside the frontier, its peers and other makers",
        ("blend", "period", "model_version"),
        {
            "blend": _text("b31 or b721"),
            "period": Column("day", "last day of the month"),
            "model_version": _text("maker/slug"),
            "maker": _text("who made the weights"),
            "score": Column("number", "its score", "points"),
            "price": Column("number", "its maker's own, else the median of its hosts", "USD per million tokens"),
            "cost_per_point": Column("number", "price divided by score", "USD per million and point", True),
            "frontier_price": Column(
                "number", "the cheapest screened price that reaches its score", "USD per million tokens", True
            ),
            "undercut_pct": Column("number", "against the median of its peers; below 0 is cheaper", "per cent", True),
            "peers": Column("integer", "other makers' models within 3 points, openness the same"),
            "expected_price": Column("number", "by the regression without its maker", "USD per million tokens", True),
            "expected_low": Column("number", "lower end, 80 % conformal over makers", "USD per million tokens", True),
            "expected_high": Column("number", "upper end, 80 % conformal over makers", "USD per million tokens", True),
            "residual_pct": Column("number", "price against the expected price", "per cent", True),
            "controls": _text("what the regression holds alike: score, or score and openness", optional=True),
            "makers": Column("integer", "other makers in the regression", "", True),
            "not_above": Column("integer", "those whose lowest residual is not above", "makers", True),
            "p": Column("number", "(1 + not_above)/(makers + 1); missing under 19 other makers", "", True),
            "benchmark": _text("whose points"),
            "vintage": Column("instant", "the frozen vintage of the scores", "UTC", True),
        },
    ),
    "host_dispersion": Frame(
        "what the independent hosts of one model version ask at the end of one month",
        ("blend", "period", "model_version"),
        {
            "blend": _text("b31 or b721"),
            "period": Column("day", "last day of the month"),
            "model_version": _text("maker/slug"),
            "hosts": Column("integer", "hosts, routers and the maker left out"),
            "left_out": Column("integer", "hosts more than ten times above or below the median: a slipped unit"),
            "lowest": Column("number", "lowest price", "USD per million tokens"),
            "median": Column("number", "median price", "USD per million tokens"),
            "highest": Column("number", "highest price", "USD per million tokens"),
            "spread_pct": Column("number", "highest against lowest", "per cent"),
            "log_sd": Column("number", "standard deviation of the log prices"),
            "maker_price": Column("number", "the lowest of the maker's own", "USD per million tokens", True),
            "gap_pct": Column("number", "median host against the maker", "per cent", True),
            "matched_hosts": Column("integer", "hosts that stood in the month before too", "", True),
            "matched_change_pct": Column("number", "change of the median over those", "per cent", True),
        },
    ),
    "throughput": Frame(
        "one statistic of one endpoint on one day under one workload, with its price beside it",
        (
            "source",
            "workload",
            "metric",
            "statistic",
            "seller",
            "served_by",
            "label",
            "region",
            "precision",
            "tier",
            "day",
        ),
        {
            "source": _text("name of the source"),
            "workload": _text("what was measured, in words; never mixed"),
            "metric": _text("as in readings"),
            "statistic": _text("p50, p95, mean …"),
            "seller": _text("who bills"),
            "served_by": _text("who computes"),
            "label": _text("the model's name as printed"),
            "model_version": _text("maker/slug", optional=True),
            "region": _text("region the endpoint names", optional=True),
            "precision": _text("number format of the weights, where stated", optional=True),
            "tier": _text("service tier, where stated", optional=True),
            "day": Column("day", "UTC day"),
            "value": Column("number", "median of the day's readings", "tokens per second, or milliseconds"),
            "readings": Column("integer", "readings of the day"),
            "samples": Column("integer", "requests behind them, where stated", "requests", True),
            "price_usd": Column("number", "B31 that day", "USD per million tokens", True),
            "price_of": _text("this offer, or the host's own list", optional=True),
        },
    ),
    "market_shares": Frame(
        "the share of one maker or model version in the tokens that one channel served in the days up to a day",
        ("source", "seller", "last_day", "days", "by", "name"),
        {
            "source": _text("name of the source"),
            "seller": _text("the channel"),
            "last_day": Column("day", "last day of the sum"),
            "days": Column("integer", "days in the sum", "days"),
            "by": _text("maker or model_version"),
            "name": _text("whose; `unmatched` where no label was matched"),
            "tokens": Column("integer", "prompt and completion tokens", "tokens"),
            "share": Column("number", "of all tokens of the channel", "share"),
            "paid_share": Column("number", "of those that were not served free of charge", "share", True),
        },
    ),
    "readings": Frame(
        "one statistic of throughput, latency or context window of one model at one host, under one workload",
        ("source", "where", "observed_at", "metric", "statistic"),
        {
            "source": _text("name of the source"),
            "seller": _text("who bills"),
            "served_by": _text("who computes"),
            "label": _text("the model's name as printed"),
            "model_version": _text("maker/slug", optional=True),
            "region": _text("region the endpoint names", optional=True),
            "precision": _text("number format of the weights, where stated", optional=True),
            "tier": _text("service tier, where stated", optional=True),
            "metric": _text("output_tokens_per_second, time_to_first_token_ms or context_window_tokens"),
            "statistic": _text("p50, p95, mean …, or stated"),
            "value": Column("number", "the statistic", "tokens per second, milliseconds or tokens"),
            "workload": _text("what was measured, in words; never mixed"),
            "samples": Column("integer", "requests behind the statistic", "requests", True),
            "observed_at": _instant("when it was measured, else captured"),
            "payload_sha256": _text("SHA-256 of the body"),
            "where": _text("place in the body"),
        },
    ),
    "volumes": Frame(
        "tokens that one channel served of one model in the days up to a day",
        ("source", "seller", "label", "tier", "last_day", "days"),
        {
            "source": _text("name of the source"),
            "seller": _text("the channel"),
            "label": _text("the model's name as printed"),
            "model_version": _text("maker/slug", optional=True),
            "tier": _text("variant or service tier as printed"),
            "prompt_tokens": Column("integer", "prompt tokens", "tokens"),
            "completion_tokens": Column("integer", "completion tokens", "tokens"),
            "requests": Column("integer", "requests", "requests", True),
            "last_day": Column("day", "last day of the sum"),
            "days": Column("integer", "days in the sum", "days"),
            "payload_sha256": _text("SHA-256 of the body"),
            "where": _text("place in the body"),
        },
    ),
    "issues": Frame(
        "something a person must see",
        ("issue",),
        {
            "issue": _text("first 16 hex digits of SHA-256 over kind, source, subject and place"),
            "kind": _text("what is wrong"),
            "source": _text("name of the source", optional=True),
            "subject": _text("which label, listing or document"),
            "place": _text("where"),
            "text": _text("in plain words"),
            "first_seen": _instant("first sighting"),
            "last_seen": _instant("last sighting"),
            "count": Column("integer", "sightings"),
            "state": _text("open or closed"),
        },
    ),
    "runs": Frame(
        "one run of a source: what was due, done, failed",
        ("run",),
        {
            "run": _text("identifier"),
            "source": _text("name of the source"),
            "kind": _text("scheduled, asked or backfill"),
            "due": _instant("when it was due; the copy's as_of in a back-fill"),
            "attempt": Column("integer", "1 for the first"),
            "started_at": _instant("start", optional=True),
            "ended_at": _instant("end", optional=True),
            "verdict": _text("how it ended", optional=True),
            "documents": Column("integer", "bodies read or confirmed"),
            "quotes": Column("integer", "quotes of the bodies in force"),
            "notices": Column("integer", "what was read and is no price"),
            "issues": Column("integer", "issues raised"),
        },
    ),
    "coverage": Frame(
        "one source on one day: were we watching?",
        ("source", "day"),
        {
            "source": _text("name of the source"),
            "day": Column("day", "UTC day"),
            "state": _text("changed, unchanged, failed_fetch, failed_parse, blind, needs_key, missed or not_due"),
            "runs": Column("integer", "runs of that day"),
            "last_good_at": _instant("end of the last good run up to that day", optional=True),
        },
    ),
    "prices": Frame(
        "what a listing costs now, by the most trusted source that is not stale, the others beside it",
        ("listing_id", "meter", "currency", "per_unit", "price_basis"),
        {
            "listing_id": _text("the listing"),
            **_PRICE_KEY,
            "nano_per_million": Column("integer", "the price", "10⁻⁹ currency per million units"),
            "amount": _text("amount as published", unit="currency per `per` units"),
            "per": Column("integer", "how many units the amount buys"),
            "source": _text("who says it"),
            "first_seen": _instant("since when this source says it"),
            "last_seen": _instant("last capture that says it"),
            "stale": Column("flag", "two scheduled looks were missed"),
            "withdrawn": Column("flag", "the last look no longer lists it"),
            "payload_sha256": _text("SHA-256 of the last body"),
            "where": _text("place in the first body of the spell"),
            "promotion": _text("canonical JSON", optional=True),
            "others": _text("JSON list of {source, nano_per_million, last_seen}: the other sources"),
            "disagree": Column("flag", "another fresh source differs by more than 3 %"),
        },
    ),
    "blends": Frame(
        "the blended price of a listing from one day to the next change: USD per million tokens, tax as published",
        ("listing_id", "since"),
        {
            "listing_id": _text("the listing"),
            "since": Column("day", "first day at this value"),
            "until": Column("day", "last day at this value: a gap follows, not a flat line"),
            "source": _text("who says it"),
            "source_changed": Column("flag", "another source speaks from this day: no change of price"),
            "currency": _text("currency of the price as published"),
            "vat_included": _text("yes, no or unknown: nothing is divided by an unknown rate"),
            "input": Column("number", "input price", "currency per million tokens", True),
            "cached_input": Column("number", "cached input price", "currency per million tokens", True),
            "output": Column("number", "output price", "currency per million tokens", True),
            "b31_usd": Column("number", "(3·input + output)/4 at the reference rate", "USD per million tokens", True),
            "b721_usd": Column(
                "number", "(7·cached + 2·input + output)/10 at the reference rate", "USD per million tokens", True
            ),
            "cached_assumed": Column("flag", "no cached price: cached = input"),
            "rate_day": Column("day", "day of the reference rate used", "", True),
        },
    ),
    "transitions": Frame(
        "what became of a decision, as it was recorded: the reason for a mail or a follow-up",
        ("transition",),
        {
            "transition": Column("integer", "running number"),
            "decision": _text("id of the event"),
            "to": _text("flagged, withdrawn …"),
            "at": _instant("when"),
            "build": _text("the build that showed it"),
            "summary": _text("JSON of what the mail said"),
        },
    ),
}


def empty(name: str) -> pd.DataFrame:
    """A frame of no rows with the declared columns and types."""
    return coerce(pd.DataFrame({column: [] for column in FRAMES[name].columns}), name)


def coerce(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The frame's declared columns, in order, each cast to its declared type; then `check`. Loses no row."""
    declared = FRAMES[name].columns
    missing = [column for column in declared if column not in frame.columns]
    if missing:
        raise FrameError(f"the frame {name!r} lacks {', '.join(missing)}")
    return check(pd.DataFrame({column: _cast(frame[column], spec) for column, spec in declared.items()}), name)


def check(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The same frame, or FrameError naming the first thing that is wrong with it."""
    declared = FRAMES[name]
    if list(frame.columns) != list(declared.columns):
        surplus = [str(c) for c in frame.columns if c not in declared.columns]
        missing = [c for c in declared.columns if c not in frame.columns]
        raise FrameError(f"the frame {name!r} lacks {missing} and has {surplus} too many, or another order")
    for column, spec in declared.columns.items():
        if not _is_kind(frame[column], spec):
            raise FrameError(f"{name}.{column} is {frame[column].dtype}, not {spec.kind}")
        if not spec.optional and frame[column].isna().any():
            raise FrameError(f"{name}.{column} has missing values")
    if frame.duplicated(list(declared.key)).any():
        row = frame[frame.duplicated(list(declared.key))].iloc[0]
        raise FrameError(f"two rows of {name!r} share the key {[row[part] for part in declared.key]}")
    for low, high in declared.ordered:
        wrong = frame[frame[low] > frame[high]]
        if len(wrong):
            row = wrong.iloc[0]
            raise FrameError(f"{name}.{low} is above {high}: {row[low]}, {row[high]} in {row[declared.key[0]]}")
    return frame


def _cast(values: pd.Series, spec: Column) -> pd.Series:
    match spec.kind:
        case "text":
            return values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("str")
        case "integer":
            return values.astype("Int64" if spec.optional else "int64")
        case "number":
            return values.astype("float64")
        case "flag":
            return values.astype("bool")
        case "instant":
            return cast("pd.Series", pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]"))
        case "day":
            return cast("pd.Series", pd.to_datetime(values).astype("datetime64[us]"))


def _is_kind(values: pd.Series, spec: Column) -> bool:
    kind = str(values.dtype)
    match spec.kind:
        case "text":
            return kind in ("str", "category", "string")
        case "integer":
            return kind in ("int64", "Int64")
        case "number":
            return kind == "float64"
        case "flag":
            return kind == "bool"
        case "instant":
            return kind == "datetime64[us, UTC]"
        case "day":
            return kind == "datetime64[us]"
