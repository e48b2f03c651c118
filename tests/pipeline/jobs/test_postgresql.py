"""The whole pipeline says the same over PostgreSQL as over SQLite."""

import pandas as pd
import pytest
from sqlalchemy import text

from pipeline.domain.instants import parse_instant
from pipeline.jobs.reading import sample_snapshot
from pipeline.jobs.refresh import refresh
from pipeline.jobs.sample import load_sample
from pipeline.settings import Settings, settings
from pipeline.store import snapshots
from pipeline.store.engine import make_engine, open_ledger


@pytest.mark.postgresql
@pytest.mark.slow
def test_the_sample_gives_the_same_rows_on_both_databases(tmp_path, without_ledger, postgresql_url):
    engine = make_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    first, said = snapshots.read(sample_snapshot(Settings(data_dir=without_ledger)))  # on SQLite
    with open_ledger(postgresql_url, tmp_path) as ledger:
        load_sample(ledger, tmp_path, settings().sample_dir)
        refresh(ledger, tmp_path, now=parse_instant(said["built_at"]))
    second, meta = snapshots.read(tmp_path)
    assert meta["head"] == said["head"]
    for name in ("listings", "spells", "events", "prices", "captures", "rates", "scores"):
        pd.testing.assert_frame_equal(first[name], second[name], obj=name)
