"""Publish: a refresh, then its alerts. The one job that every change of the ledger leads to."""

from datetime import datetime

from pipeline.exports.picture import history_png
from pipeline.jobs import alert
from pipeline.jobs.refresh import Built, refresh
from pipeline.settings import Settings
from pipeline.store.engine import open_ledger


def publish(settings: Settings, *, now: datetime, rebuild: bool = False) -> Built:
    """Refresh, record what became of flagged decisions, and try to deliver what waits in the outbox."""
    with open_ledger(settings.ledger_url, settings.data_dir) as ledger:
        built = refresh(ledger, settings.data_dir, now=now, keep=not rebuild)
        alert.record(
            ledger,
            built.frames["events"],
            build=built.build,
            settings=settings,
            now=now,
            draw=lambda decision: history_png(built.frames, decision),
        )
        alert.deliver(ledger, alert.relay_of(settings), sender=settings.mail_from, now=now)
    return built
