"""Documents that a person handed in: nobody saw them served, and every screen says so beside what rests on them."""

from collections.abc import Iterable

from pipeline.normalise import doubted
from pipeline.query.snapshot import Snapshot


def givers(snapshot: Snapshot) -> dict[str, str]:
    """Payload SHA-256 → who handed the document in, of documents that no look of our own ever brought."""
    return doubted.givers(snapshot["captures"])


def named(snapshot: Snapshot, digests: Iterable[object]) -> str:
    """Those of the documents that were handed in, in words; empty where none was."""
    known = givers(snapshot)
    found = sorted({(digest, known[digest]) for digest in map(str, digests) if digest in known})
    return "; ".join(f"{digest[:12]}… was handed in by {giver}" for digest, giver in found)
