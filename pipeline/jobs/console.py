"""A console for tables that people read."""

from typing import TextIO

from rich.console import Console

_AS_WIDE_AS_NEEDED = 400
"""Columns; a table is as wide as its text, this is only the most."""


def console(out: TextIO) -> Console:
    """As wide as the terminal; as wide as the table where no terminal is (a pipe, a file): nothing is cut there."""
    return Console(file=out, highlight=False, markup=False, width=None if out.isatty() else _AS_WIDE_AS_NEEDED)
