"""Organisations to read, add and change."""

from typing import Any

import django_filters

from bureau.desk.api.serializers import NounSerializer
from bureau.desk.api.viewsets import NounViewSet
from bureau.desk.registers.organisations import OrganisationFilter
from bureau.people import services as people
from bureau.people.models import Organisation


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
