"""Views of the API: scope first (404), then permission (403), then the same service as the page."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bureau.desk.api.hanging import PartsMixin
from bureau.desk.api.once import PARAMETER, once
from bureau.desk.api.pagination import KeysetPagination
from bureau.desk.api.serializers import NothingSerializer, VerbSerializer
from bureau.desk.api.writing import as_csv

JSON, CSV = FORMATS = ("json", "csv")


class CountedMixin:
    """Counts every caller before anything else, also one without a valid key."""

    def perform_authentication(self, request: Any) -> None:
        """Find out who asks, speak that person's language, and count the call."""
        try:
            super().perform_authentication(request)  # type: ignore[misc]
        finally:
            self.check_throttles(request)
        if request.auth is not None:
            translation.activate(request.user.language or settings.LANGUAGE_CODE)

    def check_throttles(self, request: Any) -> None:
        """Count a call once; the framework asks again after the permissions."""
        if not getattr(request, "was_counted", False):
            request.was_counted = True
            super().check_throttles(request)  # type: ignore[misc]


class ReportView(CountedMixin, APIView):
    """Figures, not a noun: ``permission`` must be held somewhere; the report keeps to the scope."""

    http_method_names: ClassVar[list[str]] = ["get", "head"]
    metadata_class = None
    permission: ClassVar[str] = ""

    def require(self) -> None:
        """Refuse with 403 whoever holds the permission nowhere."""
        if not self.request.user.has_perm(self.permission):
            raise exceptions.PermissionDenied(_("Your postings do not allow this here."))


class ReadViewSet(CountedMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """A noun to read: list and single object, both from ``visible_to``.

    Declare ``queryset``, ``serializer_class``, ``filterset_class``, ``ordering`` and the
    ``sortable`` columns; the queryset selects what the serializer shows of related objects.
    ``called`` names the addresses of a second view of the same model.
    """

    http_method_names = ["get", "head", "post", "put", "patch"]
    metadata_class = None
    pagination_class = KeysetPagination
    lookup_value_regex = r"[0-9]{1,18}"
    called: ClassVar[str] = ""
    ordering: ClassVar[str] = "pk"
    sortable: ClassVar[Sequence[str]] = ()

    @property
    def every(self) -> Any:
        """All objects of the noun with what the serializer shows of related ones."""
        declared: Any = getattr(self, "queryset")  # noqa: B009 - typed as a manager by the stubs
        return declared.all()

    @property
    def model(self) -> type[Model]:
        """The noun."""
        return self.every.model

    @property
    def actor(self) -> Any:
        """The person who asks."""
        return self.request.user

    def permission(self, verb: str) -> str:
        """Return the permission of a plain verb: ``heating.change_estate``."""
        return f"{self.model._meta.app_label}.{verb}_{self.model._meta.model_name}"

    def get_queryset(self) -> QuerySet:
        """Return what the caller may see, and nothing else ever."""
        if getattr(self, "swagger_fake_view", False):
            return self.every.none()
        return self.every.visible_to(self.actor)

    def get_object(self) -> Any:
        """Return the object of the address within scope; the list's filters do not matter."""
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def require(self, permissions: str | Sequence[str], obj: Model | None = None) -> None:
        """Refuse with 403 unless one of the permissions is held there (or anywhere)."""
        wanted = (permissions,) if isinstance(permissions, str) else permissions
        if not any(self.actor.has_perm(one, obj) for one in wanted):
            raise exceptions.PermissionDenied(_("Your postings do not allow this here."))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Return a page of the noun, or all that is filtered with ``format=csv``."""
        self.require_list()
        wanted = request.query_params.get("format", JSON)
        if wanted not in FORMATS:
            raise exceptions.NotAcceptable(_("Lists are written as json or csv only."))
        if wanted == CSV:
            rows = self.filter_queryset(self.get_queryset())
            return as_csv(self, rows, self.basename or "list")
        return super().list(request, *args, **kwargs)

    def require_list(self) -> None:
        """Refuse whoever may see the noun nowhere."""
        self.require(self.permission("view"))

    def page_of(self, rows: QuerySet, serializer: type[serializers.BaseSerializer]) -> Response:
        """Return a page of something that hangs on the object."""
        page = self.paginate_queryset(rows)
        context = self.get_serializer_context()
        return self.get_paginated_response(serializer(page, many=True, context=context).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one object."""
        return Response(self.get_serializer(self.get_object()).data)

    def shown(self, obj: Model, status: int = 200) -> Response:
        """Return an object as it is now, read anew with everything the serializer shows."""
        fresh = self.every.get(pk=obj.pk)
        return Response(self.get_serializer(fresh).data, status=status)


class CreateMixin:
    """Adds objects; ``save_new`` hands the checked values to a service.

    ``adding`` names another permission than the one to add the noun.
    """

    adding: ClassVar[str] = ""

    def save_new(self, values: dict[str, Any]) -> Model:
        """Call the service that makes the noun."""
        raise NotImplementedError

    def create(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add an object."""
        self.require(self.adding or self.permission("add"))
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return self.shown(self.save_new(serializer.validated_data), status=201)


class EditMixin:
    """Changes objects; ``save_changes`` hands the checked values and the version to a service."""

    def save_changes(self, obj: Any, changes: dict[str, Any], version: int) -> Model:
        """Call the service that changes the noun."""
        raise NotImplementedError

    def update(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Replace what may be changed of an object; ``version`` is required."""
        return self._change(request, partial=False)

    def partial_update(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change some fields of an object; ``version`` is required."""
        return self._change(request, partial=True)

    def _change(self: Any, request: Request, *, partial: bool) -> Response:
        obj = self.get_object()
        self.require(self.permission("change"), obj)
        serializer = self.get_serializer(obj, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        changes = dict(serializer.validated_data)
        version = changes.pop("version")
        return self.shown(self.save_changes(obj, changes, version))


def verb(
    permission: str | Sequence[str],
    serializer: type[serializers.BaseSerializer] | None = None,
    *,
    sent_once: bool = False,
    **options: Any,
) -> Callable:
    """Make a method ``(self, obj, values) -> obj`` the verb of its name, posted in kebab-case.

    ``permission`` without an app ("archive") is the one on the viewset's own noun.

    Outside the scope 404; without any of ``permission`` there 403; values that the serializer
    refuses 422; what the service refuses 409. Answers with the object after the move.
    ``sent_once`` heeds an ``Idempotency-Key``.
    """

    def decorate(method: Callable) -> Callable:
        @wraps(method)
        def handler(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            obj = self.get_object()
            plain = isinstance(permission, str) and "." not in permission
            self.require(self.permission(permission) if plain else permission, obj)
            context = {**self.get_serializer_context(), "object": obj}
            entries = (serializer or NothingSerializer)(data=request.data, context=context)
            entries.is_valid(raise_exception=True)
            return self.shown(method(self, obj, dict(entries.validated_data)))

        name = method.__name__.rstrip("_").replace("_", "-")
        routed = action(detail=True, methods=["post"], url_path=name, url_name=name, **options)
        if sent_once:
            return extend_schema(request=serializer, parameters=[PARAMETER])(routed(once(handler)))
        return extend_schema(request=serializer)(routed(handler))

    return decorate


class ArchiveMixin:
    """``archive/`` and ``restore/``; the hooks call the services.

    A noun that does not come back says ``restore = None``.
    """

    def put_away(self, obj: Any, note: str) -> Model:
        """Call the service that archives the noun."""
        raise NotImplementedError

    def take_back(self, obj: Any, note: str) -> Model:
        """Call the service that restores the noun."""
        raise NotImplementedError

    @verb("archive", VerbSerializer)
    def archive(self, obj: Any, values: dict[str, Any]) -> Model:
        """Put the object away; it stays readable."""
        return self.put_away(obj, values["note"])

    @verb("archive", VerbSerializer)
    def restore(self, obj: Any, values: dict[str, Any]) -> Model:
        """Take the object back into the lists."""
        return self.take_back(obj, values["note"])


class NounViewSet(ArchiveMixin, PartsMixin, CreateMixin, EditMixin, ReadViewSet):
    """A noun to read, add, change, archive and restore, with history, notes and files.

    Nothing is ever deleted. Declare what ``ReadViewSet`` asks for and the four hooks
    ``save_new``, ``save_changes``, ``put_away``, ``take_back``.
    """
