"""What people decided about names: which model version a seller's label names, or does not name.

A decision is an appended review; nothing is edited. Of several about the same label and version the last counts.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.domain.errors import InvalidValueError
from pipeline.domain.vocabulary import ReviewKind
from pipeline.store.engine import has_ledger, open_ledger
from pipeline.store.ledger import Ledger

_COLUMNS = ("seller", "label", "model_version")


def accept(ledger: Ledger, seller: str, label: str, version: str, *, reason: str, who: str, at: datetime) -> int:
    """Say that the label of that seller names `version` (`maker/slug`); the review's number."""
    return _write(ledger, seller, label, version, accepted=True, reason=reason, who=who, at=at)


def reject(ledger: Ledger, seller: str, label: str, version: str, *, reason: str, who: str, at: datetime) -> int:
    """Say that the label of that seller does not name `version`; the review's number."""
    return _write(ledger, seller, label, version, accepted=False, reason=reason, who=who, at=at)


def decided(ledger: Ledger) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accepted and rejected matches in force: seller, label, model_version each; one accepted version a label."""
    accepted: dict[tuple[str, str], str] = {}
    rejected: dict[tuple[str, str, str], None] = {}
    for review in ledger.reviews(ReviewKind.IDENTITY):
        content = review["content"]
        seller, label, version = (content[name] for name in _COLUMNS)
        if content["accepted"]:
            accepted[seller, label] = version
            rejected.pop((seller, label, version), None)
        else:
            rejected[seller, label, version] = None
            if accepted.get((seller, label)) == version:
                del accepted[seller, label]
    return _frame([(*pair, version) for pair, version in accepted.items()]), _frame(list(rejected))


@dataclass(frozen=True, slots=True, kw_only=True)
class Namebook:
    """The decisions about names of one ledger, for pages: read and appended at once, never kept."""

    ledger_url: str
    data_dir: Path

    def decisions(self) -> list[dict[str, Any]]:
        """Every review, the last first: seller, label, model_version, accepted, reason, who, at."""
        if not has_ledger(self.ledger_url):
            return []
        with open_ledger(self.ledger_url, self.data_dir) as ledger:
            rows = ledger.reviews(ReviewKind.IDENTITY)
        return [{**row["content"], "who": row["who"], "at": row["at"]} for row in reversed(rows)]

    def decide(
        self, seller: str, label: str, version: str, *, accepted: bool, reason: str, who: str, at: datetime
    ) -> int:
        """As `accept` or `reject`."""
        if not has_ledger(self.ledger_url):
            raise InvalidValueError("there is no ledger yet: start with `undercut up`")
        with open_ledger(self.ledger_url, self.data_dir) as ledger:
            return _write(ledger, seller, label, version, accepted=accepted, reason=reason, who=who, at=at)


def _frame(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype("str")


def _write(
    ledger: Ledger, seller: str, label: str, version: str, *, accepted: bool, reason: str, who: str, at: datetime
) -> int:
    maker, _, slug = version.partition("/")
    if not maker or not slug:
        raise InvalidValueError(f"{version!r} is no model version: write maker/model")
    if not (seller.strip() and label.strip() and reason.strip() and who.strip()):
        raise InvalidValueError("a seller, a label, a reason and a name are needed")
    content = {
        "seller": seller.lower(),
        "label": label,
        "model_version": version,
        "accepted": accepted,
        "reason": reason,
    }
    return ledger.add_review(ReviewKind.IDENTITY, f"{seller.lower()}: {label}", content, who=who, at=at)
