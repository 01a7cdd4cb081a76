"""Spreadsheets on their way in, for programs: upload, watch, read the slips, confirm, discard."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from bureau.desk.api.pagination import KeysetPagination
from bureau.desk.api.serializers import StrictMixin, VerbSerializer
from bureau.desk.api.viewsets import ReadViewSet, verb
from bureau.desk.filters import BaseFilterSet, StateFilter
from bureau.exchange import registry, services
from bureau.exchange.choices import RunState
from bureau.exchange.models import ImportIssue, ImportRun
from bureau.exchange.uploads import MemoryOnly

ADD = "exchange.add_importrun"


class ImportRunFilter(BaseFilterSet):
    """By state."""

    state = StateFilter(choices=RunState.choices)


class ImportRunSerializer(serializers.ModelSerializer):
    """A spreadsheet on its way in, with the counts of its rows."""

    actor_name = serializers.StringRelatedField(source="actor", read_only=True)
    reason = serializers.CharField(read_only=True)

    class Meta:
        model = ImportRun
        fields = [
            "id", "kind", "name", "state", "actor", "actor_name", "job", "size", "sheet", "rows",
            "created", "updated", "unchanged", "rejected", "reason", "created_at", "checked_at",
            "applied_at",
        ]  # fmt: skip
        read_only_fields = fields


class UploadSerializer(StrictMixin, serializers.Serializer):
    """A spreadsheet and what it lists."""

    kind = serializers.CharField(max_length=40)
    file = serializers.FileField(allow_empty_file=True)


class ConfirmSerializer(StrictMixin, serializers.Serializer):
    """Whether the rows that pass are saved although others are rejected."""

    accept_passing = serializers.BooleanField(required=False, default=False)


class IssueSerializer(serializers.ModelSerializer):
    """A slip in one row: its column, the code, the sentence."""

    sentence = serializers.SerializerMethodField()

    class Meta:
        model = ImportIssue
        fields = ["id", "row", "heading", "code", "severity", "sentence"]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_sentence(self, issue: ImportIssue) -> str:
        """Return the slip in words."""
        importer = registry.find(self.context["run"].kind)
        return importer.sentence(issue.code, issue.values) if importer else issue.code


class InOrder(KeysetPagination):
    """Slips in the order in which they were found, row by row."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe place and size; there is nothing to sort."""
        found = super().get_schema_operation_parameters(view)
        return [one for one in found if one["name"] != "sort"]


class ImportRunViewSet(ReadViewSet):
    """Imports: everybody's own; auditors read all."""

    queryset = ImportRun.objects.select_related("actor")
    serializer_class = ImportRunSerializer
    filterset_class = ImportRunFilter
    ordering = "-pk"

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Keep an upload in memory, so that nothing of it touches the disk in plain (SEC-7)."""
        if request.method == "POST":
            request.upload_handlers = [MemoryOnly(request)]
        return super().initialize_request(request, *args, **kwargs)

    def get_parsers(self) -> list[Any]:
        """A new run is sent as multipart, everything else as JSON."""
        create = getattr(self, "action_map", {}).get("post") == "create"
        return [MultiPartParser()] if create else super().get_parsers()

    @extend_schema(
        request={"multipart/form-data": UploadSerializer}, responses={201: ImportRunSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a spreadsheet in (multipart: ``kind``, ``file``); its check begins by itself."""
        self.require(ADD)
        entries = UploadSerializer(data=request.data)
        entries.is_valid(raise_exception=True)
        given = entries.validated_data
        upload = given["file"]
        run = services.start_import(given["kind"], upload.name, upload.read(), actor=self.actor)
        return self.shown(run, status=201)

    @extend_schema(responses=IssueSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=InOrder)
    def issues(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the slips found, row by row."""
        run = self.get_object()
        page = self.paginator.paginate_queryset(run.issues.all(), request, None)
        context = {**self.get_serializer_context(), "run": run}
        rows = IssueSerializer(page, many=True, context=context).data
        return self.get_paginated_response(rows)

    @verb("view", ConfirmSerializer)
    def confirm(self, obj: ImportRun, values: dict[str, Any]) -> ImportRun:
        """Save the rows of a checked run: all of them, or those that pass."""
        return services.confirm(self._own(obj), actor=self.actor, **values)

    @verb("view", VerbSerializer)
    def discard(self, obj: ImportRun, values: dict[str, Any]) -> ImportRun:
        """Give the upload up; its file is deleted at once."""
        return services.discard(self._own(obj), actor=self.actor)

    def _own(self, run: ImportRun) -> ImportRun:
        if run.actor_id != self.actor.pk:
            raise exceptions.PermissionDenied(_("This import belongs to somebody else."))
        return run
