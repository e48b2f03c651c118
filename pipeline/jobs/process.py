"""Commands of the other packages, run as processes: the pipeline imports neither crawlers nor dashboard."""

import subprocess
import sys


def module(name: str, *arguments: str) -> int:
    """Run `python -m NAME …` in the foreground, its output as it comes; its exit code."""
    try:
        return subprocess.run([sys.executable, "-m", name, *arguments], check=False).returncode
    except KeyboardInterrupt:
        return 130
