"""Flags are kept by model version, the panel by month: apart they are what they are together."""

from dataclasses import replace

import pandas as pd

from pipeline.flags.funnel import months, outlier_panel
from pipeline.flags.judged import market_of
from pipeline.jobs.flagging import kept_flags, kept_panel
from pipeline.reference.thresholds import load_thresholds
from tests.pipeline.events.ledger import instant
from tests.pipeline.flags.world import MERELY_CUT, UNTIL, ground_of, world
from tests.pipeline.jobs.one_by_one import OneByOne, looked_again

NOW = instant(UNTIL)
THRESHOLDS = load_thresholds()


def judged(asked):
    keep = OneByOne()
    found = kept_flags(asked, ground_of(asked), market_of(asked), THRESHOLDS, keep, now=NOW)
    return found, keep.parts["flags"]


def test_each_version_judged_alone_gives_the_flags_of_all_together():
    found, parts = judged(world().asked)
    assert len(parts) == 24
    pd.testing.assert_frame_equal(found, world().flags)


def test_each_month_alone_gives_the_panel_of_all():
    asked, flags, age = world().asked, world().flags, THRESHOLDS.model_age
    market = market_of(asked)
    alone = kept_panel(asked, market, flags, OneByOne(), until=NOW, age=age, now=NOW)
    pd.testing.assert_frame_equal(alone, outlier_panel(market, flags, months(NOW), age=age))


def test_a_further_look_that_tells_nothing_new_leaves_every_flag_as_it_was_made():
    asked = world().asked
    again = replace(asked, spells=looked_again(asked.spells, NOW, "f" * 64))
    assert judged(again)[1] == judged(asked)[1]
    pd.testing.assert_frame_equal(judged(again)[0], judged(asked)[0])


def test_another_price_of_one_version_before_a_flag_makes_only_its_own_flags_anew():
    asked = world().asked
    own = asked.listings.loc[asked.listings["maker"] == MERELY_CUT, "listing_id"].astype("str")
    cached = asked.spells["listing_id"].astype("str").isin(own) & asked.spells["meter"].eq("output")
    dearer = asked.spells.assign(nano_per_million=asked.spells["nano_per_million"] + cached)
    before, after = judged(asked)[1], judged(replace(asked, spells=dearer))[1]
    assert {part for part in before if before[part] != after[part]} == {f"{MERELY_CUT}/one"}
