"""What files were handed out, and which flagged decisions stood in them: so that a withdrawal can list them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from pipeline.domain.conditions import canonical_json
from pipeline.store import schema
from pipeline.store.ledger import Ledger


def note(ledger: Ledger, *, name: str, sha256: str, build: str, decisions: Sequence[str], at: datetime) -> None:
    with ledger.writing() as connection:
        connection.execute(
            insert(schema.exported).values(
                name=name, sha256=sha256, build=build, decisions=canonical_json(list(decisions)), at=at
            )
        )


def holding(ledger: Ledger, decision: str) -> list[dict[str, Any]]:
    """Files handed out that held a decision: name, sha256, build, at."""
    table = schema.exported
    with ledger.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.number)).mappings().all()
    wanted = ("name", "sha256", "build", "at")
    return [{name: row[name] for name in wanted} for row in rows if decision in json.loads(row["decisions"])]
