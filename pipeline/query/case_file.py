"""The file of a case, made from a snapshot when it is asked for.

In: a snapshot, a decision, the analyst's importing country and regime. Out: a `CaseFile`. What a build's frames need to
be asked is made ready once per build.
"""

import re
from datetime import date
from functools import lru_cache

from pipeline.domain.errors import InvalidValueError
from pipeline.dumping.case.subject import CaseFile
from pipeline.dumping.comparisons import ground
from pipeline.dumping.normal_value import Regime
from pipeline.flags.case_file import CaseGround
from pipeline.flags.case_file import case_file as made_of
from pipeline.flags.evidence import Evidence
from pipeline.flags.judged import Asked, market_of
from pipeline.query.decisions import decision
from pipeline.query.snapshot import Snapshot
from pipeline.reference.facts import load_facts
from pipeline.reference.load import load_reference, seats_of
from pipeline.reference.thresholds import load_thresholds

__all__ = ("REGIMES", "CaseFile", "case_file", "case_ground")

REGIMES = tuple(Regime)
_COUNTRY = re.compile(r"[A-Z]{2}")


def case_file(
    snapshot: Snapshot,
    event_id: str,
    *,
    importing_country: str,
    regime: str = Regime.MARKET.value,
    as_of: str | None = None,
) -> CaseFile | None:
    """Every indicator of one decision; None where this build holds none of that name, or no version is matched.

    Raises InvalidValueError where the country is not two capital letters, the regime is none or `as_of` no day.
    """
    if not _COUNTRY.fullmatch(importing_country):
        raise InvalidValueError(f"{importing_country!r} is no country: ISO 3166 alpha-2, or EU")
    if regime not in list(Regime):
        raise InvalidValueError(f"the regime is one of {', '.join(Regime)}, not {regime!r}")
    try:
        day = None if as_of is None else date.fromisoformat(as_of)
    except ValueError as error:
        raise InvalidValueError(f"{as_of!r} is no day: write YYYY-MM-DD") from error
    row = decision(snapshot, event_id)
    if row is None:
        return None
    return made_of(case_ground(snapshot), row, importing_country=importing_country, regime=Regime(regime), as_of=day)


@lru_cache(maxsize=2)
def case_ground(snapshot: Snapshot) -> CaseGround:
    """What a case reads of a build."""
    reference, facts = load_reference(), load_facts()
    seats = seats_of(reference.makers)
    names = ("events", "spells", "blends", "listings", "sources", "scores", "series")
    asked = Asked(
        **{name: snapshot[name] for name in names},
        models=reference.models,
        openness=reference.openness,
        seats=seats,
        facts=facts,
    )
    stands = ground(
        asked.spells,
        asked.listings,
        asked.sources,
        snapshot["rates"],
        snapshot["readings"],
        seats=seats,
        facts=facts,
        until=snapshot.data_to.to_pydatetime(),
    )
    return CaseGround(
        asked=asked,
        evidence=Evidence(stands, market_of(asked), load_thresholds()),
        as_of=snapshot.data_to.date(),
    )
