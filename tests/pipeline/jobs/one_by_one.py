"""A `Keep` that makes each part alone, and a look that tells nothing new: for tests of what is kept by part."""

from datetime import datetime, timedelta

import pandas as pd

from pipeline.store.keep import Anew, Made


class OneByOne(Anew):
    """Keeps nothing, asks for each part alone, and remembers the digests by stage."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, str]] = {}

    def by_part(self, stage, parts, make, finish, /, *, now):
        self.parts[stage] = dict(parts)
        alone = [
            super(OneByOne, self).by_part(stage, {part: parts[part]}, make, dict, now=now) for part in sorted(parts)
        ]
        rows = {name: pd.concat([made.frames[name] for made in alone], ignore_index=True) for name in alone[0].frames}
        return Made(frames=finish(rows), issues=[issue for made in alone for issue in made.issues])


def looked_again(spells: pd.DataFrame, now: datetime, document: str | None = None) -> pd.DataFrame:
    """Every price of the last day seen once more that day, in another document or in none."""
    still = spells["ended"].eq("open") & spells["last_seen"].ge(now - timedelta(days=1))
    assert still.any()
    return spells.assign(
        last_seen=spells["last_seen"].where(~still, spells["last_seen"] + timedelta(hours=6)),
        last_payload=spells["last_payload"] if document is None else spells["last_payload"].where(~still, document),
        captures=spells["captures"] + still,
    )
