"""What the stages of the flow read: the ledger's facts in force, as frames."""

from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from pipeline.jobs.looked import Spells
from pipeline.store.keep import Given, Made


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Frames by name, and the spells of all sources. Decisions are judged at `now`, everything else `at`.

    Of prices: `sources`, `listings`, `resolved`, `announcements`, `rates`, `captures`, `runs`. Beside them: `scores`,
    `readings`, `volumes`.
    """

    facts: Made
    spells: Spells
    now: datetime
    at: datetime

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.facts.frames[name]

    def only(self, *names: str) -> "Read":
        """Some of its frames: what a stage is not given it cannot read."""
        return replace(self, facts=self.facts.only(*names))

    def given(self, name: str) -> Given:
        """What tells a frame to whoever keeps what is made of it; of one that was kept the digest, unread."""
        return self.facts.contents.get(name) or self[name]
