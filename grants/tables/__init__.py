"""Lists of clean-heating subsidies."""
