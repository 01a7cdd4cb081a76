"""A form handed to a service: carried out, or drawn again with the reasons where they belong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bureau.core.errors import BusinessError
from bureau.desk.forms import refuse, spread


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of it: ``status`` 200 with what the service returned, 409 or 422 without.

    ``code`` names the rule that refused; the sentences stand in the form.
    """

    status: int
    made: Any = None
    code: str = ""

    @property
    def is_done(self) -> bool:
        """Whether the service carried it out."""
        return self.status == 200  # noqa: PLR2004


def attempt(form: forms.BaseForm, call: Callable[[], Any]) -> Attempt:
    """Run ``call`` if the form is sound; a refusal goes on top of it, a mistake to its field."""
    if not form.is_valid():
        return Attempt(422)
    try:
        return Attempt(200, call())
    except BusinessError as error:
        refuse(form, error.sentence)
        return Attempt(409, code=error.code.value)
    except ValidationError as error:
        spread(form, error)
        return Attempt(422)
