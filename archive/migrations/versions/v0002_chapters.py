"""Chapters of talks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("talks", sa.Column("chapters", sa.JSON(), nullable=False, server_default="[]"))
