"""The REST interface: the same nouns, scopes, filters and services as the pages, for programs.

Viewsets come from ``viewsets``, serializers from ``serializers``, relations from ``fields``.
Nothing is imported here, because the framework's own settings point into this package.
"""
