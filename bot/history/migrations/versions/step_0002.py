"""The passage that each quote of an approved answer stood in, and the approved answer that a review item is about."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Quotes of before have no passage: nothing shows that it still stands."""
    op.add_column("approved_quotes", sa.Column("passage", sa.Text))
    op.add_column("approved_quotes", sa.Column("passage_start", sa.Integer))
    op.add_column("review_items", sa.Column("answer_id", sa.Integer))
    op.create_index("ix_review_items_answer_id", "review_items", ["answer_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_review_items_answer_id", "review_items")
    op.drop_column("review_items", "answer_id")
    op.drop_column("approved_quotes", "passage_start")
    op.drop_column("approved_quotes", "passage")
