"""`undercut funnel`: how decisions of the current build became flags, as a page of text."""

from pathlib import Path
from typing import TextIO

from pipeline.exports.funnel import markdown
from pipeline.jobs.reading import current
from pipeline.jobs.say import Say
from pipeline.settings import Settings


def funnel(settings: Settings, *, out: Path | None, stdout: TextIO, say: Say) -> int:
    """Print the page, or write it over `out`."""
    frames, meta = current(settings, say)
    page = markdown(frames, meta)
    if out is None:
        stdout.write(page)
    else:
        out.write_text(page, encoding="utf-8")
        say(f"{out} written, build {meta['build']}")
    return 0
