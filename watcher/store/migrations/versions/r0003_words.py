"""The state holds parts, surfaces and fields that an older watcher would take for damage, or lose.

No table differs: the version alone tells an older watcher to leave the database to a newer one.
"""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change nothing: what the new parts hold is found by the next polls."""


def downgrade() -> None:
    """Refuse: an older watcher takes a backup of its own time."""
    raise NotImplementedError("restore a backup that the older version wrote")
