"""Reading bodies that nobody promised to be kind."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

LARGEST = 2 * 1024 * 1024


class TooLargeError(APIException):
    """The body is larger than any noun can be."""

    status_code = 413
    default_detail = _("The body is larger than 2 MB. Bring many rows in as a spreadsheet.")
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """JSON of bounded size; nesting that would exhaust the interpreter is malformed."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return what the body says, or refuse it in a sentence."""
        length = parser_context["request"].META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > LARGEST:
            raise TooLargeError
        try:
            found = super().parse(stream, media_type, parser_context)
            refuse_halves(found)
        except RecursionError as error:
            raise ParseError("nested too deeply") from error
        return found


def refuse_halves(found: Any) -> None:
    """Refuse half characters ("\\ud800"): no answer could repeat them and no column keep them."""
    waiting = [found]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str) and not part.isascii():
            try:
                part.encode()
            except UnicodeEncodeError as error:
                raise ParseError("half of a character (a lone surrogate)") from error
