"""A maker of open weights beside the hosts that serve them, as rows for people: one row an offer.

Enter `Ground` and a day; leave the rows that `undercut pairs --same-weights` prints and that the frame `same_weights`
holds, and what is known of every seller as `seller_facts`. What is not known is missing or `unknown`.
"""

from collections.abc import Iterable, Iterator
from datetime import date

import pandas as pd

from pipeline.domain.facts import ANY_MARKET, UNKNOWN, FactName, Facts
from pipeline.dumping.by_model import ByModel
from pipeline.dumping.comparisons import Ground, same_weights_on
from pipeline.dumping.contexts import served_on
from pipeline.dumping.exact import plain
from pipeline.dumping.hosts import SameWeights, Serving
from pipeline.dumping.pair_rows import Row
from pipeline.dumping.same_weights import FEWEST_HOSTS, SEEN_AT_LEAST

_NOT_OF_A_SELLER = (FactName.VAT_INCLUDED,)  # a fact about a page: it stands beside the price that it is about


def maker_and_hosts(asked: Ground, models: Iterable[str], day: date) -> Iterator[Row]:
    """One row an offer of each of `models` that three hosts or more served on `day`, the maker's first."""
    by_model, served = ByModel(asked), served_on(asked.readings, day)
    for model in sorted(set(models) & served_by_hosts(asked, day)):
        found = same_weights_on(by_model.of(model), model, day, served=served)
        if found is None or len(found.hosts) < FEWEST_HOSTS:
            continue
        for each in ([found.maker] if found.maker is not None else []) + list(found.hosts):
            yield _host_row(found, each, day)


def served_by_hosts(asked: Ground, day: date) -> set[str]:
    """The versions that three or more who may be hosts serve on `day`: no router computes."""
    at = pd.Timestamp(day)
    standing = asked.standing[(asked.standing["first"] <= at) & (at <= asked.standing["last"])]
    computed = standing[~standing["served_by"].isin(asked.facts.routers)]
    served = computed.groupby(computed["model_version"].astype("str"))["served_by"].nunique()
    return set(served[served >= FEWEST_HOSTS].index)


def _host_row(found: SameWeights, each: Serving, day: date) -> Row:
    gap = found.b31
    left_out = dict(line.split(": ", 1) for line in gap.left_out) if gap is not None else {}
    return {
        "day": str(day),
        "model_version": found.model_version,
        "role": each.role,
        "host": each.host,
        "seller": each.offer.seller,
        "channel": each.channel,
        "affiliated_with_maker": each.affiliated,
        "market": each.offer.market,
        "served_from": each.served_from,
        "precision": each.precision or "unknown",
        "context_tokens": "unknown" if each.context_tokens is None else str(each.context_tokens),
        "b31_usd": plain(each.b31),
        "b721_usd": plain(each.b721),
        "source": each.offer.source,
        "trust": each.offer.trust,
        "seen_twice": "yes" if each.offer.seen >= SEEN_AT_LEAST else "no",
        "counts": ("maker" if each.role == "maker" else "no" if gap is None or each.host in left_out else "yes"),
        "left_out_because": left_out.get(each.host),
        "gap_b31_percent": None if gap is None else plain(gap.gap_percent),
        "gap_b31_low": None if gap is None else plain(gap.low),
        "gap_b31_high": None if gap is None else plain(gap.high),
        "under_second_lowest_host": (
            None if gap is None or gap.under_second_lowest is None else str(gap.under_second_lowest)
        ),
        "reason": found.reason,
    }


def facts_of(facts: Facts, seller: str, day: date) -> list[Row]:
    """Every fact of a seller in each market for which a row speaks; `unknown` in any where none does."""
    rows: list[Row] = []
    for name in FactName:
        if name in _NOT_OF_A_SELLER:
            continue
        markets = sorted({fact.market for fact in facts.sellers if fact.seller == seller and fact.name is name})
        known = [found for market in markets if (found := facts.of(seller, market, name, day=day)) is not None]
        unique = {found.market: found for found in known}
        rows += [
            {
                "seller": seller,
                "market": market,
                "fact": name.value,
                "value": found.value,
                "source": found.source,
                "public_since": None if found.public_since is None else str(found.public_since),
                "reviewed_on": str(found.reviewed_on),
            }
            for market, found in unique.items()
        ] or [_not_known(facts, seller, name)]
    return rows


def _not_known(facts: Facts, seller: str, name: FactName) -> Row:
    """No row states it; that a seller is the maker stands in the table of sellers, and tells its channel."""
    owner = facts.owners.get(seller)
    own = {FactName.AFFILIATED_WITH: owner, FactName.CHANNEL: "own_api" if owner else None}.get(name)
    value = "router" if name is FactName.CHANNEL and seller in facts.routers else own
    return {
        "seller": seller,
        "market": ANY_MARKET,
        "fact": name.value,
        "value": value or UNKNOWN,
        "source": "the table of sellers" if value else None,
        "public_since": None,
        "reviewed_on": None,
    }
