"""Commands of the other packages, run as processes: the pipeline imports neither crawlers nor dashboard."""

import os
import subprocess
import sys
from typing import NoReturn


def module(name: str, *arguments: str) -> int:
    """Run `python -m NAME …` in the foreground, its output as it comes; its exit code."""
    try:
        return subprocess.run([sys.executable, "-m", name, *arguments], check=False).returncode
    except KeyboardInterrupt:
        return 130


def become(name: str) -> NoReturn:
    """Run `python -m NAME` in place of this process, so that whatever ends the one ends the other."""
    os.execv(sys.executable, [sys.executable, "-m", name])  # noqa: S606  (a module of ours, by its name)
