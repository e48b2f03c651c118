"""Crawls a shop that asks for a key, as the crawl command would.

`python -m tests.crawlers.core.keyed_shop ADDRESS…`
"""

import sys

from tests.crawlers.core import shop

shop.Shop.needs_key = "shop_key"
shop.Shop.key_header = "x-api-key"

if __name__ == "__main__":
    sys.exit(shop.main(*sys.argv[1:]))
