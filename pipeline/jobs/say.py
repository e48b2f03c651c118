"""How a job speaks to the person who started it: one plain sentence at a time."""

from collections.abc import Callable

Say = Callable[[str], None]
