"""The pages of heating, one module per noun."""
