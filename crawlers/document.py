"""A document over a capture's decoded bytes. Every miss is a DocumentShapeError that names the place."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The decoded bytes of one capture, and what is known of the fetch.

    `captured_at` is the instant the document speaks for (as_of of an archived copy); None in `parse FILE` without one.
    """

    body: bytes
    url: str
    captured_at: datetime | None = None
    content_type: str = ""
