"""Organisations to read, add and change."""

import django_filters

from bureau.desk.api.kept import KeptViewSet
from bureau.desk.registers.organisations import OrganisationFilter
from bureau.people.models import Organisation
from bureau.people.services import organisations


class OrganisationFilters(OrganisationFilter):
    """The page's filters, and the exact name."""

    name = django_filters.CharFilter(max_length=120)


class OrganisationViewSet(KeptViewSet):
    """Heating companies, property companies and other organisations."""

    keeper, filterset_class = organisations, OrganisationFilters
    queryset = Organisation.objects.all()
