"""Figures of clean-heating subsidies."""
