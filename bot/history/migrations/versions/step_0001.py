"""Conversations, turns, feedback, hand-offs, review items, approved answers and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    _make_what_visitors_leave()
    _make_what_staff_leave()


def downgrade() -> None:
    """Drop them all."""
    for table in (
        "audit_log", "approved_quotes", "approved_answers", "review_items",
        "handoffs", "feedback", "turns", "conversations",
    ):  # fmt: skip
        op.drop_table(table)


def _make_what_visitors_leave() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_table(
        "turns",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("reply", sa.JSON, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("latency_ms", sa.Double, nullable=False),
        sa.Column("corpus_version", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], ondelete="CASCADE", name="fk_turns_conversation_id_conversations"
        ),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reply_id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.String(64)),
        sa.Column("thumbs", sa.String(4), nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.CheckConstraint("thumbs IN ('up', 'down')", name="thumbs"),
    )
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reply_id", sa.Text),
        sa.Column("conversation_id", sa.String(64)),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
    )
    _index("conversations", "started_at")
    _index("turns", "conversation_id", "status", "at")
    _index("feedback", "reply_id", "conversation_id", "at")
    _index("handoffs", "reply_id", "conversation_id", "at")


def _make_what_staff_leave() -> None:
    op.create_table(
        "review_items",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("reply_id", sa.Text),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("why", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("opened_by", sa.Text),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_review_items"),
        sa.CheckConstraint("state IN ('open', 'answered', 'covered', 'out_of_scope', 'gap')", name="state"),
    )
    op.create_table(
        "approved_answers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("approved_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("state_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approved_answers"),
        sa.CheckConstraint("state IN ('active', 'withdrawn', 'stale')", name="state"),
    )
    op.create_table(
        "approved_quotes",
        sa.Column("answer_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("passage_hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "position", name="pk_approved_quotes"),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["approved_answers.id"],
            ondelete="CASCADE",
            name="fk_approved_quotes_answer_id_approved_answers",
        ),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    _index("review_items", "reply_id", "state", "opened_at")
    _index("approved_answers", "state")
    _index("approved_quotes", "document_id")
    _index("audit_log", "action", "at")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])
