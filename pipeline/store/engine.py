"""Opening a ledger: SQLite (WAL) or PostgreSQL by URL, one process at a time migrating it."""

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from pipeline.domain.errors import LedgerError, LockHeldError
from pipeline.store.ledger import Ledger

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MILLISECONDS = 10_000


@contextmanager
def exclusive(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock file; LockHeldError where another process holds it and we do not wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise LockHeldError(f"another instance holds {path}: stop it first") from error
        yield


def open_ledger(url: str, data_dir: Path) -> Ledger:
    """The ledger of a database, at the newest revision, with its data directory."""
    data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url)
    try:
        with exclusive(data_dir / "migrate.lock", wait=True):
            migrate(engine, data_dir)
    except SQLAlchemyError as error:
        engine.dispose()
        raise LedgerError(f"the ledger at {make_url(url).render_as_string()} cannot be opened: {error}") from error
    except BaseException:
        engine.dispose()
        raise
    return Ledger(engine, data_dir)


def has_ledger(url: str) -> bool:
    """Whether a ledger was begun: a file of SQLite exists. Of a server that is known when it is asked."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()


def make_engine(url: str) -> Engine:
    """An engine whose transactions begin as they should: on SQLite a writer takes its lock at once."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    engine = create_engine(parsed, connect_args={"timeout": _BUSY_MILLISECONDS / 1000})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late for a write lock
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MILLISECONDS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("read", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def migrate(engine: Engine, data_dir: Path) -> None:
    """Upgrade to the newest revision; the SQLite file is copied before. A newer ledger than ours is refused."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present == newest:
        return
    if present is not None and present not in {revision.revision for revision in script.walk_revisions()}:
        raise LedgerError(
            f"the ledger is at revision {present}, which this program does not know: use a newer undercut"
        )
    if present is not None and engine.dialect.name == "sqlite" and engine.url.database:
        stamp = datetime.fromtimestamp(time.time(), UTC).strftime("%Y%m%dT%H%M%SZ")
        shutil.copy2(engine.url.database, data_dir / f"ledger-before-{newest}-{stamp}.sqlite")
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
