"""Reads of clean-heating subsidies, each starting from who may see what."""
