"""What the OpenAPI document cannot find out by itself: signing in, places by code, relations."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from bureau.desk.filters import PickerFilter, PlaceFilter, ScopedChoiceFilter

PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457): a code for programs, a sentence for people.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "fields": {
            "type": "object",
            "description": "With 422: the sentences by field; inner ones as “zones.0.number”.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
REFUSALS = {
    "401": "No key, or one that opens nothing.",
    "403": "The caller's postings do not allow this here.",
    "404": "There is no such object within the caller's postings.",
    "409": "The rules refuse it, or somebody else was first; the code says which.",
    "422": "Entries that cannot be; `fields` names them.",
    "429": "Too many calls; `Retry-After` says how many seconds to wait.",
    "default": "Any other refusal.",
}

extend_schema_field(OpenApiTypes.STR)(PlaceFilter)
extend_schema_field(OpenApiTypes.INT)(ScopedChoiceFilter)
extend_schema_field(OpenApiTypes.INT)(PickerFilter)


class TokenScheme(OpenApiAuthenticationExtension):
    """A key in the Authorization header."""

    target_class = "bureau.people.api_auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Token KEY",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    """The session of the pages."""

    target_class = "bureau.people.api_auth.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def with_problems(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Add to every operation of the document the refusals that it can answer with."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            reads, one = method == "get", "{" in path
            if reads and not one:
                _offer_csv(operation)
            for status, sentence in REFUSALS.items():
                if (status == "409" and reads) or (status == "404" and not one):
                    continue
                answer = {"description": sentence, "content": content}
                operation["responses"].setdefault(status, answer)
    return result


def _offer_csv(operation: dict[str, Any]) -> None:
    """Say of a list that it is also written as csv."""
    given = operation.setdefault("parameters", [])
    if not any(one["name"] == "cursor" for one in given):
        return
    words = {"type": "string", "enum": ["json", "csv"], "default": "json"}
    given.append({"name": "format", "in": "query", "required": False, "schema": words})
    operation["responses"]["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
