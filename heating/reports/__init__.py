"""Figures of heating as of a day, one module per noun."""
