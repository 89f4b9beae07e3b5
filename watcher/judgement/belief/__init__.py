"""Belief: which answers, rows and facts are taken for true; what is old, halved or new schema is not."""
