"""What is said of a figure beside it: its source was never confirmed, its document was handed in by a person."""

import pandas as pd


def unconfirmed(sources: pd.DataFrame) -> set[str]:
    """Sources whose reading was never compared with a real document of theirs."""
    return set(sources.loc[~sources["confirmed"].astype(bool), "source"].astype(str))


def givers(captures: pd.DataFrame) -> dict[str, str]:
    """Payload SHA-256 → who handed the document in, of documents that no look of our own ever brought."""
    captures = captures.astype({"payload_sha256": "str"})
    ours = set(captures.loc[captures["handed_in_by"].isna(), "payload_sha256"])
    given = captures[captures["handed_in_by"].notna() & ~captures["payload_sha256"].isin(ours)]
    return dict(zip(given["payload_sha256"], given["handed_in_by"].astype(str), strict=True))
