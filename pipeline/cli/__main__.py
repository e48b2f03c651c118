"""The entry point of `undercut`: an error that a person should read is one sentence, anything else is a defect."""

import logging
import sys

from pipeline.cli import analysis, collect, ledger, people
from pipeline.cli.command import FAILED, LOCKED, app, say
from pipeline.domain.errors import LockHeldError, UndercutError

for part in (ledger, collect, analysis, people):
    app.add_typer(part.commands)


def main() -> None:
    """Run one command; the exit code says how it went."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        app()
    except LockHeldError as error:
        say.print(f"{error}")
        sys.exit(LOCKED)
    except (UndercutError, OSError) as error:  # a folder that is not there, a full disk, a file that may not be written
        say.print(f"{error}")
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
