"""`python -m dashboard`: the pages on the configured address, by a production server."""

import logging
import sys

import waitress

from dashboard import access
from dashboard.app import create_app
from pipeline.query.snapshot import PublishedShelf
from pipeline.settings import settings


def main() -> int:
    """Serve until ended. Refuses an address beyond loopback without a sign-in in front of it (exit code 2)."""
    chosen = settings()
    try:
        access.check_address(chosen)
    except access.AccessError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    # A page asks for a dozen files at once: that they wait for a thread is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app(PublishedShelf(chosen.data_dir, chosen.ledger_url), chosen)
    waitress.serve(app.server, host=chosen.host, port=chosen.port, threads=8, ident="undercut")
    return 0


if __name__ == "__main__":
    sys.exit(main())
