"""Publish: a refresh, then its alerts. The one job that every change of the ledger leads to."""

from datetime import datetime

from pipeline.exports.picture import history_png
from pipeline.jobs import alert
from pipeline.jobs.refresh import Built, refresh
from pipeline.jobs.sample import left_out
from pipeline.settings import Settings
from pipeline.store import tables
from pipeline.store.engine import open_ledger


def publish(settings: Settings, *, now: datetime, rebuild: bool = False) -> Built:
    """Refresh, record what became of flagged decisions, and try to deliver what waits in the outbox."""
    with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
        only_sample = tables.only_sample(ledger)
        built = refresh(
            ledger,
            settings.data_dir,
            now=now,
            keep=not rebuild,
            left_out=left_out(settings.sample_dir) if only_sample else (),
        )
        alert.record(
            ledger,
            built.frames,
            build=built.build,
            method=built.meta["method_version"],
            settings=settings,
            now=now,
            draw=lambda decision: history_png(built.frames, built.meta, decision),
        )
        alert.deliver(ledger, alert.relay_of(settings), sender=settings.mail_from, now=now)
    return built
