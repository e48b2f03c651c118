import hashlib

import pandas as pd
import pytest

from pipeline import frames
from pipeline.domain.errors import UnalignedFramesError
from pipeline.normalise.listings import labels, listings, merged
from tests.pipeline.normalise.conftest import quote, quotes_frame


def quotes(*rows):
    return quotes_frame([row | {"where": f"w{n}"} for n, row in enumerate(rows)]).drop(columns="listing_id")


def said(label, amount="1", **change):
    return quote("a", amount, label=label, **change)


def answers(asked, **versions):
    """What identity said: the model version of each label named, the others unmatched."""
    rows = labels(asked)
    version = rows["label"].map({name.replace("_", "-"): to for name, to in versions.items()}).astype("str")
    return rows.assign(
        maker="acme",
        model_version=version,
        rule=version.notna().map({True: "first_party", False: "unmatched"}),
        refused=version.isna().map({True: "unknown", False: None}),
        floating=False,
        first_party=version.notna(),
        alias_target=None,
    )


def test_the_identifier_is_the_documented_digest():
    asked = quotes(said("one"))
    found, keyed = listings(asked, answers(asked, one="acme/one"))
    text = (
        '{"conditions":{"tier":"standard"},"market":"international","model_version":"acme/one",'
        '"seller":"acme","served_by":"acme"}'
    )
    assert found["listing_id"].tolist() == [hashlib.sha256(text.encode()).hexdigest()[:16]]
    assert keyed["listing_id"].tolist() == found["listing_id"].tolist()


def test_an_unmatched_label_is_a_listing_of_its_own_words():
    asked = quotes(said("One, as printed"))
    found, _ = listings(asked, answers(asked))
    text = (
        '{"conditions":{"tier":"standard"},"market":"international","model_version":"label:One, as printed",'
        '"seller":"acme","served_by":"acme"}'
    )
    assert found["listing_id"].tolist() == [hashlib.sha256(text.encode()).hexdigest()[:16]]
    assert found["model_version"].isna().all()
    assert found["identity_rule"].tolist() == ["unknown"]


def test_a_promotion_changes_the_price_not_the_thing():
    asked = quotes(said("one"), said("one", conditions='{"promotion":{"percent":"75"},"tier":"standard"}'))
    found, keyed = listings(asked, answers(asked, one="acme/one"))
    assert len(found) == 1
    assert keyed["listing_id"].tolist() == found["listing_id"].tolist() * 2


def test_two_labels_of_one_version_at_one_price_are_one_listing():
    asked = quotes(said("one"), said("one-2026"))
    found, _ = listings(asked, answers(asked, one="acme/one", one_2026="acme/one"))
    assert found["label"].tolist() == ["one"]


def test_a_label_at_another_price_in_the_same_sheet_is_another_thing():
    asked = quotes(said("one"), said("one-eu", "1.1"))
    found, keyed = listings(asked, answers(asked, one="acme/one", one_eu="acme/one"))
    by_label = found.set_index("label")
    assert by_label["model_version"].fillna("").to_dict() == {"one": "acme/one", "one-eu": ""}
    assert by_label.loc["one-eu", "identity_rule"] == "price_apart"
    assert keyed["listing_id"].nunique() == 2


def test_two_amounts_under_one_label_stay_one_listing():
    asked = quotes(said("one"), said("one", "2"))
    found, _ = listings(asked, answers(asked, one="acme/one"))
    assert len(found) == 1


def test_the_order_of_quotes_does_not_matter():
    asked = quotes(said("one"), said("two"), said("one-2026"), said("one", meter="output"))
    resolved = answers(asked, one="acme/one", one_2026="acme/one")
    found, keyed = listings(asked, resolved)
    backwards, keyed_backwards = listings(asked.iloc[::-1].reset_index(drop=True), resolved.iloc[::-1])
    pd.testing.assert_frame_equal(found, backwards)
    assert keyed["listing_id"].tolist() == keyed_backwards["listing_id"].tolist()[::-1]


def test_base_conditions_are_the_standard_tier_and_the_shortest_band():
    asked = quotes(
        said("one", conditions='{"context_max":200000,"tier":"standard"}'),
        said("one", "2", conditions='{"context_min":200000,"tier":"standard"}'),
        said("one", "3", conditions='{"tier":"batch"}'),
    )
    found, _ = listings(asked, answers(asked, one="acme/one"))
    assert found.loc[found["base"], "conditions"].tolist() == ['{"context_max":200000,"tier":"standard"}']


def test_base_conditions_are_the_rest_of_the_week():
    asked = quotes(
        said("one", conditions='{"tier":"standard","window":{"name":"off_peak"}}'),
        said("one", "2", conditions='{"tier":"standard","window":{"hours":["01:00-04:00"],"name":"peak","tz":"UTC"}}'),
    )
    found, _ = listings(asked, answers(asked, one="acme/one"))
    assert found.loc[found["base"], "conditions"].tolist() == ['{"tier":"standard","window":{"name":"off_peak"}}']


def test_where_windows_fill_the_week_the_longest_is_base():
    day_time = '{"tier":"standard","window":{"hours":["00:30-16:30"],"name":"peak","tz":"UTC"}}'
    night = '{"tier":"standard","window":{"hours":["16:30-00:30"],"name":"off_peak","tz":"UTC"}}'
    asked = quotes(said("one", conditions=day_time), said("one", "2", conditions=night))
    found, _ = listings(asked, answers(asked, one="acme/one"))
    assert found.loc[found["base"], "conditions"].tolist() == [day_time]


def test_thinking_is_base_only_where_nothing_else_is_offered():
    asked = quotes(
        said("one", conditions='{"thinking":true,"tier":"standard"}'),
        said("one", "2", conditions='{"thinking":false,"tier":"standard"}'),
        said("two", conditions='{"thinking":true,"tier":"standard"}'),
    )
    found, _ = listings(asked, answers(asked, one="acme/one", two="acme/two"))
    base = found[found["base"]].set_index("model_version")["conditions"].to_dict()
    assert base == {
        "acme/one": '{"thinking":false,"tier":"standard"}',
        "acme/two": '{"thinking":true,"tier":"standard"}',
    }


def test_a_label_that_identity_never_saw_is_refused():
    asked = quotes(said("one"))
    with pytest.raises(UnalignedFramesError, match="'one'"):
        listings(asked, answers(asked).iloc[:0])


def test_base_is_decided_over_all_sources():
    long_only = quotes(said("one", conditions='{"context_min":200000,"tier":"standard"}'))
    short = quotes(said("one", conditions='{"context_max":200000,"tier":"standard"}'))
    parts = [listings(asked, answers(asked, one="acme/one"))[0] for asked in (long_only, short)]
    assert parts[0]["base"].tolist() == [True]
    found = merged(parts)
    assert found.loc[found["base"], "conditions"].tolist() == ['{"context_max":200000,"tier":"standard"}']


def test_a_listing_of_two_sources_is_one_row():
    asked = quotes(said("one"))
    part = listings(asked, answers(asked, one="acme/one"))[0]
    pd.testing.assert_frame_equal(merged([part, part]), part)


def test_no_quotes_no_listings():
    none = frames.empty("quotes")
    found, keyed = listings(none, answers(none))
    assert frames.check(found, "listings").empty
    assert keyed.empty
