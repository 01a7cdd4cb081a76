"""Heating's arithmetic: pure functions, one module per question."""
