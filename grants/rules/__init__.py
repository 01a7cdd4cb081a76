"""Arithmetic of clean-heating subsidies: tables of transitions, rates, numbers, days."""
