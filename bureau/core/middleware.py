"""What every request gets before a view sees it: an id, a source, and a language."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from bureau.core.context import coming_from

Handler = Callable[[HttpRequest], HttpResponse]


class RequestOriginMiddleware:
    """Give each request an id that its audit entries, its log lines and its error page share.

    Answers that say nothing of caching are not stored: nearly all of them show personal data.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:16]
        source = "api" if request.path.startswith("/api/") else "web"
        with coming_from(source, request.request_id):
            response = self.get_response(request)
        response.headers.setdefault("X-Request-ID", request.request_id)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ChosenLanguageMiddleware:
    """Speak Chinese unless the person in front of the screen chose English.

    The signed-in user's own choice comes first, then the cookie of the switch; what the
    browser says it accepts is ignored, because office computers rarely say what people want.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._speak(request, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Let the user's own choice win, now that the session is known."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            self._speak(request, getattr(request.user, "language", "") or request.LANGUAGE_CODE)

    @staticmethod
    def _speak(request: HttpRequest, wanted: str) -> None:
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
