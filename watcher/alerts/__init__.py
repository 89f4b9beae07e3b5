"""Alerts and when they may disturb somebody: receivers' gates, groups, hours, notifications."""
