"""What looks tell: by source digests of its spells, by which what is made of the spells of all sources is found again.

A look that found nothing new moves when a price was seen last, and counts one capture more. Of that, what is made of
days reads on which day a price was seen last, on which it turns stale, and whether it was seen twice; decisions read
whether an instant that they ask of has passed (`events.looks`). Where a look moved neither, nothing is made again, and
no spell is read to know it.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.domain.instants import instant_text
from pipeline.domain.schedule import Schedule
from pipeline.events.looks import TWICE, ends
from pipeline.normalise.prices import MISSED_LOOKS
from pipeline.store.digests import content


def looked(spells: pd.DataFrame) -> dict[str, Any]:
    """Of the spells of one source what hangs on no look that told nothing (`facts`), the same with the documents that
    state the standing prices (`documents`), and the instants of the last looks at these (`looks`), as JSON.

    The stated end of a promotion is asked of by the instant: of these the last look is a fact.
    """
    still = spells["ended"].eq("open") & ~ends(spells)
    place, instants = pd.factorize(spells["last_seen"].where(still), sort=True)
    stated = spells.assign(
        last_seen=spells["last_seen"].mask(still), place=place, captures=spells["captures"].clip(upper=TWICE)
    )
    facts = stated.assign(last_payload=spells["last_payload"].mask(still, ""))
    return {
        "facts": content(facts),
        "documents": content(stated),
        "looks": [instant_text(instant.to_pydatetime()) for instant in instants],
    }


class Spells:
    """The spells of all sources, and what `looked` says of each; both are asked for when they are needed."""

    def __init__(self, read: Callable[[], pd.DataFrame], look: Callable[[], Mapping[str, Mapping[str, Any]]]) -> None:
        self._read, self._look = read, look

    @classmethod
    def of(cls, spells: pd.DataFrame) -> "Spells":
        """Spells at hand."""
        by_source = spells.groupby(spells["source"].astype("str"))
        return cls(lambda: spells, lambda: {str(source): looked(own) for source, own in by_source})

    @cached_property
    def frame(self) -> pd.DataFrame:
        return self._read()

    @cached_property
    def looked(self) -> Mapping[str, Mapping[str, Any]]:
        """By source what `looked` says of its spells."""
        return self._look()

    def facts(self) -> str:
        """A digest of what hangs on no look that told nothing."""
        return json.dumps({source: own["facts"] for source, own in self.looked.items()}, sort_keys=True)

    def by_look(self) -> dict[str, str]:
        """By source a digest of its spells but for how many captures state each."""
        return {source: " ".join([own["documents"], *own["looks"]]) for source, own in self.looked.items()}

    def by_instant(self, asked: pd.DataFrame) -> str:
        """A digest of all that decisions read of the spells; they ask of these `instants`."""
        at = pd.DatetimeIndex(asked["at"])
        looks = {source: [pd.Timestamp(look) for look in own["looks"]] for source, own in self.looked.items()}
        passed = {source: at.searchsorted(last, side="right").tolist() for source, last in looks.items() if last}
        return json.dumps([self.facts(), passed], sort_keys=True)

    def by_day(self, sources: pd.DataFrame, until: datetime) -> dict[str, str]:
        """By source a digest of all that is read of its spells by days, up to that of `until`."""
        missed = sources.set_index("source")["schedule"].map(lambda text: MISSED_LOOKS * Schedule.parse(text).interval)
        final = pd.Timestamp(until).normalize()
        said = {}
        for source, own in self.looked.items():
            seen = [pd.Timestamp(look) for look in own["looks"]]
            days = [f"{look:%Y-%m-%d} {min((look + missed[source]).normalize(), final):%Y-%m-%d}" for look in seen]
            said[source] = " ".join([own["documents"], *days])
        return said
