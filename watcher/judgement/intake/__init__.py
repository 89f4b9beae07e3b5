"""Intake: each surface's believed answer, taken into the state and into moves."""
