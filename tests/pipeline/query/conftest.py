"""The small snapshot that the dashboard's tests use, too."""

import pytest

from pipeline.query.snapshot import Snapshot
from tests.dashboard.shelf import small_snapshot


@pytest.fixture(scope="session")
def small() -> Snapshot:
    return small_snapshot()
