"""The shipped sample, built once for all tests that show it."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def without_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory without a ledger: whoever reads in it first makes the view of the sample, under a lock.

    Several processes that run the tests side by side share it.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    made = folder / "without-ledger"
    made.mkdir(exist_ok=True)
    return made
