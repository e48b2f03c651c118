"""Waiting for what must come, on a machine of any speed."""

import subprocess
import time
from collections.abc import Callable
from typing import Any

LOOK_AGAIN_SECONDS = 0.05


def until(condition: Callable[[], bool], process: subprocess.Popen[Any]) -> None:
    """Wait until the condition holds; a failing test where the process ends before."""
    while not condition():
        ended = process.poll()
        assert ended is None or condition(), f"the process ended with {ended} before what was waited for"
        time.sleep(LOOK_AGAIN_SECONDS)
