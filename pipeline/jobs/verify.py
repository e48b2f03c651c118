"""`undercut verify`: the chain, the digests, the files of parses, and readings replayed from the store."""

import subprocess
import sys

from pipeline.jobs.say import Say
from pipeline.settings import Settings
from pipeline.store import verify as store_verify
from pipeline.store.engine import open_ledger

DONE, NEEDS_A_PERSON = 0, 3


def verify(settings: Settings, *, say: Say, everything: bool) -> int:
    """0 where all holds; 3 where a claim does not verify, each finding a line."""
    with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
        findings = store_verify.verify(ledger, settings.data_dir)
        head = ledger.head()
    replayed = subprocess.run(
        [sys.executable, "-m", "crawlers", "replay", *(["--all"] if everything else ["--sample", "5"])],
        capture_output=True,
        text=True,
        check=False,
    )
    if replayed.returncode != DONE:
        findings = [*findings, *replayed.stderr.strip().splitlines()[-5:]]
    for finding in findings:
        say(finding)
    say(f"{head.seq:,} fetches on the chain; head {head.sha256}")
    say("everything verifies" if not findings else f"{len(findings)} findings: see above")
    return NEEDS_A_PERSON if findings else DONE
