"""What a rule says when something is wrong."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: its code, the fields it is about and the values of its sentence."""

    code: TextChoices
    fields: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
