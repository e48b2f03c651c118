"""The pages, each one file with `add(app, shelf)` and a pure layout."""

from types import ModuleType

from dashboard.pages import event, evidence, method, model, overview, prices, series, sources

ALL: tuple[ModuleType, ...] = (overview, prices, series, model, sources, evidence, event, method)
