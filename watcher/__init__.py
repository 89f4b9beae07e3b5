"""Catalog watcher: tells a team what really changed in OpenRouter's catalog, and nothing else."""

__version__ = "0.1.0"
