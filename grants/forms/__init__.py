"""Forms of clean-heating subsidies."""
