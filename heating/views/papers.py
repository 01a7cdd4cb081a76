"""Papers of the handover that leaders edit: the notice, the record, the weekly brief."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bureau.core import clock
from bureau.desk import formats
from bureau.desk.views import subject
from heating.models import Handover
from heating.reports import brief as briefs
from heating.reports import handover as reports
from heating.views.weekly import day_asked, table

if TYPE_CHECKING:
    from bureau.desk.papers import Paper

#: Room for a number that the office has not given yet.
UNNUMBERED = "聊城管字〔　　　　〕　　号"


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write the notice of a handover, as issued or as a draft."""
    handover = subject(request, Handover.objects.with_page_data(), pk)
    with formats.in_chinese():
        paper = _notice(handover)
    return paper.answer(f"handover-notice-{handover.number}")


def _notice(handover: Handover) -> "Paper":
    station = handover.station
    words = {
        "station": station.name,
        "place": _place(handover),
        "area": formats.area(station.connected_area),
        "households": formats.number(station.households),
        "manager": handover.manager_at_register or _("the owners"),
        "company": station.heating_company or _("the heating company"),
    }
    paper = _begun()
    paper.number(handover.notice_number or UNNUMBERED)
    paper.title(_("Notice on the handover of %(station)s") % words)
    paper.addressee(str(words["manager"]))
    paper.text(
        _(
            "%(station)s (in %(place)s, connected area %(area)s, %(households)s "
            "households), now run by %(manager)s, is to be handed over to "
            "%(company)s, so that supply reaches every household directly."
        )
        % words
    )
    if handover.notice_basis:
        words["basis"] = str(handover.notice_basis)
        paper.text(_("This notice is given in accordance with %(basis)s.") % words)
    if handover.notice_demand:
        paper.text(_("What is asked: %(demand)s") % {"demand": handover.notice_demand})
    if handover.notice_due_on:
        day = {"day": formats.day(handover.notice_due_on), "company": words["company"]}
        paper.text(
            _(
                "Please have this done by %(day)s, and help %(company)s with the survey "
                "on the spot, the papers and the count of the equipment."
            )
            % day
        )
    paper.text(_("This is our notice."))
    paper.signed(_("Liaocheng City Management Bureau"), handover.notice_issued_on or clock.today())
    paper.copies(_("Copy to: %(company)s") % words)
    return paper


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write the record in which the three parties confirm a handover."""
    handover = subject(request, Handover.objects.with_page_data(), pk)
    with formats.in_chinese():
        paper = _record(handover)
    return paper.answer(f"handover-record-{handover.number}")


def _record(handover: Handover) -> "Paper":
    paper = _begun()
    paper.title(_("Record of the handover of a heat substation"))
    paper.number(_("Number: %(number)s") % {"number": handover.number})
    paper.table(_facts(handover), head=False, widths=(42, 114))
    paper.heading(_("I. Defects"))
    defects = reports.current_defects(handover)
    if defects:
        head = [_("No."), _("Defect"), _("Blocks acceptance"), _("Closed on")]
        rows = [
            [one.number, one.description, formats.yes_no(one.blocking), formats.day(one.closed_on)]
            for one in defects
        ]
        paper.table([head, *rows], widths=(16, 80, 26, 34))
    else:
        paper.text(
            _("The survey found no defect.") if handover.surveyed_on else _("Not surveyed yet.")
        )
    paper.heading(_("II. Confirmation"))
    paper.text(
        _(
            "The parties have looked at the station, its equipment, meters, keys and "
            "drawings together and confirm what this record says. From the day on "
            "which the station is connected the heating company runs it."
        )
    )
    _signatures(paper, handover)
    return paper


def _facts(handover: Handover) -> list[list[str]]:
    station = handover.station
    lines: tuple[tuple[str, Any], ...] = (
        (_("Substation"), station.name),
        (_("Place"), _place(handover)),
        (_("Present manager"), handover.manager_at_register or _("the owners")),
        (_("Heating company"), station.heating_company),
        (_("Connected area"), formats.area(station.connected_area)),
        (_("Households"), formats.number(station.households)),
        (_("Document number"), handover.notice_number),
        (_("Equipment inventory"), handover.equipment_inventory),
        (_("Debts"), handover.debts),
        (_("Meters"), handover.meters),
        (_("Agreement signed on"), formats.day(handover.signed_on)),
        (_("Pressure test passed on"), formats.day(handover.pressure_tested_on)),
        (_("Keys received"), formats.yes_no(handover.keys_received)),
        (_("Drawings received"), formats.yes_no(handover.drawings_received)),
        (_("Effective date"), formats.day(handover.connected_on)),
    )
    return [[label, formats.plain(value)] for label, value in lines]


def _signatures(paper: "Paper", handover: Handover) -> None:
    parties = (
        (_("Present manager (seal)"), handover.signatory_manager),
        (_("Heating company (seal)"), handover.signatory_company),
        (_("Bureau (seal)"), handover.signatory_bureau),
    )
    signed, day = _("Signature"), _("Date")
    names = [f"{signed}：{name or ''}\n\n\n{day}：" for _label, name in parties]
    paper.table([[label for label, _name in parties], names], widths=(52, 52, 52))


def _place(handover: Handover) -> str:
    community = handover.station.community
    town = community.parent
    return "".join(one.name for one in (town.parent, town, community) if one)


@require_safe
def brief(request: HttpRequest) -> HttpResponseBase:
    """Write the brief of the seven days up to a day: its figures in sentences, and by county."""
    if not request.user.has_perm("heating.view_handover"):
        raise PermissionDenied
    as_of, _problem = day_asked(request)
    found = briefs.brief(request.user, as_of)
    with formats.in_chinese():
        paper = _begun()
        paper.title(_("Brief on the handover of heat substations"))
        paper.number(f"{formats.day(found.weekly.first_day)} — {formats.day(as_of)}")
        for number, (heading, sentences) in enumerate(briefs.sentences(found)):
            paper.heading(f"{'一二三'[number]}、{heading}")
            for sentence in sentences:
                paper.text(sentence)
        if found.with_supply:
            _by_county(paper, found)
        paper.signed(_("Liaocheng City Management Bureau"), as_of)
    return paper.answer(f"handover-brief-{as_of:%Y%m%d}")


def _by_county(paper: "Paper", found: briefs.Brief) -> None:
    full = table(found.weekly)
    shown = (0, 2, 3, 4, 5, 9, 10)
    rows = [[str(full.heads[place][0]) for place in shown]]
    rows += [[row[place] for place in shown] for row in (*full.rows, full.totals)]
    paper.table(rows, widths=(34, 22, 22, 22, 16, 20, 20))


def _begun() -> "Paper":
    # A web worker that writes no paper need not hold the library for it and its XML parser.
    from bureau.desk.papers import Paper  # noqa: PLC0415

    return Paper()
