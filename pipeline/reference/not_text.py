"""not_text.csv: models whose product is not text, by patterns of `maker/slug`: they take no part in series of text.

Their input and output meters may carry a price too (speech models bill the text beside the speech), so no amount tells
them from the others.
"""

import csv
import re
from pathlib import Path

_FILE = Path(__file__).with_name("not_text.csv")


def load_not_text(path: Path = _FILE) -> re.Pattern[str]:
    """One pattern that the whole name of such a model version matches, without regard to case."""
    with path.open(encoding="utf-8", newline="") as file:
        patterns = [row["pattern"] for row in csv.DictReader(file)]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
