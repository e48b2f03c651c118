"""`make evaluate`: the large tables of what the method gets right and wrong, with seeds, into docs/evaluation.md."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.evaluation import events, identity, injection, mutations, shuffles

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evaluation.md"


def main() -> int:
    parts = [
        "<!-- written by `make evaluate`: do not edit -->",
        "# What the method gets right and wrong",
        f"Made on {datetime.now(UTC):%Y-%m-%d}, seed {events.SEED}.",
        events.run(),
        identity.run(),
        injection.run(),
        mutations.run(),
        shuffles.run(),
    ]
    PAGE.write_text("\n\n".join(parts).rstrip() + "\n")
    sys.stdout.write(f"{PAGE.name} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
