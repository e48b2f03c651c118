"""Documents that a person handed in: nobody saw them served, and every screen says so beside what rests on them."""

from collections.abc import Iterable

from pipeline.query.snapshot import Snapshot


def givers(snapshot: Snapshot) -> dict[str, str]:
    """Payload SHA-256 → who handed the document in, of documents that no look of our own ever brought."""
    captures = snapshot["captures"].astype({"payload_sha256": "str"})
    ours = set(captures.loc[captures["handed_in_by"].isna(), "payload_sha256"])
    given = captures[captures["handed_in_by"].notna() & ~captures["payload_sha256"].isin(ours)]
    return dict(zip(given["payload_sha256"], given["handed_in_by"].astype(str), strict=True))


def named(snapshot: Snapshot, digests: Iterable[object]) -> str:
    """Those of the documents that were handed in, in words; empty where none was."""
    known = givers(snapshot)
    found = sorted({(digest, known[digest]) for digest in map(str, digests) if digest in known})
    return "; ".join(f"{digest[:12]}… was handed in by {giver}" for digest, giver in found)
