"""The queue of labels without a model version, and the decisions of a person about one (`undercut identity review`)."""

from datetime import datetime

from pipeline.domain.errors import InvalidValueError
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.query.names import proposed, queue
from pipeline.reviews import identity
from pipeline.settings import Settings
from pipeline.store.engine import open_ledger

DONE, WRONG_USAGE = 0, 2


def show(settings: Settings, *, say: Say) -> int:
    """Print the queue of the published build, each label with what it may mean."""
    frames, _ = current(settings, say)
    waiting = queue(frames["listings"], frames["spells"])
    candidates = proposed(waiting["label"].astype("str"), frames["listings"])
    say(f"{len(waiting)} labels without a model version")
    for row in waiting.itertuples():
        say(f"{row.prices:>7}  {row.seller}: {row.label}  ({row.why})")
        for each in candidates[str(row.label)]:
            say(f"         may be {each.model_version}: {each.reason}")
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
