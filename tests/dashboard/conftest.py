"""The dashboard over a small snapshot, once for all tests of it."""

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.app import create_app
from pipeline.query.snapshot import Snapshot
from pipeline.settings import Settings
from tests.dashboard.shelf import FixedShelf, small_snapshot


@pytest.fixture(scope="session")
def small() -> Snapshot:
    return small_snapshot()


@pytest.fixture(scope="session")
def app(small: Snapshot) -> Dash:
    return create_app(FixedShelf(small), Settings(), check_callbacks=True)


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()
