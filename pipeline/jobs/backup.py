"""`undercut backup` and `restore`: one archive of everything, put back into an empty data directory and verified."""

from pathlib import Path

from pipeline.domain.errors import UndercutError
from pipeline.jobs.say import Say
from pipeline.settings import Settings
from pipeline.store import backup as store_backup
from pipeline.store import verify
from pipeline.store.engine import open_ledger

DONE, NEEDS_A_PERSON = 0, 3


def backup(settings: Settings, out: Path, *, say: Say) -> int:
    if out.exists():
        raise UndercutError(f"{out} exists already: name another file")
    with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
        head = store_backup.backup(ledger, settings.data_dir, out)
    say(f"{out} written; head of the hash chain {head.seq} {head.sha256}: keep a copy of this line elsewhere")
    return DONE


def restore(settings: Settings, archive: Path, *, say: Say) -> int:
    if not archive.exists():
        raise UndercutError(f"there is no {archive}")
    store_backup.restore(archive, settings.ledger_url, settings.data_dir)
    with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
        findings = verify.verify(ledger, settings.data_dir)
        head = ledger.head()
    for finding in findings:
        say(finding)
    say(f"restored; head of the hash chain {head.seq} {head.sha256}")
    return NEEDS_A_PERSON if findings else DONE
