"""The API of clean-heating subsidies."""
