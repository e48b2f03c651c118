"""The snapshot that a reading command shows: the current one, or one made of the shipped sample where there is none."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.domain.errors import UndercutError
from pipeline.jobs.say import Say
from pipeline.settings import Settings
from pipeline.store import snapshots


def current(settings: Settings, say: Say) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Frames and meta of the newest build. Without a ledger the sample is read, and that is said."""
    if snapshots.current_build(settings.data_dir) is not None:
        return snapshots.read(settings.data_dir)
    if (settings.data_dir / "ledger.sqlite").exists():
        say("the ledger has no build yet (`undercut refresh` makes one): showing the shipped sample")
    else:
        say("no ledger yet: showing the shipped sample (`undercut up` starts the monitor)")
    return snapshots.read(sample_snapshot(settings))


def sample_snapshot(settings: Settings) -> Path:
    """A data directory that holds a snapshot of the sample, made once per sample and per version of the program."""
    from pipeline.jobs.sample import left_out, load_sample
    from pipeline.store.engine import exclusive, open_ledger

    listing = settings.sample_dir / "captures.jsonl"
    if not listing.exists():
        raise UndercutError(f"there is no ledger and no sample in {settings.sample_dir}: start with `undercut up`")
    folder = _view(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / "lock", wait=True):
        if snapshots.current_build(folder) is None:
            from pipeline.jobs.refresh import refresh  # seconds, which a view that stands does not need

            with open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}", folder) as ledger:
                load_sample(ledger, folder, settings.sample_dir)
                refresh(ledger, folder, now=datetime.now(UTC), left_out=left_out(settings.sample_dir))
    return folder


def _view(settings: Settings) -> Path:
    """Where the view of this sample by this program stands: one that another version made may say other things."""
    from pipeline.jobs.sample import digest_of
    from pipeline.store.kept import program

    return settings.data_dir / "sample-view" / f"{digest_of(settings.sample_dir)}-{program()[:8]}"
