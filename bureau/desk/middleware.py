"""Answers that Django leaves blank, said in a sentence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from bureau.desk import errors

METHOD_NOT_ALLOWED = 405


class MethodRefusedMiddleware:
    """A page asked for in a way it does not answer, such as a verb's address opened by itself.

    It happens to people: the language is switched on a page that came back from a refused verb,
    or the browser opens a remembered address. They get a way on instead of a blank page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code != METHOD_NOT_ALLOWED or request.path.startswith("/api/"):
            return answer
        page = errors.method_refused(request)
        if "Allow" in answer:
            page["Allow"] = answer["Allow"]
        return page
