"""Attributes of HTML that are no Python names."""

from typing import Any


def aria(**said: str) -> dict[str, Any]:
    """`**aria(label="Pages", hidden="true")` for `aria-label="Pages" aria-hidden="true"`."""
    return {f"aria-{name}": text for name, text in said.items()}


def data(**held: str) -> dict[str, Any]:
    """`**data(select=x)` for `data-select=x`."""
    return {f"data-{name}": text for name, text in held.items()}
