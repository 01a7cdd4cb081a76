"""The workbooks that villages send in."""

from grants.imports import claims, use_checks

__all__ = ["claims", "use_checks"]
