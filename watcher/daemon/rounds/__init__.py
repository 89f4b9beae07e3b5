"""Rounds: which surfaces are asked, for whose sake, when, and how each poll is judged."""
