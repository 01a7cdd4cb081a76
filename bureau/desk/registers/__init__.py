"""The pages of the foundation's own nouns: organisations and divisions."""
