"""A public notice on paper, on the web at its unguessable address, and as a file."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import formats
from bureau.desk.views import subject
from bureau.desk.views.verbs import refusal
from grants.choices import NoticeRefusal, NoticeState
from grants.models import PublicNotice
from grants.reports import notices as reports
from grants.views.notices import place_of

NOTICES = PublicNotice.objects.select_related("village__parent__parent", "village__managing_area")
PAPERS = ("a3",)
STYLE = "css/notice.css"
LANGUAGES = {"en": "en", "zh": "zh-hans", "zh-hans": "zh-hans"}
HIDDEN = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the sheet that is posted in the village: on A4, or with ``?paper=a3`` on A3."""
    notice = subject(request, NOTICES, pk)
    paper = request.GET.get("paper", "")
    context = _about(notice) | {
        "paper": paper if paper in PAPERS else "",
        "today": clock.today(),
        "filled_by": request.user,
    }
    return render(request, "print/notice_sheet.html", context)


def _about(notice: PublicNotice, **how: Any) -> dict[str, Any]:
    found = reports.sheet(notice, **how)
    place = place_of(notice.village)
    title = _("Public notice of clean-heating subsidies: %(village)s, %(years)s")
    return {
        "object": notice,
        "sheet": found,
        "place": place,
        "area": notice.village.managing_area or _county(notice),
        "title": title % {"village": notice.village.name, "years": found.years},
    }


def _county(notice: PublicNotice) -> Any:
    town = notice.village.parent
    return town.parent if town else None


@require_safe
def public(request: HttpRequest, token: str) -> HttpResponse:
    """Show a running notice to anybody who knows its address; before and after there is none."""
    wanted = LANGUAGES.get(request.GET.get("lang", "zh"), "zh-hans")
    today = clock.today()
    with translation.override(wanted):
        notice = NOTICES.filter(token=token).running(today).first()
        context: dict[str, Any] = {"language": wanted, "style": static(STYLE), "is_public": True}
        if notice is None:
            response = render(request, "grants/public_notice_gone.html", context, status=404)
        else:
            context |= _about(notice, running_on=today)
            response = render(request, "grants/public_notice.html", context)
        response.headers["Content-Language"] = wanted
    for name, value in HIDDEN.items():
        response.headers[name] = value
    return response


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the notice as one page for the government's site: in Chinese, without scripts."""
    notice = subject(request, NOTICES, pk)
    if notice.state not in (NoticeState.PUBLISHED, NoticeState.CLOSED):
        code = NoticeRefusal.NOT_POSTED
        return refusal(request, [str(code.label)], notice, 409, code=code.value)
    with formats.in_chinese():
        context = _about(notice) | {"language": "zh-hans", "style": _own_style()}
        page = render_to_string("grants/public_notice.html", context)
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    name = quote(f"公示-{notice.village.name}-{notice.programme_year}.html")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _own_style() -> str:
    """Return the sheet of styles as an address that needs no server."""
    found = finders.find(STYLE)
    written = base64.b64encode(Path(str(found)).read_bytes()).decode()
    return f"data:text/css;base64,{written}"


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write the notice for the office program."""
    notice = subject(request, NOTICES, pk)
    with formats.in_chinese():
        about = _about(notice)
        # A web worker that writes no paper need not hold the library for it and its XML parser.
        from bureau.desk.papers import Paper  # noqa: PLC0415

        written = Paper()
        if notice.number:
            written.number(notice.number)
        written.title(about["title"])
        written.text(_period(notice))
        written.table([_heads(), *_rows(about["sheet"])], widths=(12, 26, 42, 28, 24, 24))
        written.signed(str(about["area"]), notice.published_on or clock.today())
    return written.answer(f"public-notice-{notice.pk}")


def _period(notice: PublicNotice) -> str:
    if notice.starts_on and notice.ends_on:
        return _("The public notice runs from %(first)s to %(last)s.") % {
            "first": formats.day(notice.starts_on),
            "last": formats.day(notice.ends_on),
        }
    return _("The public notice runs for %(days)s days from the day after it is posted.") % {
        "days": notice.days
    }


def _heads() -> list[str]:
    return [
        _("No."), _("Name of the household"), _("Identity number"), _("Village"), _("Technology"),
        _("Amount (yuan)"),
    ]  # fmt: skip


def _rows(found: reports.Sheet) -> list[list[str]]:
    return [
        [
            str(line.position), line.name, line.id_mask, line.village, str(line.technology),
            formats.number(line.amount, 2),
        ]
        for line in found.lines
    ]  # fmt: skip
