"""Migrations run on the engine that `pipeline.store.engine` hands over; there is no alembic.ini."""

from alembic import context
from sqlalchemy import Connection, Engine

from pipeline.store.schema import metadata

engine: Engine = context.config.attributes["engine"]


def run(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()


with engine.connect() as opened:
    if opened.dialect.name == "sqlite":
        # a table that is rebuilt must not drag along what refers to it
        opened.exec_driver_sql("COMMIT")
        opened.exec_driver_sql("PRAGMA foreign_keys=OFF")
        opened.exec_driver_sql("BEGIN IMMEDIATE")
    run(opened)
    opened.commit()
