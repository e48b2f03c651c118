import pandas as pd

from pipeline.jobs.identity_review import queue


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
