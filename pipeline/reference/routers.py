"""routers.csv: sellers that pass requests on to others, so that their price follows the host that is chosen."""

import csv
from pathlib import Path

_FILE = Path(__file__).with_name("routers.csv")


def load_routers(path: Path = _FILE) -> frozenset[str]:
    """Names of the sellers that route."""
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["seller"] for row in csv.DictReader(file))
