"""The pages, each one file with `add(app, shelf)` and a pure layout; those with cases also take the casebook."""

from types import ModuleType

from dashboard.pages import comparisons, evidence, funnel, method, model, overview, prices, series, sources

ALL: tuple[ModuleType, ...] = (overview, prices, series, comparisons, model, sources, evidence, funnel, method)
