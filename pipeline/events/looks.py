"""How exactly decisions read the looks of a source: a price that still stands by the day of its last look.

Enters the frame `spells`; leaves it in the form in which decisions are told apart. A further look of the same day that
finds the same prices tells them nothing, so that nothing of them has to be made again.
"""

import pandas as pd

_DAY_BUT_ITS_END = pd.Timedelta(days=1) - pd.Timedelta(microseconds=1)
_TWICE = 2


def by_day(spells: pd.DataFrame) -> pd.DataFrame:
    """`spells` whose open ones are seen until the end of the day of their last look, by two captures at the most.

    Spells that ended keep their instants. Decisions ask of captures only whether there were two (METHODS 5).
    """
    still = spells["ended"].eq("open")
    until = spells["last_seen"].dt.floor("D") + _DAY_BUT_ITS_END
    return spells.assign(
        last_seen=spells["last_seen"].mask(still, until),
        captures=spells["captures"].clip(upper=_TWICE),
        last_payload=spells["last_payload"].mask(still, spells["first_payload"]),
    )
