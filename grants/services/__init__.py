"""Every write on clean-heating subsidies."""
