"""A digest of the reference rates that a comparison can read: those of one currency up to a day."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

from pipeline.dumping.comparisons import Ground
from pipeline.dumping.exchange_rate import Published


def rates_up_to(ground: Ground) -> Callable[[str, date], str]:
    """The digest by currency and day; empty for dollars and a currency without rates."""
    listed = {
        currency: [_prefixes(ground.rates[currency]), _prefixes(ground.dollar_rates.get(currency, []))]
        for currency in ground.rates
    }
    return cache(lambda currency, day: "".join(each(day) for each in listed.get(currency, [])))


def _prefixes(published: Sequence[Published]) -> Callable[[date], str]:
    days, told = [day for day, _ in published], [""]
    running = hashlib.blake2b(digest_size=16)
    for row in published:
        running.update(repr(row).encode())
        told.append(running.hexdigest())
    return lambda day: told[bisect_right(days, day)]
