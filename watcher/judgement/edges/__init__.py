"""Edges: which moves matter to which rule, which last, and which only echo another."""
