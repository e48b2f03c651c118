"""The queue of labels without a model version, and the decisions of a person about one (`undercut identity review`)."""

from datetime import datetime

import pandas as pd

from pipeline.domain.errors import InvalidValueError
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.reviews import identity
from pipeline.settings import Settings
from pipeline.store.engine import open_ledger

DONE, WRONG_USAGE = 0, 2


def queue(listings: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Unmatched labels, most prices first: seller, label, why (what the rules answered), prices (spells recorded)."""
    unmatched = listings[listings["model_version"].isna()]
    counted = unmatched.merge(spells[["listing_id"]], on="listing_id", how="left")
    rows = counted.groupby(["seller", "label"], as_index=False).agg(
        why=("identity_rule", "first"), prices=("listing_id", "size")
    )
    return rows.sort_values(["prices", "seller", "label"], ascending=[False, True, True], ignore_index=True)


def show(settings: Settings, *, say: Say) -> int:
    """Print the queue of the published build."""
    frames, _ = current(settings, say)
    waiting = queue(frames["listings"], frames["spells"])
    say(f"{len(waiting)} labels without a model version")
    for row in waiting.itertuples():
        say(f"{row.prices:>7}  {row.seller}: {row.label}  ({row.why})")
    return DONE


def decide(
    settings: Settings,
    seller: str,
    label: str,
    version: str,
    *,
    accepted: bool,
    reason: str,
    by: str,
    now: datetime,
    say: Say,
) -> int:
    """Write one decision; 2 where it is incomplete."""
    write = identity.accept if accepted else identity.reject
    with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
        try:
            number = write(ledger, seller, label, version, reason=reason, who=by, at=now)
        except InvalidValueError as error:
            say(str(error))
            return WRONG_USAGE
    say(f"review {number}: {seller}: {label} {'is' if accepted else 'is not'} {version}")
    return DONE
