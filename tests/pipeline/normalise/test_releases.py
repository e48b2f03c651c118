"""Matches that cannot be: a label priced before the version it is given was out."""

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest

from pipeline import frames
from pipeline.normalise.releases import Releases, refuse_before_release
from pipeline.reference.load import load_reference
from tests.pipeline.normalise.conftest import START, capture, day, quote


def releases(released):
    models = load_reference().models
    row = models.iloc[[0]].assign(model_version="acme/one", released=pd.Timestamp(released), basis="maker")
    return Releases(replace(load_reference(), models=pd.concat([models, row], ignore_index=True)))


def asked(rule="first_party"):
    row = {"source": "acme", "seller": "acme", "label": "one", "alias_of": None, "maker": "acme"}
    return pd.DataFrame([row | {"model_version": "acme/one", "rule": rule, "refused": None}])


def refused(released, rule="first_party", **change):
    quotes = frames.coerce(pd.DataFrame([quote("a", "1", **change), quote("b", "2")]), "quotes")
    captures = frames.coerce(pd.DataFrame([capture(0, "a"), capture(9, "b")]), "captures")
    found = refuse_before_release(asked(rule), quotes, captures, releases(released))
    return found["refused"].iloc[0]


def test_a_label_priced_before_the_release_is_refused_whole():
    assert refused(day(5).date()) == "before_release"


def test_a_label_first_priced_on_the_day_of_the_release_is_not():
    assert pd.isna(refused(START.date()))


def test_what_a_person_reviewed_stands():
    assert pd.isna(refused(day(5).date(), rule="reviewed"))


def test_a_document_of_several_looks_counts_from_the_instant_of_each():
    assert refused(START.date(), observed_at=datetime(2026, 1, 1, tzinfo=UTC)) == "before_release"


@pytest.mark.parametrize("empty", ["quotes", "resolved"])
def test_nothing_asked_is_nothing_refused(empty):
    quotes = frames.empty("quotes") if empty == "quotes" else frames.coerce(pd.DataFrame([quote("a", "1")]), "quotes")
    own = asked().iloc[:0] if empty == "resolved" else asked()
    captures = frames.coerce(pd.DataFrame([capture(0, "a")]), "captures")
    assert len(refuse_before_release(own, quotes, captures, releases("2030-01-01"))) == len(own)
