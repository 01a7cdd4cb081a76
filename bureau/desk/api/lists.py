"""Saved views and bulk changes for programs."""

from typing import Any

from django.urls import resolve
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from bureau.desk.api.serializers import NounSerializer, VerbSerializer
from bureau.desk.api.viewsets import CreateMixin, EditMixin, ReadViewSet, verb
from bureau.desk.models import BulkRun, SavedView
from bureau.desk.registers.bulk_runs import BulkRunFilter
from bureau.desk.registers.saved_views import SavedViewFilter
from bureau.desk.services import bulk
from bureau.desk.services import lists as services
from bureau.desk.views import ListPage
from bureau.people.models import Role


class SavedViewSerializer(NounSerializer):
    """A list's filters, order and columns under a name; ``list_key`` names the list for good."""

    owner = serializers.PrimaryKeyRelatedField(read_only=True)
    default_for_role = serializers.PrimaryKeyRelatedField(
        queryset=Role.objects.all(), required=False, allow_null=True
    )
    columns = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=100
    )

    class Meta:
        model = SavedView
        fields = [
            "id", "list_key", "name", "query", "sort", "columns", "is_shared",
            "default_for_role", "owner", "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = ["archived_at"]
        # The service finds the double itself and answers 409 with its name.
        validators: list[Any] = []

    def validate_list_key(self, key: str) -> str:
        """Take the lists of the portal, and on a change the view's own."""
        if self.instance is not None and key != self.instance.list_key:
            raise serializers.ValidationError(self.fixed)
        address = SavedView(list_key=key).list_url
        page = getattr(resolve(address).func, "view_class", None) if address else None
        if self.instance is None and not (isinstance(page, type) and issubclass(page, ListPage)):
            raise serializers.ValidationError(_("There is no list of this name."))
        return key


class SavedViewViewSet(CreateMixin, EditMixin, ReadViewSet):
    """Saved views: one's own to add and change, shared ones to read."""

    queryset = SavedView.objects.current().select_related("owner", "default_for_role")
    serializer_class = SavedViewSerializer
    filterset_class = SavedViewFilter
    ordering = "name"
    sortable = ("name",)

    def require(self, permissions: Any, obj: Any = None) -> None:
        """Ask nobody for the right to views of one's own; another's may not be changed."""
        if obj is not None:
            super().require(permissions, obj)

    def shown(self, obj: Any, status: int = 200) -> Any:
        """Return the view as it is now, also right after it was deleted."""
        self.queryset = SavedView.objects.select_related("owner", "default_for_role")
        return super().shown(obj, status)

    def save_new(self, values: dict[str, Any]) -> SavedView:
        """Keep the view."""
        return services.save_view(actor=self.actor, **values)

    def save_changes(self, obj: SavedView, changes: dict[str, Any], version: int) -> SavedView:
        """Change the view."""
        return services.change_view(obj, changes, actor=self.actor, version=version)

    @verb("change", VerbSerializer)
    def archive(self, obj: SavedView, values: dict[str, Any]) -> SavedView:
        """Take the view out of every menu."""
        return services.archive_view(obj, actor=self.actor, note=values["note"])


class BulkRunSerializer(serializers.ModelSerializer):
    """A bulk change; ``results`` counts its rows by outcome."""

    count = serializers.IntegerField(read_only=True)
    results = serializers.SerializerMethodField()

    class Meta:
        model = BulkRun
        fields = [
            "id", "list_key", "verb", "label", "selection", "all_matching", "count", "results",
            "actor", "job", "created_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_results(self, run: BulkRun) -> dict[str, int]:
        """Return how many rows ended how."""
        return bulk.counts(run)


class BulkRunViewSet(ReadViewSet):
    """Bulk changes: everybody's own, and all of them for who looks after them."""

    http_method_names = ["get", "head"]
    queryset = BulkRun.objects.all()
    serializer_class = BulkRunSerializer
    filterset_class = BulkRunFilter
    ordering = "-pk"

    def require_list(self) -> None:
        """Refuse nobody: the rows are one's own unless a posting shows more."""
