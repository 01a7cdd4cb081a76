"""What of a row differs from what is wanted."""

from typing import Any


def apply(row: Any, wanted: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs and return (before, after) of exactly those fields."""
    before = {field: getattr(row, field) for field in wanted}
    after = {field: value for field, value in wanted.items() if value != before[field]}
    for field, value in after.items():
        setattr(row, field, value)
    return {field: before[field] for field in after}, after
