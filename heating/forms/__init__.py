"""The forms of heating, one module per noun."""
