"""`undercut doctor`: everything the monitor needs, looked at, each with the next step where it is missing."""

import shutil
import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta

from pipeline.domain.errors import UndercutError
from pipeline.domain.instants import parse_instant
from pipeline.jobs.crawl import known_sources
from pipeline.jobs.say import Say
from pipeline.settings import Settings, secret, secret_variable
from pipeline.store import snapshots
from pipeline.store.engine import open_ledger

DONE, NEEDS_A_PERSON = 0, 3
_LEAST_FREE_BYTES = 1 << 30
_STALE = timedelta(days=2)

Finding = tuple[bool, str]


def doctor(settings: Settings, *, say: Say, now: datetime) -> int:
    """0 where nothing needs a person, 3 otherwise; one line per look."""
    findings = [*_ledger(settings), *_snapshot(settings, now), *_disk(settings), *_mail(settings), *_identity(settings)]
    findings += _keys()
    for good, text in findings:
        say(f"{'ok     ' if good else 'PLEASE '} {text}")
    return DONE if all(good for good, _ in findings) else NEEDS_A_PERSON


def _ledger(settings: Settings) -> Iterator[Finding]:
    try:
        with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
            head = ledger.head()
            waiting = ledger.open_runs()
    except UndercutError as error:
        yield False, f"the ledger cannot be opened: {error}"
        return
    yield True, f"the ledger opens; {head.seq:,} fetches on its chain"
    if waiting:
        yield False, f"{len(waiting)} runs never ended: `python -m crawlers recover` looks after them"


def _snapshot(settings: Settings, now: datetime) -> Iterator[Finding]:
    if snapshots.current_build(settings.data_dir) is None:
        yield False, "nothing was published yet: run `undercut refresh`"
        return
    try:
        _, meta = snapshots.read(settings.data_dir)
    except UndercutError as error:
        yield False, str(error)
        return
    age = now - parse_instant(meta["data_to"])
    yield age < _STALE, f"build {meta['build']}, data to {meta['data_to']} ({age.days} days ago)"


def _disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".").free
    yield free > _LEAST_FREE_BYTES, f"{free / (1 << 30):.1f} GiB free for the ledger"


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.recipients:
        yield True, "no alert is mailed: UNDERCUT_MAIL_TO names nobody"
        return
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=5) as relay:
            relay.noop()
    except OSError as error:
        yield False, f"the relay {settings.smtp_host}:{settings.smtp_port} does not answer ({error}): mails wait"
    else:
        yield True, f"the relay {settings.smtp_host}:{settings.smtp_port} answers"


def _identity(settings: Settings) -> Iterator[Finding]:
    own = "example.org" not in settings.contact
    yield (
        own,
        (
            f"the user agent names {settings.contact}"
            if own
            else "the user agent names no contact of yours: set UNDERCUT_CONTACT before crawling other people's pages"
        ),
    )


def _keys() -> Iterator[Finding]:
    """A source without its key is no fault: it is left out, and says so."""
    for facts in known_sources():
        if facts.needs_key is None:
            continue
        variable = secret_variable(facts.needs_key)
        there = secret(facts.needs_key) is not None
        yield (
            True,
            f"{facts.name} {'has its key' if there else 'needs a key'}: {variable}{'' if there else ' is not set'}",
        )
