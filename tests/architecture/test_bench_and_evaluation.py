"""What `make bench` and `make evaluate` run is code of today."""

import importlib
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
MODULES = [
    f"tests.{folder}.{path.stem}"
    for folder in ("bench", "evaluation")
    for path in sorted((TESTS / folder).glob("*.py"))
]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_of_it_can_be_imported(module: str) -> None:
    importlib.import_module(module)
