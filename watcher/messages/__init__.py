"""Notifications in words: plain text, Slack and mail."""
