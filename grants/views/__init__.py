"""Pages of clean-heating subsidies."""
