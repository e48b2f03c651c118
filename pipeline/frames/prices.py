"""Prices as they stood."""

from pipeline.frames.column import LISTING_KEY, PRICE_KEY, Column, Frame, instant, text

PRICES: dict[str, Frame] = {
    "listings": Frame(
        "one thing that has a price",
        ("listing_id",),
        {
            "listing_id": text("first 16 hex digits of SHA-256 over the key (DOORS)"),
            **LISTING_KEY,
            "maker": text("who made the weights", optional=True),
            "model_version": text("maker/slug; missing while the label is unmatched", optional=True),
            "identity_rule": text("the rule that matched the label, or why it was refused"),
            "first_party": Column("flag", "the seller is the maker"),
            "floating": Column("flag", "the label is an alias that may be pointed elsewhere"),
            "tier": text("service tier"),
            "base": Column(
                "flag", "standard tier, shortest band, no window or the rest of the week: the base conditions"
            ),
        },
    ),
    "spells": Frame(
        "the longest run of captures in which one source stated one amount of one meter of one listing",
        ("source", "listing_id", "meter", "currency", "per_unit", "vat_included", "price_basis", "first_seen"),
        {
            "source": text("name of the source"),
            "listing_id": text("the listing"),
            **PRICE_KEY,
            "nano_per_million": Column("integer", "the price", "10⁻⁹ currency per million units"),
            "amount": text("amount as published at first sight", unit="currency per `per` units"),
            "per": Column("integer", "how many units the amount buys"),
            "first_seen": instant("first capture that states it (public time)"),
            "last_seen": instant("last capture that states it (public time)"),
            "not_before": instant("last capture before first_seen that did not state it", optional=True),
            "not_after": instant("first capture after last_seen that did not state it", optional=True),
            "effective_at": instant("since when the source says it applies", optional=True),
            "effective_basis": text("who says so", optional=True),
            "ended": text("open, changed, withdrawn or gap: why the spell ended"),
            "captures": Column("integer", "captures that state it"),
            "public_at": instant(
                "from when anyone could have read it: later than first_seen where a document dates its past"
            ),
            "recorded_at": instant("when the ledger first held it"),
            "first_payload": text("SHA-256 of the first body"),
            "last_payload": text("SHA-256 of the last body"),
            "where": text("place in the first body"),
            "promotion": text("canonical JSON of the promotion at first sight", optional=True),
        },
    ),
    "changes": Frame(
        "two neighbouring spells of one source and one price: what one source recorded",
        ("source", "listing_id", "meter", "currency", "per_unit", "price_basis", "first_seen_new"),
        {
            "source": text("name of the source"),
            "lineage": text("the voice it repeats"),
            "listing_id": text("the listing"),
            "meter": text("what is billed"),
            "currency": text("ISO 4217"),
            "per_unit": text("the unit counted"),
            "vat_included": text("yes, no or unknown, as read"),
            "price_basis": text("list, net or unknown"),
            "old_nano": Column("integer", "old price; missing at a launch", "10⁻⁹ currency per million units", True),
            "new_nano": Column(
                "integer", "new price; missing at a withdrawal", "10⁻⁹ currency per million units", True
            ),
            "last_seen_old": instant("last capture with the old price", optional=True),
            "first_seen_new": instant("first capture with the new price, or without any"),
            "effective_at": instant("since when the source says the new price applies", optional=True),
            "effective_basis": text("who says so", optional=True),
            "recorded_at": instant("when the ledger first held it"),
            "old_payload": text("SHA-256 of the last body with the old price", optional=True),
            "new_payload": text("SHA-256 of the first body with the new price"),
            "across_gap": Column("flag", "more than max_gap lies between the two looks"),
        },
    ),
    "prices": Frame(
        "what a listing costs now, by the most trusted source that is not stale, the others beside it",
        ("listing_id", "meter", "currency", "per_unit", "price_basis"),
        {
            "listing_id": text("the listing"),
            **PRICE_KEY,
            "nano_per_million": Column("integer", "the price", "10⁻⁹ currency per million units"),
            "amount": text("amount as published", unit="currency per `per` units"),
            "per": Column("integer", "how many units the amount buys"),
            "source": text("who says it"),
            "first_seen": instant("since when this source says it"),
            "last_seen": instant("last capture that says it"),
            "stale": Column("flag", "two scheduled looks were missed"),
            "withdrawn": Column("flag", "the last look no longer lists it"),
            "payload_sha256": text("SHA-256 of the last body"),
            "where": text("place in the first body of the spell"),
            "promotion": text("canonical JSON", optional=True),
            "others": text("JSON list of {source, nano_per_million, last_seen}: the other sources"),
            "disagree": Column("flag", "another fresh source differs by more than 3 %"),
        },
    ),
    "blends": Frame(
        "the blended price of a listing from one day to the next change: USD per million tokens, tax as published",
        ("listing_id", "since"),
        {
            "listing_id": text("the listing"),
            "since": Column("day", "first day at this value"),
            "until": Column("day", "last day at this value: a gap follows, not a flat line"),
            "source": text("who says it"),
            "source_changed": Column("flag", "another source speaks from this day: no change of price"),
            "currency": text("currency of the price as published"),
            "vat_included": text("yes, no or unknown: nothing is divided by an unknown rate"),
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
}
