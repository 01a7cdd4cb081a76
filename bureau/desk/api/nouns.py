"""The foundation's own nouns: divisions to read, organisations to read, add and change."""

from typing import Any

import django_filters

from bureau.desk.api.hanging import HistoryMixin
from bureau.desk.api.serializers import NounSerializer
from bureau.desk.api.viewsets import NounViewSet, ReadViewSet
from bureau.desk.registers.divisions import DivisionFilter
from bureau.desk.registers.organisations import OrganisationFilter
from bureau.people import services as people
from bureau.people.models import Organisation
from bureau.places.models import Division

LARGEST_ID = 2**63 - 1


class DivisionFilters(DivisionFilter):
    """The page's filters, and what only programs ask for."""

    code = django_filters.CharFilter(max_length=12)
    name = django_filters.CharFilter(max_length=100)
    parent = django_filters.NumberFilter(field_name="parent_id", min_value=1, max_value=LARGEST_ID)
    below = django_filters.CharFilter(method="filter_below", max_length=12)

    def filter_below(self, queryset: Any, _name: str, code: str) -> Any:
        """Return everything under the division of a code, itself included."""
        root = Division.objects.filter(code=code).values("scope_path").first()
        return queryset.below(root["scope_path"]) if root else queryset.none()


class DivisionSerializer(NounSerializer):
    """A division of the statistical tree with its history."""

    class Meta:
        model = Division
        fields = [
            "id",
            "code",
            "name",
            "level",
            "parent",
            "path",
            "managing_area",
            "valid_from",
            "valid_to",
            "merged_into",
            "demolition_year",
            "central_heating_on",
            "coal_free",
            "gas_ready",
            "power_ready",
        ]
        read_only_fields = fields


class DivisionViewSet(HistoryMixin, ReadViewSet):
    """The real tree: city, counties, towns, villages and communities."""

    queryset = Division.objects.select_related("parent", "managing_area", "merged_into")
    serializer_class = DivisionSerializer
    filterset_class = DivisionFilters
    ordering = "code"
    sortable = ("code", "pinyin")


class OrganisationFilters(OrganisationFilter):
    """The page's filters, and the exact name."""

    name = django_filters.CharFilter(max_length=120)


class OrganisationSerializer(NounSerializer):
    """A company or office."""

    class Meta:
        model = Organisation
        fields = ["id", *people.ORGANISATION_FIELDS, "archived_at", "version"]
        read_only_fields = ["archived_at"]
        # The service finds the double itself and answers 409 with its name.
        validators: list[Any] = []


class OrganisationViewSet(NounViewSet):
    """Heating companies, property companies and other organisations."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilters
    ordering = "pinyin"
    sortable = ("pinyin",)

    def save_new(self, values: dict[str, Any]) -> Organisation:
        """Add the organisation."""
        return people.create_organisation(actor=self.actor, **values)

    def save_changes(
        self, obj: Organisation, changes: dict[str, Any], version: int
    ) -> Organisation:
        """Change the organisation."""
        return people.edit_organisation(obj, changes, actor=self.actor, version=version)

    restore = None

    def put_away(self, obj: Organisation, note: str) -> Organisation:
        """Put the organisation away."""
        return people.archive_organisation(obj, actor=self.actor, note=note)
