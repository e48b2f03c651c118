"""Pages that are made from declarations say what the declarations say; commands of the README exist."""

import re
from pathlib import Path

from pipeline.jobs.documents import data_dictionary, sources_table

ROOT = Path(__file__).resolve().parents[2]


def test_the_data_dictionary_is_the_one_of_the_frames():
    assert (ROOT / "docs" / "data-dictionary.md").read_text() == data_dictionary(), "run `make docs`"


def test_the_table_of_sources_is_the_one_of_the_spiders():
    assert (ROOT / "docs" / "sources.md").read_text() == sources_table(), "run `make docs`"


def test_every_page_that_a_page_links_to_exists():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "data" / "README.md"]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert named <= targets


def test_every_setting_is_in_the_operators_page():
    from pipeline.settings import Settings

    text = (ROOT / "docs" / "operations.md").read_text()
    for name in Settings.model_fields:
        variable = f"UNDERCUT_{name.upper()}"
        short = "_" + name.rpartition("_")[2].upper()
        assert variable in text or (name.startswith("smtp_") and short in text), variable


def test_every_test_that_a_page_names_exists():
    named = [
        (page.name, *match)
        for page in (ROOT / "docs").rglob("*.md")
        for match in re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", page.read_text())
    ]
    assert len(named) > 40
    for page, file, test in named:
        assert (ROOT / file).exists(), f"{page} names {file}"
        assert not test or f"def {test}(" in (ROOT / file).read_text(), f"{page} names {file}::{test}"
