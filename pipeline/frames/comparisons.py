"""Offers side by side and the facts that a comparison rests on."""

from pipeline.frames.column import Column, Frame, text


def _pair_side(side: str) -> dict[str, Column]:
    """One side of a home and export pair."""
    price = f"{side} currency per million tokens, net, mean of the week"
    return {
        f"{side}_day": Column("day", "day of the offer"),
        f"{side}_seller": text("who bills"),
        f"{side}_country_of_record": text("country of the seller of record, or unknown"),
        f"{side}_market": text("country of the buyer"),
        f"{side}_region": text("region the offer names", optional=True),
        f"{side}_channel": text("level of trade"),
        f"{side}_served_from": text("countries of the data centres, or unknown"),
        f"{side}_source": text("whose word it is"),
        f"{side}_trust": text("what kind of source that is"),
        f"{side}_currency": text("ISO 4217"),
        f"{side}_input": text("input, plain decimal, tax as stated", optional=True, unit=price),
        f"{side}_cached_input": text("cached input, plain decimal, tax as stated", optional=True, unit=price),
        f"{side}_output": text("output, plain decimal, tax as stated", optional=True, unit=price),
        f"{side}_vat_included": text("yes, no or unknown"),
        f"{side}_vat_stated_in": text("where that is stated, or unknown"),
        f"{side}_documents": text("JSON list of payload SHA-256"),
    }


COMPARISONS: dict[str, Frame] = {
    "pairs": Frame(
        "a model version that one party sells at home and abroad: both prices of the last day on which both stood",
        ("pair",),
        {
            "pair": text("16 hex digits: the same pair in every build"),
            "maker": text("who made the weights"),
            "model_version": text("maker/slug"),
            "tier": text("service tier of both sides"),
            "band": text("the band compared; missing where the sides share none", optional=True),
            "comparability": text("like, or similar: shown, and kept out of a margin"),
            "differences": text("what makes it similar", optional=True),
            **_pair_side("home"),
            **_pair_side("export"),
            "home_tax_rate": Column("number", "tax on the home price", "fraction of the price without it", True),
            "rate_per_usd": Column("number", "reference rate of the home currency", "units per dollar", True),
            "rate_day": Column("day", "day of the reference rate", "", True),
            "rate_basis": text("daily, or of an earlier day", optional=True),
            "base_tax": text("treatment of tax at the base: the first that what is stated leaves open", optional=True),
            "margin_b31": Column("number", "margin on B31 at the base", "% of the export price", True),
            "margin_b721": Column("number", "margin on B721 at the base", "% of the export price", True),
            "lowest": Column("number", "lowest of all defined combinations", "% of the export price", True),
            "highest": Column("number", "highest of all defined combinations", "% of the export price", True),
            "kept": Column("integer", "combinations that keep the sign of the base", "", True),
            "defined": Column("integer", "combinations that have a figure", "", True),
            "undefined": Column("integer", "combinations that have none", "", True),
            "turned_by": text("switches that turn the sign with all others held", optional=True),
            "outcome": text("passes, indicated, fails or not_evaluable"),
            "reason": text("why"),
            "labels": text("caveats that go wherever the figure goes", optional=True),
        },
    ),
    "pair_switches": Frame(
        "one switch of a pair's margin held at one value",
        ("pair", "switch", "value"),
        {
            "pair": text("of the frame pairs"),
            "order": Column("integer", "place in the grid"),
            "switch": text("tax, rate, mix, peak, price or weights"),
            "value": text("the value it is held at; the first of a switch is its base"),
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
            "model_version": text("maker/slug"),
            "role": text("maker or host"),
            "host": text("who computes"),
            "seller": text("who bills"),
            "channel": text("level of trade"),
            "affiliated_with_maker": text("yes, no or unknown"),
            "market": text("country of the buyer"),
            "served_from": text("region of the offer, else countries of the host's data centres, else unknown"),
            "precision": text("number format of the weights, or unknown"),
            "context_tokens": text("context window in tokens, or unknown"),
            "b31_usd": Column("number", "B31, standard tier", "USD per million tokens"),
            "b721_usd": Column("number", "B721, standard tier", "USD per million tokens"),
            "source": text("whose word it is"),
            "trust": text("what kind of source that is"),
            "seen_twice": text("whether two captures or more state the price: yes, no"),
            "counts": text("maker, or whether the host counts in the gap: yes, no"),
            "left_out_because": text("why it does not", optional=True),
            "gap_b31_percent": Column(
                "number", "median of counting hosts over the maker", "% of the maker's price", True
            ),
            "gap_b31_low": Column("number", "lowest with one host left out", "% of the maker's price", True),
            "gap_b31_high": Column("number", "highest with one host left out", "% of the maker's price", True),
            "under_second_lowest_host": text("whether the maker is under it", optional=True),
            "reason": text("what the gap rests on, or why there is none"),
        },
    ),
    "seller_facts": Frame(
        "what is known of one seller, by market where that matters",
        ("seller", "market", "fact"),
        {
            "seller": text("who bills"),
            "market": text("country of the buyer, or any"),
            "fact": text("legal_entity, country, affiliated_with, channel, served_from or volume_tiers"),
            "value": text("as its source states it, else unknown"),
            "source": text("where that stands", optional=True),
            "public_since": Column("day", "since when anyone could know it", "", True),
            "reviewed_on": Column("day", "when a person looked at it", "", True),
        },
    ),
    "rents": Frame(
        "the list price of one machine with chips that serve models, as public on the build's day",
        ("chip", "seller", "region", "machine", "source", "public_since"),
        {
            "chip": text("name of the chip"),
            "memory_gb": Column("integer", "memory of one chip", "GB"),
            "chips": Column("integer", "chips in the machine"),
            "usd_hour": Column("number", "rent of the whole machine, on demand", "USD per hour"),
            "usd_chip_hour": Column("number", "the same over its chips", "USD per hour"),
            "seller": text("who lets it"),
            "region": text("where it stands"),
            "machine": text("name of the machine"),
            "source": text("where that stands"),
            "public_since": Column("day", "since when anyone could know it"),
            "reviewed_on": Column("day", "when a person looked at it"),
        },
    ),
    "taxes": Frame(
        "a tax on sales in one country",
        ("country", "tax", "applies_to"),
        {
            "country": text("ISO 3166 alpha-2"),
            "tax": text("its name"),
            "rate": Column("number", "rate on the price without it", "fraction"),
            "applies_to": text("what it is laid on"),
            "source": text("where that stands"),
            "public_since": Column("day", "since when anyone could know it", "", True),
            "reviewed_on": Column("day", "when a person looked at it"),
        },
    ),
}
