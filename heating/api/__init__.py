"""Heating in JSON: the same nouns, filters and services as the pages."""
