"""What the lists of clean-heating subsidies can be narrowed by."""
