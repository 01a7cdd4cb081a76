"""The first page, the switches, and the door to files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import work
from bureau.records.watching import count_news


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My work: what must I do now?"""
    found = work.items(request.user)
    today = clock.today()
    context = {
        "title": _("My work"),
        "piles": work.piles(found[: work.SHOWN], today),
        "total": len(found),
        "hidden": max(0, len(found) - work.SHOWN),
        "today": today,
    }
    return render(request, "desk/home.html", context)


@require_safe
def work_count(request: HttpRequest) -> HttpResponse:
    """How much waits, for the menu; fetched by the page itself after it is drawn."""
    found = work.items(request.user)
    overdue = sum(1 for item in found if item.due_on and item.due_on < clock.today())
    news = count_news(request.user)
    context = {"total": len(found), "overdue": overdue, "news": news}
    return render(request, "desk/_work_count.html", context)
