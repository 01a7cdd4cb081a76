"""The first page, the switches, and the door to files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import work
from bureau.people.models import Delegation
from bureau.records.watching import count_news


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My work: what must I do now?"""
    found = work.items(request.user)
    today = clock.today()
    context = {
        "title": _("My work"),
        "piles": work.piles(found[: work.SHOWN], today),
        "total": sum(item.count for item in found),
        "hidden": max(0, len(found) - work.SHOWN),
        "today": today,
        "acting_for": acting_for(request.user),
    }
    return render(request, "desk/home.html", context)


def acting_for(user: Any) -> list[tuple[Any, Any]]:
    """Return (principal, last day) of those under whose postings somebody acts today."""
    principals = {one.user_id for one in user.holdings if one.user_id != user.pk}
    if not principals:
        return []
    running = Delegation.objects.on(clock.today()).filter(deputy=user, principal__in=principals)
    return [(row.principal, row.valid_until) for row in running.select_related("principal")]


@require_safe
def work_count(request: HttpRequest) -> HttpResponse:
    """How much waits, for the menu; fetched by the page itself after it is drawn."""
    found = work.items(request.user)
    overdue = sum(item.count for item in found if item.due_on and item.due_on < clock.today())
    news = count_news(request.user)
    total = sum(item.count for item in found)
    context = {"total": total, "overdue": overdue, "news": news}
    return render(request, "desk/_work_count.html", context)
