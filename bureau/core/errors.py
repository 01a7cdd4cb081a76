"""The one way in which the portal says no."""

from typing import Any

from django.db.models import TextChoices


class BusinessError(Exception):
    """A refusal with a code and the values its sentence needs.

    ``code`` is a member of a ``TextChoices`` whose label is the sentence, with ``%(name)s``
    places for the values. Pages show the sentence beside the action, the API answers a 409
    problem document with the code, a job keeps both as its reason.
    """

    def __init__(self, code: TextChoices, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(code.value)

    @property
    def sentence(self) -> str:
        """The refusal in the language of whoever reads it now."""
        return str(self.code.label) % self.values

    @property
    def sentences(self) -> list[str]:
        """The refusal reason by reason, where it has several; a page lists them."""
        return [self.sentence]
