"""The whole pipeline says the same over PostgreSQL as over SQLite."""

from datetime import UTC, datetime

import pandas as pd
import pytest
from sqlalchemy import text

from pipeline.jobs.refresh import refresh
from pipeline.jobs.sample import load_sample
from pipeline.settings import settings
from pipeline.store.engine import make_engine, open_ledger

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.postgresql
@pytest.mark.slow
def test_the_sample_gives_the_same_rows_on_both_databases(tmp_path, postgresql_url):
    engine = make_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    built = []
    for name, url in (("sqlite", f"sqlite:///{tmp_path / 'ledger.sqlite'}"), ("postgresql", postgresql_url)):
        with open_ledger(url, tmp_path / name) as ledger:
            load_sample(ledger, tmp_path / name, settings().sample_dir)
            built.append(refresh(ledger, tmp_path / name, now=NOW))
    first, second = built
    assert first.meta["head"] == second.meta["head"]
    for name in ("listings", "spells", "events", "prices", "captures", "rates", "scores"):
        pd.testing.assert_frame_equal(first.frames[name], second.frames[name], obj=name)
