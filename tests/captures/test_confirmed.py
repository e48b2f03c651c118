"""Which sources a real document confirms: the index of the captures against what the spiders say of themselves."""

import csv
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from crawlers.__main__ import known_spiders
from crawlers.accounting import copies, read_copy
from pipeline.domain.errors import DocumentShapeError

FILES = Path(__file__).with_name("files.csv")
SPIDERS = known_spiders()
FEW = 5
BY_READER = "reader-markdown"
"""A reader service's Markdown of a page: a real page's words, not the document that a look of ours would bring."""
NOT_READ = {
    "artificial-analysis/openapi*": "a specification of the interface, no answer of it",
    "first-party/gemini/2026-05-08_96a8198.md.gz": "read: the older layout of the same page",
    "first-party/kimi/*": "the overview of the price pages, which holds no price",
    "first-party/openai/2026-05-08_96a8198.md.gz": "a reader's Markdown without the tables that the page has now",
    "first-party/tinfoil/*": "plans by the month; token prices stand on other pages",
    "first-party/zai/2026-05-08_d1507e1.html.gz": "the page before its script ran: no table",
    "openrouter-models/aaaronmiller/*": "a list of another form, taken out of its answer",
    "quality/aider/2026-05-22_edit*": "an older benchmark of the same keeper",
    "quality/aider/2026-05-22_model-metadata*": "LiteLLM's form, a copy of its map",
    "quality/aider/2026-05-22_qua*": "an experiment with quantised copies of one model",
    "quality/aider/2026-05-22_qwen3*": "an experiment with one model",
}
"""Verbatim documents that no spider reads as a document of its own, each with the reason."""


def verbatim(folder: Path) -> dict[str, str]:
    """Path → kind of every document that the index calls verbatim."""
    with (folder / "INDEX.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return {row["path"]: row["kind"] for row in rows if row["kind"].startswith("verbatim")}


@cache
def read(folder: Path) -> dict[str, set[str]]:
    """Path → the sources whose spider reads it; of the many copies of one folder the first and the last are read."""
    found: dict[str, set[str]] = {}
    folders: dict[tuple[str, Path], list[Path]] = {}
    for source, evidence, path in copies(folder, FILES):
        if evidence in ("page", "text"):
            dated = path.parent.parent if path.stem == "models.json" else path.parent
            folders.setdefault((source, dated), []).append(path)
    for (source, _), paths in folders.items():
        alike = len(paths) > FEW and _reads(source, paths[0]) and _reads(source, paths[-1])
        for path in paths:
            if alike or _reads(source, path):
                found.setdefault(path.relative_to(folder).as_posix(), set()).add(source)
    for path in folder.glob("openrouter-p*/**/*providers.json.gz"):
        found.setdefault(path.relative_to(folder).as_posix(), set()).add("openrouter_providers")
    for path in folder.glob("openrouter-providers/*/*.json.gz"):
        found.setdefault(path.relative_to(folder).as_posix(), set()).add("openrouter_providers")
    return found


def _reads(source: str, path: Path) -> bool:
    try:
        read_copy(SPIDERS[source], path)
    except DocumentShapeError:
        return False
    return True


def test_every_verbatim_document_is_read_or_left_out_for_a_reason(captures_dir: Path) -> None:
    known = read(captures_dir)
    left = [
        path
        for path in verbatim(captures_dir)
        if path not in known and not any(fnmatch(path, pattern) for pattern in NOT_READ)
    ]
    assert left == []


def test_every_source_with_a_verbatim_document_is_confirmed(captures_dir: Path) -> None:
    """A reader's Markdown confirms nothing where a look of ours would bring the page itself."""
    kinds = verbatim(captures_dir)
    confirmed = {
        source
        for path, sources in read(captures_dir).items()
        if path in kinds and BY_READER not in kinds[path]
        for source in sources
    }
    assert sorted(source for source in confirmed if not SPIDERS[source].confirmed) == []
    assert len(confirmed) >= 25


def test_more_than_forty_five_sources_have_a_parser() -> None:
    assert len(SPIDERS) >= 45
