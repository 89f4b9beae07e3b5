"""Health: how the daemon does, and all who are told: systemd, the heartbeat, the pages, status."""
