"""Levels: readings held against thresholds, and the episodes that they make."""
