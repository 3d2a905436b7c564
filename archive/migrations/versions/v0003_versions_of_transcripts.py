"""Numbered transcripts of which a person may choose one, translations, and the glossary."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "transcripts", sa.Column("number", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "transcripts", sa.Column("chosen", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE transcripts SET number = (SELECT count(*) FROM transcripts AS earlier "
        "WHERE earlier.talk_id = transcripts.talk_id AND earlier.id <= transcripts.id)"
    )
    op.create_index("transcripts_number", "transcripts", ["talk_id", "number"], unique=True)
    op.add_column(
        "talks", sa.Column("translate", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "glossary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_glossary_event_id"), "glossary", ["event_id"], unique=False)
