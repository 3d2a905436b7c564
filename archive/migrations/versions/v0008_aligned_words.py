"""Up to which revision a transcript's corrected words were aligned again to the sound."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "transcripts",
        sa.Column("aligned_revision", sa.Integer(), nullable=False, server_default="0"),
    )
