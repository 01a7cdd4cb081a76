"""Every write of heating, one module per noun."""
