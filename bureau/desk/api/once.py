"""The header by which a program may send a request twice: ``Idempotency-Key`` (PAY-3)."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError as ModelError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.desk.api.problems import MEDIA_TYPE, problem
from bureau.desk.models.answers import LONGEST_KEY
from bureau.desk.services.answers import answer_once

HEADER = "Idempotency-Key"
REPEATED = "Idempotent-Replayed"
WELL_FORMED = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
PARAMETER = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key with the same request gets the same answer, a refusal by the rules "
    "too; it is done once. Ask again under a new key after the cause was removed.",
)


def once(handler: Callable) -> Callable:
    """Let a handler of a viewset be sent twice under the same ``Idempotency-Key``.

    Without the header it is as it was. An object outside the caller's scope is 404 either way.
    """

    @wraps(handler)
    def wrapped(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(self, request, *args, **kwargs)
        if not WELL_FORMED.fullmatch(key):
            sentence = _("Up to %(most)s letters, digits and signs, without blanks.")
            raise exceptions.ValidationError({HEADER: [sentence % {"most": LONGEST_KEY}]})
        if "pk" in kwargs:
            self.get_object()

        def call() -> tuple[int, Any]:
            response = handler(self, request, *args, **kwargs)
            return response.status_code, json.loads(JSONRenderer().render(response.data))

        answer = answer_once(request.user, key, hash_of(request), call, refused)
        headers = {REPEATED: "true"} if answer.again else {}
        kind = MEDIA_TYPE if answer.status >= HTTPStatus.BAD_REQUEST else None
        return Response(answer.body, status=answer.status, headers=headers, content_type=kind)

    return wrapped


def refused(error: Exception) -> tuple[int, Any] | None:
    """Return what the rules answer, to be kept; None for what may be sent again under its key.

    That is a malformed request, a missing permission, and a conflict with somebody at work now.
    """
    by_rules = isinstance(error, (BusinessError, ModelError))
    if not by_rules or getattr(error, "code", "") == Refusal.CONFLICT:
        return None
    response = problem(error, {})
    if response is None:
        return None
    return response.status_code, json.loads(JSONRenderer().render(response.data))


def hash_of(request: Request) -> str:
    """Return what tells a request from another: its method, path, words and the bytes of files."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    digest.update(json.dumps(_plain(request.data), sort_keys=True).encode())
    return digest.hexdigest()


def _plain(data: Any) -> Any:
    if isinstance(data, UploadedFile):
        return [data.name, _hash_of_file(data)]
    if hasattr(data, "lists"):
        return {name: [_plain(one) for one in values] for name, values in data.lists()}
    return data


def _hash_of_file(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
