"""The databases of the store's tests."""

from tests.pipeline.store.conftest import ledger, url

__all__ = ["ledger", "url"]
