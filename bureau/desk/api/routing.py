"""The addresses of the API, put together from dotted names so that no app imports another."""

from collections.abc import Sequence
from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from drf_spectacular.views import SpectacularAPIView
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.routers import APIRootView, DefaultRouter
from rest_framework.views import APIView

from bureau.desk.api import (
    docs,
    schema,  # noqa: F401 - registers how callers sign in
)
from bureau.desk.api.problems import document
from bureau.desk.api.viewsets import CountedMixin, ReportView


class Root(CountedMixin, APIRootView):
    """The nouns of this API."""


class Schema(CountedMixin, SpectacularAPIView):
    """The API as an OpenAPI document."""


class Nowhere(CountedMixin, APIView):
    """Answers every other address of the API, for any method: there is nothing there."""

    schema = None
    permission_classes = [AllowAny]

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say what may be wrong with the address."""
        if not request.user.is_authenticated:
            raise exceptions.NotAuthenticated
        return document(404, "not_found", _("There is no such address. All of them end with “/”."))

    get = post = put = patch = delete = head = options = http_method_not_allowed


class Router(DefaultRouter):
    """Knows no suffixes and lists the nouns at its root."""

    include_format_suffixes = False
    APIRootView = Root

    def get_default_basename(self, viewset: Any) -> str:
        """Return what names a viewset's addresses: its own word, or its model's."""
        return getattr(viewset, "called", "") or super().get_default_basename(viewset)


def assemble(nouns: Sequence[tuple[str, str]]) -> list[URLPattern | URLResolver]:
    """Return the addresses of ``nouns``: pairs of plural and the dotted name of a viewset.

    A ``ReportView`` in their place is one address.
    """
    router = Router()
    reports = []
    for plural, dotted in nouns:
        found = import_string(dotted)
        if issubclass(found, ReportView):
            name = plural.replace("/", "-")
            reports.append(path(f"v1/{plural}/", found.as_view(), name=name))
        else:
            router.register(plural, found)
    return [
        path("v1/", include(router.urls)),
        *reports,
        path("schema/", Schema.as_view(), name="api-schema"),
        path("docs/", docs.page, name="api-docs"),
        re_path(r"^.*$", Nowhere.as_view()),
    ]
