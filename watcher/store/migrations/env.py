"""Alembic's entry: run the migrations on the connection, and inside the transaction, that we are given."""

from __future__ import annotations

from alembic import context

from watcher.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
