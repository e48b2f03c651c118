"""Crawls a shop whose layout was never seen: `python -m tests.crawlers.core.unconfirmed_shop ADDRESS…`."""

import sys

from tests.crawlers.core import shop

shop.Shop.confirmed = False

if __name__ == "__main__":
    sys.exit(shop.main(*sys.argv[1:]))
