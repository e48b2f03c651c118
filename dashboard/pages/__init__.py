"""The pages, each one file with `add(app, shelf)` and a pure layout."""

from types import ModuleType

from dashboard.pages import event, evidence, method, model, overview, prices, sources

ALL: tuple[ModuleType, ...] = (overview, prices, model, sources, evidence, event, method)
