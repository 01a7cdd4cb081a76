"""The lists of heating, one module per noun."""
