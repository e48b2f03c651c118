"""OpenRouter's list of sellers on real documents, counted without the spider."""

import gzip
import json

from crawlers.document import Document
from crawlers.spiders.aggregators.openrouter_providers import OpenRouterProviders


def test_every_seller_of_every_real_list_is_one_notice(captures_dir):
    paths = [
        *sorted(captures_dir.glob("openrouter-pulse/*/providers.json.gz")),
        *sorted(captures_dir.glob("openrouter-providers/*/*.json.gz")),
    ]
    assert len(paths) == 9
    for path in paths:
        body = gzip.decompress(path.read_bytes())
        listed = json.loads(body)["data"]
        read = OpenRouterProviders().read(Document(body=body, url=path.name))
        assert [notice.label for notice in read.notices] == [row["name"] for row in listed]
        low, high = OpenRouterProviders.expected
        assert low <= read.rows <= high
        seated = sum("headquarters unknown" not in notice.text for notice in read.notices)
        assert seated == sum(bool(row["headquarters"]) for row in listed)
