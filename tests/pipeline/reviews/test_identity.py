from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pandas as pd
import pytest

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.vocabulary import ReviewKind
from pipeline.normalise.identity import resolve
from pipeline.reference.load import load_reference
from pipeline.reviews.identity import accept, decided, reject

SAID = {"reason": "the seller's page says so", "who": "Ada", "at": datetime(2026, 11, 1, tzinfo=UTC)}


def answer(ledger, seller, label):
    accepted, rejected = decided(ledger)
    asked = pd.DataFrame([{"source": "catalogue", "seller": seller, "label": label, "alias_of": None}])
    return resolve(asked, load_reference(), reviewed=accepted, rejected=rejected).iloc[0]


def test_an_accepted_label_is_the_model_that_the_person_named(ledger):
    accept(ledger, "Somebody", "mystery", "openai/gpt-4o", **SAID)
    found = answer(ledger, "somebody", "mystery")
    assert (found["model_version"], found["rule"]) == ("openai/gpt-4o", "reviewed")


def test_a_rejected_match_is_never_an_answer_again(ledger):
    assert answer(ledger, "openai", "gpt-4o")["model_version"] == "openai/gpt-4o"
    reject(ledger, "openai", "gpt-4o", "openai/gpt-4o", **SAID)
    assert answer(ledger, "openai", "gpt-4o")["refused"] == "unknown"


def test_the_last_decision_counts_and_both_are_kept(ledger):
    accept(ledger, "somebody", "mystery", "openai/gpt-4o", **SAID)
    reject(ledger, "somebody", "mystery", "openai/gpt-4o", **SAID)
    assert answer(ledger, "somebody", "mystery")["refused"] == "unknown"
    assert len(ledger.reviews(ReviewKind.IDENTITY)) == 2


def test_two_reviewers_at_once_are_both_kept(ledger):
    def say(who):
        return accept(ledger, "somebody", "mystery", "openai/gpt-4o", **(SAID | {"who": who}))

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(say, ["Ada", "Grace"]))
    assert len(set(numbers)) == 2
    assert {review["who"] for review in ledger.reviews(ReviewKind.IDENTITY)} == {"Ada", "Grace"}


@pytest.mark.parametrize("change", [{"reason": " "}, {"who": ""}])
def test_a_decision_needs_a_reason_and_a_name(ledger, change):
    with pytest.raises(InvalidValueError):
        accept(ledger, "somebody", "mystery", "openai/gpt-4o", **(SAID | change))
