import pandas as pd

from pipeline.query.names import counts, proposed, queue, stands_in


def test_the_queue_holds_the_unmatched_labels_with_the_most_prices_first():
    listings = pd.DataFrame(
        {
            "listing_id": ["1", "2", "3"],
            "seller": "somebody",
            "label": ["rare", "common", "matched"],
            "model_version": [None, None, "openai/gpt-4o"],
            "identity_rule": "unknown",
        }
    )
    spells = pd.DataFrame({"listing_id": ["1", "2", "2", "3"]})
    assert queue(listings, spells)[["label", "prices"]].to_numpy().tolist() == [["common", 2], ["rare", 1]]


LISTINGS = pd.DataFrame(
    {
        "listing_id": ["1", "2", "3"],
        "seller": "somebody",
        "label": ["gpt-4o-turbo", "searcher", "gpt-4o"],
        "model_version": [None, None, "openai/gpt-4o"],
        "identity_rule": ["unknown", "not_a_model", "first_party"],
    }
)
SPELLS = pd.DataFrame({"listing_id": ["1", "2", "2", "3"], "source": ["a", "b", "b", "c"]})


def test_every_label_and_price_is_counted_once():
    counted = counts(LISTINGS, SPELLS).set_index("why")
    assert counted["labels"].to_dict() == {"not_a_model": 1, "matched": 1, "unknown": 1}
    assert counted.loc["not_a_model", "prices_percent"] == 50


def test_only_versions_of_the_build_are_proposed():
    assert [each.model_version for each in proposed(["gpt-4o-turbo"], LISTINGS)["gpt-4o-turbo"]] == ["openai/gpt-4o"]


def test_a_label_names_the_sources_that_state_it():
    assert stands_in(LISTINGS, SPELLS, "somebody", "searcher") == ["b"]
