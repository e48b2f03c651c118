"""Comparisons are kept by model version: apart they are what they are together."""

from dataclasses import replace

import pandas as pd

from pipeline.jobs.paired import kept_comparisons
from pipeline.store.keep import Anew, anew
from tests.pipeline.events.ledger import instant
from tests.pipeline.flags.world import DUMPED, TAXED, UNDERPRICED, UNTIL, ground_of, world
from tests.pipeline.jobs.one_by_one import OneByOne, looked_again

NOW = instant(UNTIL)
OPEN = [f"{UNDERPRICED}/one"]


def compared(asked, keep: Anew = anew):
    return kept_comparisons(ground_of(asked), OPEN, NOW.date(), keep, now=NOW)


def test_each_version_compared_alone_gives_the_frames_of_all_together():
    together, alone = compared(world().asked), compared(world().asked, OneByOne())
    assert set(together["pairs"]["model_version"]) == {f"{DUMPED}/one", f"{TAXED}/one"}
    assert set(together["same_weights"]["model_version"]) == set(OPEN)
    for name, table in together.items():
        pd.testing.assert_frame_equal(alone[name], table, obj=name)


def test_a_further_look_of_that_day_that_confirms_the_document_leaves_every_comparison_as_it_was_made():
    asked = world().asked
    again = replace(asked, spells=looked_again(asked.spells, NOW))
    keeps = OneByOne(), OneByOne()
    for known, keep in zip((asked, again), keeps, strict=True):
        compared(known, keep)
    assert keeps[0].parts == keeps[1].parts
