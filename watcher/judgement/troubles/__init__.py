"""Troubles: our own: surfaces gone blind, facts lost, answers refused, targets that take nothing."""
