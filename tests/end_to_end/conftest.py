"""A browser over the dashboard. Every test fails on a console message, a thrown error or a request to another host."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboard.app import create_app
from pipeline.settings import Settings
from tests.dashboard.shelf import FixedShelf, small_snapshot
from tests.end_to_end.browser import CHROMIUM, Complaints, chromium, served

PATIENCE_MILLISECONDS = 120_000
"""What is waited for may come late on a machine that is busy: only what never comes is a failing test."""
expect.set_options(timeout=PATIENCE_MILLISECONDS)


@pytest.fixture(scope="package")  # its event loop must not outlive these tests
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: install Debian's package of that name")
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def origin(browser: Browser) -> Iterator[str]:
    with served(create_app(FixedShelf(small_snapshot()), Settings()).server) as address:
        yield address


@pytest.fixture(params=["light"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def context(browser: Browser, scheme: str) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 1000}, color_scheme=scheme)  # type: ignore[arg-type]
    made.set_default_timeout(PATIENCE_MILLISECONDS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, origin: str) -> Iterator[Page]:
    made = context.new_page()
    complaints = Complaints()
    complaints.listen(made, origin)
    yield made
    assert complaints.found == []


@pytest.fixture(scope="package")
def axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
