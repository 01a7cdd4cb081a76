"""What the OpenAPI document cannot find out by itself: signing in, places by code, relations."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from bureau.desk.filters import PlaceFilter, ScopedChoiceFilter

extend_schema_field(OpenApiTypes.STR)(PlaceFilter)
extend_schema_field(OpenApiTypes.INT)(ScopedChoiceFilter)


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
