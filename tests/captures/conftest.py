"""Real documents, outside of the repository: the folder that UNDERCUT_CAPTURES names, or ../shared/captures."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.base import Contents
from crawlers.document import Document, unwrap
from tests.crawlers.spiders.pages import ROOT, spider

Capture = Callable[[str, str], Contents]


@pytest.fixture
def capture() -> Capture:
    """Reads one stored document: capture(spider name, path below the folder)."""
    folder = Path(os.environ.get("UNDERCUT_CAPTURES", ROOT.parent / "shared" / "captures"))

    def read(name: str, path: str) -> Contents:
        if not (folder / path).exists():
            pytest.skip(f"no capture {path} in {folder}")
        body, captured_at = unwrap((folder / path).read_bytes())
        reader = spider(name)
        return reader.read(Document(body=body, url=reader.urls[0], captured_at=captured_at))

    return read
