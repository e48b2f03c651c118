"""The case as a workbook: what it rests on can be fetched again and compared."""

import json

from pipeline.exports.case_file import documents
from tests.dashboard.snapshot import snapshot


def test_the_documents_of_a_case_stand_with_address_fetch_date_and_what_rests_on_them():
    made, _ = snapshot()
    known = made["captures"].drop_duplicates("payload_sha256")
    (_, first), (_, second) = list(known.iterrows())[:2]
    event = {"captures": json.dumps([first["payload_sha256"], "0" * 64])}
    rows = documents(made, [[second["payload_sha256"]], [first["payload_sha256"]], []], event)
    assert rows["SHA-256 of the document"].tolist() == [first["payload_sha256"], "0" * 64, second["payload_sha256"]]
    assert rows["what rests on it"].tolist() == ["the decision", "the decision", "an input"]
    assert rows["address"].fillna("").tolist() == [first["url"], "", second["url"]]
    assert rows["fetched (UTC)"].iloc[0] == first["captured_at"]
