"""Back-up and restore: the database as JSON lines, segments and parses as they are, in one tar with its digests.

The form is the same for SQLite and PostgreSQL, so a back-up of one may be restored into the other. The rows are read in
one transaction; files are only ever added, so those that the rows name are there.
"""

import base64
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from pipeline.domain.errors import LedgerError
from pipeline.domain.instants import instant_text, parse_instant
from pipeline.store import schema
from pipeline.store.engine import open_ledger
from pipeline.store.ledger import Ledger
from pipeline.store.rows import Head
from pipeline.store.types import Instant

_FOLDERS = ("segments", "parses")
_MANIFEST = "MANIFEST.json"
_CHUNK = 5_000


def backup(ledger: Ledger, data_dir: Path, out: Path) -> Head:
    """Write the archive; the head of the chain that it holds."""
    part = out.with_name(out.name + ".part")
    digests: dict[str, str] = {}
    with tarfile.open(part, "w") as archive:
        with ledger.reading() as connection:
            row = connection.execute(select(schema.head)).first()
            head = Head(seq=row.seq, sha256=row.sha256) if row is not None else ledger.head()
            for table in schema.metadata.sorted_tables:
                lines = "".join(_line(dict(found)) for found in connection.execute(select(table)).mappings())
                _add(archive, digests, f"rows/{table.name}.jsonl", lines.encode())
        for folder in _FOLDERS:
            for path in sorted((data_dir / folder).rglob("*")):
                if path.is_file() and path.suffix not in (".part", ".open"):
                    _add(archive, digests, str(path.relative_to(data_dir)), path.read_bytes())
        manifest = {"head": {"seq": head.seq, "sha256": head.sha256}, "sha256": digests}
        _add(archive, {}, _MANIFEST, json.dumps(manifest, indent=1).encode())
    part.replace(out)
    return head


def restore(archive: Path, url: str, data_dir: Path) -> None:
    """Fill an empty data directory and an empty database; an archive that does not match its digests is refused."""
    if any((data_dir / folder).exists() for folder in _FOLDERS):
        raise LedgerError(f"{data_dir} is not empty: restore into an empty data directory (UNDERCUT_DATA_DIR)")
    try:
        _restore(archive, url, data_dir)
    except tarfile.TarError as error:
        raise LedgerError(f"{archive} is no whole archive ({error}): it was cut short, or is something else") from error


def _restore(archive: Path, url: str, data_dir: Path) -> None:
    with tarfile.open(archive) as opened:
        digests = json.loads(_content(opened, _MANIFEST))["sha256"]
        for name, digest in digests.items():
            if hashlib.sha256(_content(opened, name)).hexdigest() != digest:
                raise LedgerError(f"{name} in {archive} is not what was backed up: nothing was restored")
        with open_ledger(url, data_dir) as ledger:
            if ledger.head().seq:
                raise LedgerError("the database is not empty: restore into an empty one")
            _restore_files(opened, [name for name in digests if not name.startswith("rows/")], data_dir)
            with ledger.writing() as connection:
                _restore_rows(opened, connection)


def _restore_files(archive: tarfile.TarFile, names: list[str], data_dir: Path) -> None:
    for name in names:
        target = (data_dir / name).resolve()
        if not target.is_relative_to(data_dir.resolve()):
            raise LedgerError(f"the archive names {name}, which lies outside the data directory")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_content(archive, name))


def _restore_rows(archive: tarfile.TarFile, connection: Connection) -> None:
    for table in schema.metadata.sorted_tables:
        for rows in _chunks(table, _content(archive, f"rows/{table.name}.jsonl")):
            connection.execute(insert(table), rows)
        if connection.dialect.name == "postgresql":
            _advance(connection, table)


def _add(archive: tarfile.TarFile, digests: dict[str, str], name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
    digests[name] = hashlib.sha256(content).hexdigest()


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        file = archive.extractfile(name)
    except KeyError:
        file = None
    if file is None:
        raise LedgerError(f"the archive lacks {name}: it is no back-up of undercut, or cut short")
    return file.read()


def _line(row: dict[str, Any]) -> str:
    return json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _chunks(table: Table, content: bytes) -> Iterator[list[dict[str, Any]]]:
    rows = [_typed(table, json.loads(line)) for line in content.decode().splitlines()]
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    for column in table.columns:
        value = row[column.name]
        if value is not None and isinstance(column.type, Instant):
            row[column.name] = parse_instant(value)
        elif value is not None and column.name == "raw":
            row[column.name] = base64.b64decode(value)
    return row


def _advance(connection: Connection, table: Table) -> None:
    """PostgreSQL's counters do not see rows that came with their numbers."""
    for column in table.primary_key.columns:
        if column.autoincrement is True:
            counter = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(
                select(func.setval(counter, select(func.coalesce(func.max(column), 1)).scalar_subquery()))
            )
