"""Migrations of the database's schema, run by ``watcher.store.upgrade``."""
