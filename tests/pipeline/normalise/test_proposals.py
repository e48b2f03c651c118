"""Proposals for labels that no rule could place: for a person, with what is shared and what differs."""

from pipeline.normalise.proposals import MOST, proposals

VERSIONS = ["meta/llama-3.3-70b-instruct", "meta/llama-3.1-8b-instruct", "mistral/mistral-large-2407", "openai/o1"]


def first(label, versions=VERSIONS):
    found = proposals([label], versions)[label]
    return found[0] if found else None


def test_the_nearest_name_comes_first_and_says_what_differs():
    found = first("Llama-3.3-70B-Instruct-Turbo")
    assert found.model_version == "meta/llama-3.3-70b-instruct"
    assert found.reason == "4 of 5 parts shared; only the label has turbo"


def test_word_order_is_no_difference():
    assert first("large-mistral-2407").reason == "the same parts in another order"


def test_a_size_that_differs_is_said():
    found = proposals(["llama-3.1-70b-instruct"], ["meta/llama-3.1-8b-instruct"])["llama-3.1-70b-instruct"]
    assert found[0].reason == "4 of 6 parts shared; only the label has 70b; only the version has 8b"


def test_a_label_near_to_nothing_has_no_proposal():
    assert first("stripedhyena-nous") is None


def test_no_more_than_a_few_are_proposed():
    versions = [f"maker/model-{number}" for number in range(20)]
    assert len(proposals(["model-3-x"], versions)["model-3-x"]) <= MOST
