"""The straight path of a handover: from its notice to the file room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.tidiness import tidy
from bureau.documents.choices import PaperKind
from bureau.documents.models import Article, DocumentNumber, NumberSeries
from bureau.documents.rules import write
from bureau.documents.services import check_basis, fill_number
from bureau.people.models import User
from heating.choices import (
    CostParty,
    HandoverPaper,
    HandoverRefusal,
    HandoverVerb,
    ManagementMode,
)
from heating.models import (
    Handover,
    HandoverCostShare,
    HandoverDefect,
    ManagementPeriod,
    Substation,
)
from heating.rules import handover as rules
from heating.rules import handover_guards as guards
from heating.rules.votes import Count
from heating.services import handover_moves
from heating.services.handover_moves import arrive, begin, change, file_paper, refuse
from heating.services.management import change_management


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect as the inspectors call it out; a blocking one stops the acceptance."""

    description: str
    blocking: bool = False


# --- issue_notice ------------------------------------------------------------------------
@transaction.atomic
def issue_notice(
    handover: Handover,
    *,
    actor: User,
    document_number: str = "",
    number_series: NumberSeries | None = None,
    demand: str,
    due_date: date | None,
    legal_basis: Article | None = None,
    paper: Any = None,
    note: str = "",
    version: int | None = None,
) -> Handover:
    """Issue the notice that demands the handover until ``due_date`` (after today).

    Its number is the next one of ``number_series``, else the typed one, which the office's
    register enters; one that is void or stands elsewhere is refused by the register, as is a
    ``legal_basis`` that is not in force today.
    """
    move = begin(handover, HandoverVerb.ISSUE_NOTICE, actor=actor, note=note, version=version)
    today = clock.today()
    written = document_number
    if number_series is not None:
        written = write(number_series.pattern, today.year, 1)
    refuse(guards.notice(guards.NoticeFacts(written, demand, due_date), today))
    check_basis(legal_basis, today)
    number = _number_of_notice(move.row, document_number, number_series, actor)
    changed = change(
        move.row,
        notice_number=number.text,
        notice_demand=demand.strip(),
        notice_due_on=due_date,
        notice_issued_on=today,
        notice_basis=legal_basis,
    )
    file_paper(move, paper)
    return arrive(move, changed)


def _number_of_notice(
    row: Handover, written: str, series: NumberSeries | None, actor: User
) -> DocumentNumber:
    return fill_number(
        written,
        series,
        actor=actor,
        subject=str(_("Notice to hand over %(station)s") % {"station": row.station.name}),
        paper=PaperKind.NOTICE,
        used_for=row,
    )


# --- record_survey -----------------------------------------------------------------------
@transaction.atomic
def record_survey(
    handover: Handover,
    *,
    actor: User,
    surveyed_on: date | None,
    equipment: str,
    debts: str,
    meters: str,
    defects: Iterable[Defect] = (),
    no_defects: bool = False,
    paper: Any = None,
    note: str = "",
    version: int | None = None,
) -> Handover:
    """Record what the station holds and what is wrong with it.

    Defects are either listed or said to be none. A survey after a return is a new round: its
    defects stand instead of the earlier ones, which stay readable.
    """
    move = begin(handover, HandoverVerb.RECORD_SURVEY, actor=actor, note=note, version=version)
    found = [one for one in defects if one.description.strip()]
    missing = _unsaid(
        (_("equipment inventory"), equipment.strip()),
        (_("defects, or that there are none"), bool(found) != no_defects),
        (_("debts"), debts.strip()),
        (_("meters"), meters.strip()),
    )
    refuse(guards.survey(guards.SurveyFacts(surveyed_on, missing), clock.today()))
    changed = change(
        move.row,
        surveyed_on=surveyed_on,
        survey_round=move.row.survey_round + 1,
        equipment_inventory=equipment.strip(),
        no_defects=no_defects,
        debts=debts.strip(),
        meters=meters.strip(),
    )
    listed = _list_defects(move.row, found)
    file_paper(move, paper)
    return arrive(move, changed, defects=[str(defect) for defect in listed])


def _list_defects(handover: Handover, found: list[Defect]) -> list[HandoverDefect]:
    """Write down the defects of this round of the survey, numbered from one."""
    listed = [
        HandoverDefect(
            handover=handover,
            survey_round=handover.survey_round,
            number=number,
            description=one.description.strip(),
            blocking=one.blocking,
        )
        for number, one in enumerate(found, start=1)
    ]
    for defect in listed:
        defect.full_clean()
    return HandoverDefect.objects.bulk_create(listed)


def _unsaid(*headings: tuple[Any, Any]) -> tuple[Any, ...]:
    """Return the headings under which nothing was said."""
    return tuple(heading for heading, said in headings if not said)


# --- agree_plan --------------------------------------------------------------------------
@transaction.atomic
def agree_plan(
    handover: Handover,
    *,
    actor: User,
    total: Decimal,
    shares: Iterable[tuple[str, Decimal]] = (),
    note: str = "",
    version: int | None = None,
) -> Handover:
    """Agree who bears which share (per cent) of the cost (yuan) of putting the station in order.

    The shares make exactly 100 %; the amounts follow by the largest remainder.
    """
    move = begin(handover, HandoverVerb.AGREE_PLAN, actor=actor, note=note, version=version)
    facts = guards.PlanFacts(
        total=total,
        shares=tuple(guards.Share(CostParty(party).value, percent) for party, percent in shares),
        defects=move.row.defects.filter(survey_round=move.row.survey_round).count(),
    )
    refuse(guards.plan(facts))
    changed = change(move.row, plan_total=total, plan_agreed_on=clock.today())
    move.row.shares.all().delete()
    rows = [
        HandoverCostShare(
            handover=move.row,
            position=position,
            party=share.party,
            percent=share.percent,
            amount=amount,
        )
        for position, (share, amount) in enumerate(
            zip(facts.shares, guards.amounts(facts), strict=True)
        )
    ]
    HandoverCostShare.objects.bulk_create(rows)
    return arrive(move, changed, shares=[f"{row} = {row.amount}" for row in rows])


# --- record_consent ----------------------------------------------------------------------
@transaction.atomic
def record_consent(
    handover: Handover,
    *,
    actor: User,
    basis: str,
    consented_on: date | None,
    heads: Count = Count(),  # noqa: B008 - frozen
    area: Count = Count(),  # noqa: B008 - frozen
    paper: Any = None,
    note: str = "",
    version: int | None = None,
) -> Handover:
    """Record the owners' consent: a vote with its counts, or the letter or order instead of one.

    At least two thirds by heads and area take part, more than half of those by heads and area
    agree (Civil Code, article 278); the paper lies in the file.
    """
    move = begin(handover, HandoverVerb.RECORD_CONSENT, actor=actor, note=note, version=version)
    facts = guards.ConsentFacts(
        basis=basis,
        heads=heads,
        area=area,
        consented_on=consented_on,
        has_paper=_has_paper(move, paper, HandoverPaper.CONSENT),
    )
    refuse(guards.consent(facts, clock.today(), _("By heads"), _("By area")))
    counted = basis in guards.COUNTED
    changed = change(
        move.row,
        consent_basis=basis,
        consented_on=consented_on,
        heads_total=heads.total if counted else None,
        heads_took_part=heads.took_part if counted else None,
        heads_agreed=heads.agreed if counted else None,
        area_total=area.total if counted else None,
        area_took_part=area.took_part if counted else None,
        area_agreed=area.agreed if counted else None,
    )
    file_paper(move, paper)
    return arrive(move, changed)


def _has_paper(move: handover_moves.Move, paper: Any, kind: HandoverPaper) -> bool:
    return paper is not None or kind.value in handover_moves.papers_of(move.row)


# --- sign --------------------------------------------------------------------------------
@transaction.atomic
def sign_agreement(
    handover: Handover,
    *,
    actor: User,
    signed_on: date | None,
    signatory_manager: str,
    signatory_company: str,
    signatory_bureau: str,
    paper: Any = None,
    note: str = "",
    version: int | None = None,
) -> Handover:
    """Record the agreement that the present manager, the company and the bureau have signed."""
    move = begin(handover, HandoverVerb.SIGN, actor=actor, note=note, version=version)
    signatories = {
        "signatory_manager": tidy(signatory_manager),
        "signatory_company": tidy(signatory_company),
        "signatory_bureau": tidy(signatory_bureau),
    }
    missing = tuple(_heading(name) for name, who in signatories.items() if not who)
    facts = guards.SigningFacts(
        signed_on, missing, _has_paper(move, paper, HandoverPaper.AGREEMENT)
    )
    refuse(guards.signing(facts, clock.today()))
    changed = change(move.row, signed_on=signed_on, **signatories)
    file_paper(move, paper)
    return arrive(move, changed)


def _heading(name: str) -> Any:
    return Handover._meta.get_field(name).verbose_name  # type: ignore[union-attr]


# --- connect -----------------------------------------------------------------------------
@transaction.atomic
def connect_station(
    handover: Handover,
    *,
    actor: User,
    effective_date: date | None,
    note: str = "",
    version: int | None = None,
) -> Handover:
    """Let the heating company run the station from ``effective_date`` on.

    Ends the management in force the day before. Inside the heating season only with the
    permission ``heating.connect_in_season_handover``.
    """
    move = begin(handover, HandoverVerb.CONNECT, actor=actor, note=note, version=version)
    row, today = move.row, clock.today()
    last = row.station.management_periods.order_by("-valid_from").first()
    begun = [row.signed_on or row.registered_on]
    if last is not None:
        begun.append(last.valid_from + timedelta(days=1))
    facts = guards.ConnectionFacts(
        effective_on=effective_date,
        not_before=max(begun),
        may_in_season=actor.can(rules.MAY_CONNECT_IN_SEASON, row),
    )
    refuse(guards.connection(facts, today))
    _refuse_moved(row.station, last, effective_date)
    change_management(
        row.station,
        mode=ManagementMode.COMPANY_RUN,
        on=effective_date,  # type: ignore[arg-type]
        actor=actor,
        note=row.number,
    )
    return arrive(move, change(row, connected_on=effective_date))


def _refuse_moved(station: Substation, last: ManagementPeriod | None, day: date | None) -> None:
    """Refuse when somebody changed the management on another way in the meantime."""
    if last is not None and last.mode in rules.ELIGIBLE and last.valid_to is None:
        return
    mode = ManagementMode(last.mode).label if last else "—"
    raise BusinessError(HandoverRefusal.MANAGEMENT_MOVED, day=day, management=mode)


# --- archive -----------------------------------------------------------------------------
@transaction.atomic
def archive_handover(
    handover: Handover, *, actor: User, note: str = "", version: int | None = None
) -> Handover:
    """File a connected handover away; every required paper must be attached."""
    move = begin(handover, HandoverVerb.ARCHIVE, actor=actor, note=note, version=version)
    refuse(guards.papers(rules.REQUIRED_PAPERS, handover_moves.papers_of(move.row)))
    return arrive(move, change(move.row, archived_at=clock.now()))
