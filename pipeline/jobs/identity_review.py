"""The queue of labels without a model version, and the decisions of a person about one (`undercut identity review`)."""

from datetime import datetime

from pipeline.domain.errors import InvalidValueError
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.query.names import proposed, queue
from pipeline.reference.load import load_reference
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
    """Write one decision; 2 where it is incomplete, of a label that nobody prints or of a maker that nobody knows."""
    write = identity.accept if accepted else identity.reject
    frames, _ = current(settings, say)
    printed = frames["listings"]
    if not (printed["seller"].eq(seller.lower()) & printed["label"].eq(label)).any():
        say(f"{seller or 'nobody'} prints no label {label!r}: `undercut identity review` lists those that wait")
        return WRONG_USAGE
    if accepted and version.partition("/")[0] not in set(load_reference().makers["maker"]):
        say(f"no maker is called {version.partition('/')[0]!r}: write maker/model")
        return WRONG_USAGE
    with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
        try:
            number = write(ledger, seller, label, version, reason=reason, who=by, at=now)
        except InvalidValueError as error:
            say(str(error))
            return WRONG_USAGE
    say(f"review {number}: {seller}: {label} {'is' if accepted else 'is not'} {version}")
    return DONE
