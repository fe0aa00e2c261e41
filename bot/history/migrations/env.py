"""Alembic runs this for every upgrade, on the connection and in the transaction that it is given."""

from alembic import context

from bot.history.tables import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata)
context.run_migrations()
