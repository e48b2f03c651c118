"""The drawn labels of the evaluation: the aims hold, and without the curated names of a maker nothing is guessed."""

from pipeline.reference.load import load_reference
from tests.evaluation.identity import answers, drawn, held_out
from tests.evaluation.shares import wilson


def test_of_the_drawn_labels_98_in_a_hundred_answers_are_right_and_90_in_a_hundred_answered():
    found = answers(load_reference(), drawn())
    answered = [each for each in found if each.given is not None]
    naming = [each for each in found if each.names_a_model]
    assert len(found) == 336
    assert sum(each.correct for each in answered) / len(answered) >= 0.98
    assert sum(each.correct for each in naming) / len(naming) >= 0.90


def test_tables_that_know_no_model_of_a_maker_refuse_rather_than_guess():
    found = [each for each in held_out(drawn()) if each.given is not None]
    low, _ = wilson(sum(each.correct for each in found), len(found))
    assert low >= 0.95
