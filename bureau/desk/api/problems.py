"""Refusals as problem documents (RFC 9457): a code for programs, a sentence for people."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.core.exceptions import ValidationError as ModelError
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: gettext_lazy("The request cannot be read"),
    401: gettext_lazy("Please sign in"),
    403: gettext_lazy("Not permitted"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Not possible here"),
    406: gettext_lazy("No such format"),
    415: gettext_lazy("No such format"),
    429: gettext_lazy("Too many requests"),
}
WHOLE = api_settings.NON_FIELD_ERRORS_KEY


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception with a problem document; None leaves real faults to the server."""
    if isinstance(error, BusinessError):
        several = error.sentences
        more = {} if several == [error.sentence] else {"reasons": several}
        return document(409, error.code.value, error.sentence, title=_("Refused"), **more)
    if isinstance(error, IntegrityError):
        return document(409, Refusal.CONFLICT.value, str(Refusal.CONFLICT.label))
    if isinstance(error, ModelError):
        return invalid(dict(_model_fields(error)))
    if isinstance(error, exceptions.ValidationError):
        return invalid(dict(_fields(error.detail)))
    if isinstance(error, (Http404, exceptions.NotFound)):
        return document(404, "not_found", _("There is nothing here that you may see."))
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(*error.args[:1])
    if isinstance(error, exceptions.APIException):
        return _answer(error)
    return None


def document(status: int, code: str, detail: str, *, title: str = "", **more: Any) -> Response:
    """Return a problem document."""
    body = {
        "type": f"urn:liaocheng-portal:problem:{code}",
        "title": title or str(TITLES.get(status) or HTTPStatus(status).phrase),
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    return Response(body, status=status, content_type=MEDIA_TYPE)


def invalid(fields: dict[str, list[str]]) -> Response:
    """Return 422 with the sentences by field; nested fields are named ``zones.0.number``."""
    sentences = [
        sentence if name == WHOLE else f"{name}: {sentence}"
        for name, found in fields.items()
        for sentence in found
    ]
    detail = " ".join(sentences)
    return document(422, "invalid", detail, title=_("Please correct the entries"), fields=fields)


def _answer(error: exceptions.APIException) -> Response:
    code = str(getattr(error.detail, "code", "") or "error")
    codes = {"parse_error": "malformed", "permission_denied": Refusal.NOT_PERMITTED.value}
    detail = str(error.detail)
    if isinstance(error, exceptions.ParseError):
        detail = _("The body is not JSON: %(reason)s") % {"reason": detail}
    response = document(error.status_code, codes.get(code, code), detail)
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = f"{wait:.0f}"
    return response


def _model_fields(error: ModelError) -> Iterator[tuple[str, list[str]]]:
    if not hasattr(error, "error_dict"):
        yield WHOLE, list(error.messages)
        return
    for name, found in error.message_dict.items():
        yield (WHOLE if name == NON_FIELD_ERRORS else name), [str(line) for line in found]


def _fields(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Flatten what serializers say of nested fields into (dotted name, sentences)."""
    if isinstance(detail, dict):
        for name, found in detail.items():
            inner = path if name == WHOLE and path else f"{path}.{name}" if path else str(name)
            yield from _fields(found, inner)
    elif isinstance(detail, (list, tuple)):
        plain = [str(line) for line in detail if not isinstance(line, (dict, list))]
        if plain:
            yield path or WHOLE, plain
        for number, line in enumerate(detail):
            if isinstance(line, (dict, list)) and line:
                yield from _fields(line, f"{path}.{number}" if path else str(number))
    else:
        yield path or WHOLE, [str(detail)]
