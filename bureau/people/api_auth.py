"""How programs and pages prove to the API who they are, and how often they may ask."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions, throttling
from rest_framework.request import Request

from bureau.core import clock
from bureau.people.models import ApiToken, User
from bureau.people.services import mark_used
from bureau.people.sign_in import client_address


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Token KEY``; the database knows only the key's hash."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the user of the key, None without one, 401 for a wrong, revoked or ended one."""
        words = authentication.get_authorization_header(request).split()
        if not words or words[0].lower() != self.keyword.lower().encode():
            return None
        key = words[1].decode("latin-1") if len(words) == 2 else ""
        found = ApiToken.objects.active().filter(digest=ApiToken.digest_of(key))
        token = found.select_related("user").first()
        if token is None:
            raise exceptions.AuthenticationFailed(_("This API key is not valid."))
        if token.last_used_on != clock.today():
            mark_used(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what makes an anonymous answer 401 and not 403."""
        return self.keyword


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the pages, with its CSRF check."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return the signed-in user, unless its first password still has to be changed."""
        found = super().authenticate(request)
        if found and found[0].must_change_password:
            raise exceptions.PermissionDenied(_("Change your first password on the portal."))
        return found

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme that a program can use instead."""
        return TokenAuthentication.keyword


class TokenThrottle(throttling.SimpleRateThrottle):
    """So many calls a minute per key (or per signed-in user); counted in memory."""

    scope = "token"

    def get_cache_key(self, request: Request, view: object) -> str | None:
        """Return whom to count; None leaves the anonymous to the other throttle."""
        if not request.user or not request.user.is_authenticated:
            return None
        who = f"key{request.auth.pk}" if request.auth else f"user{request.user.pk}"
        return self.cache_format % {"scope": self.scope, "ident": who}


class AnonymousThrottle(throttling.AnonRateThrottle):
    """So many calls a minute per address for those who do not say who they are."""

    def get_ident(self, request: HttpRequest) -> str:
        """Count by the same address as the sign-in page does."""
        return client_address(request)
