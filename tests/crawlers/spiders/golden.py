"""Write golden lines anew, to be read before they are committed: `python -m tests.crawlers.spiders.golden NAME…`."""

import sys

from tests.crawlers.spiders.pages import FIXTURES, lines, read, spider


def main() -> None:
    for name in sys.argv[1:]:
        text = "\n".join(lines(read(name), spider(name).version)) + "\n"
        (FIXTURES / name / "golden.jsonl").write_text(text)


if __name__ == "__main__":
    main()
