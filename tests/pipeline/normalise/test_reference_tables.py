import re

import pandas as pd
import pytest

from pipeline.reference.load import load_reference

REFERENCE = load_reference()
TABLES = ("makers", "authors", "sellers", "families", "forms", "aliases", "models", "openness", "not_models")


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_its_source_and_the_day_it_was_reviewed(name):
    table = getattr(REFERENCE, name)
    assert len(table)
    assert table["source"].notna().all()
    assert table["reviewed_on"].notna().all()


@pytest.mark.parametrize("name", ["authors", "sellers", "families", "forms", "aliases"])
def test_every_maker_named_is_a_maker_known(name):
    named = getattr(REFERENCE, name)["maker"].dropna()
    assert sorted(set(named) - set(REFERENCE.makers["maker"])) == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("makers", "maker"),
        ("authors", "author"),
        ("sellers", "seller"),
        ("families", "prefix"),
        ("models", "model_version"),
        ("openness", "model_version"),
    ],
)
def test_no_name_stands_in_a_table_twice(name, key):
    table = getattr(REFERENCE, name)
    assert table.loc[table[key].duplicated(), key].tolist() == []


def test_every_version_is_a_makers():
    makers = REFERENCE.models["model_version"].str.partition("/")[0]
    assert sorted(set(makers) - set(REFERENCE.makers["maker"])) == []


def test_every_pattern_compiles():
    for pattern in (*REFERENCE.forms["pattern"], *REFERENCE.not_models["pattern"]):
        assert re.compile(pattern)


def test_a_seat_is_a_country_code():
    assert REFERENCE.makers["seat"].dropna().str.fullmatch("[A-Z]{2}").all()


def test_the_intervals_of_one_alias_do_not_overlap():
    dated = REFERENCE.aliases.sort_values(["maker", "alias", "since"])
    for _, own in dated.groupby(["maker", "alias"]):
        ends = own["until"].iloc[:-1].fillna(pd.Timestamp.max)
        assert (ends.to_numpy() <= own["since"].iloc[1:].to_numpy()).all()
