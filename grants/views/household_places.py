"""Which household files lie in a place, for the pages of places."""

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from bureau.places.models import Division
from grants.models import Household


def households_in(place: Division, user: Any) -> int:
    """Count the households that live under a place and that ``user`` may see."""
    return Household.objects.visible_to(user).present().under(place.scope_path).count()


def households_list(place: Division) -> str:
    """Return the list of the households of a place."""
    return f"{reverse('grants:household_list')}?{urlencode({'place': place.code})}"


def households_by_village(town: Division, user: Any) -> dict[int, int]:
    """Count the households of a town by the id of their village."""
    there = Household.objects.visible_to(user).present().under(town.scope_path)
    counted = there.order_by().values("dwelling__village_id").annotate(number=Count("pk"))
    return dict(counted.values_list("dwelling__village_id", "number"))
