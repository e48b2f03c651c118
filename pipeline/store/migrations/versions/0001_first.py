"""The first tables.

Revision ID: 0001
Revises: -
"""

from alembic import op

from pipeline.store.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    # The first revision is the schema itself; later ones spell out what they change.
    metadata.create_all(op.get_bind(), checkfirst=False)
