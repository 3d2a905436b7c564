"""What failures were said of, so that a page says them in its language."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("talks", sa.Column("failed_phrases", sa.JSON(), nullable=True))
