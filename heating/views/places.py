"""What of heating lies in a place, for the pages of places."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk.views.rows import panel
from bureau.places.models import Division
from heating.models import Estate, Handover, Substation

SHOWN = 20


def _list_of(name: str, place: Division) -> str:
    return f"{reverse(name)}?{urlencode({'place': place.code})}"


def estates_in(place: Division, user: Any) -> int:
    """Count the estates under a place that ``user`` may see."""
    return Estate.objects.visible_to(user).active().under(place.scope_path).count()


def stations_in(place: Division, user: Any) -> int:
    """Count the substations under a place that ``user`` may see."""
    return Substation.objects.visible_to(user).active().under(place.scope_path).count()


def handovers_in(place: Division, user: Any) -> int:
    """Count the open handovers under a place that ``user`` may see."""
    return Handover.objects.visible_to(user).open().under(place.scope_path).count()


def estates_by_village(town: Division, user: Any) -> dict[int, int]:
    """Count the estates of a town by the id of their village."""
    there = Estate.objects.visible_to(user).active().under(town.scope_path)
    counted = there.order_by().values("community_id").annotate(number=Count("pk"))
    return dict(counted.values_list("community_id", "number"))


def handovers_waiting_for(year: Any, user: Any) -> int:
    """Count the handovers whose step has no due date before a year is published."""
    waiting = Handover.objects.visible_to(user).pending_calendar()
    return waiting.filter(step_pending_year=year.year).count()


def estates_list(place: Division) -> str:
    """Return the list of the estates of a place."""
    return _list_of("heating:estate_list", place)


def stations_list(place: Division) -> str:
    """Return the list of the substations of a place."""
    return _list_of("heating:substation_list", place)


def handovers_list(place: Division) -> str:
    """Return the list of the handovers of a place."""
    return _list_of("heating:handover_list", place)


@require_safe
def estates_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the first estates of a place, as far as the reader sees them."""
    return panel(
        request,
        Division.objects.all(),
        pk,
        "heating/_place_estates.html",
        lambda place: {
            "estates": Estate.objects.visible_to(request.user)
            .active()
            .under(place.scope_path)
            .select_related("community__parent")
            .order_by("pinyin", "pk")[:SHOWN],
            "every": estates_list(place),
        },
    )


@require_safe
def stations_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the first substations of a place, as far as the reader sees them."""
    return panel(
        request,
        Division.objects.all(),
        pk,
        "heating/_stations.html",
        lambda place: {
            "stations": Substation.objects.visible_to(request.user)
            .active()
            .with_row_data(clock.today())
            .under(place.scope_path)
            .order_by("pinyin", "pk")[:SHOWN]
        },
    )
