"""How a handover begins: which stations may be handed over, and under which number."""

from datetime import date

from django.db import connection, transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.records.services import record, values
from heating.choices import HandoverState, HandoverVerb, ManagementMode
from heating.models import Handover, ManagementPeriod, Substation
from heating.rules import handover as rules
from heating.rules import handover_guards as guards
from heating.services import handover_clock
from heating.services.handover_moves import refuse

REGISTERED = (
    "number",
    "station",
    "state",
    "mode_at_register",
    "manager_at_register",
    "step_due_on",
)


@transaction.atomic
def register_handover(station: Substation, *, actor: User, note: str = "") -> Handover:
    """Open the handover of a third-party-run station or one in custody.

    Refuses ``guard:open_handover``, ``guard:station_not_eligible``, ``guard:station_archived``.
    """
    locked = Substation.objects.select_for_update(of=("self",)).get(pk=station.pk)
    posting = actor.posting_for(rules.MAY_REGISTER, locked)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=HandoverVerb.REGISTER.label)
    today = clock.today()
    period = _period_on(locked, today)
    refuse(guards.register(_facts_of(locked, period)))
    row = Handover(
        station=locked,
        number=_next_number(today.year),
        state=HandoverState.REGISTERED,
        holder=rules.holder_of(HandoverState.REGISTERED.value),
        registered_on=today,
        mode_at_register=period.mode if period else "",
        manager_at_register=period.manager if period else None,
    )
    handover_clock.start(row)
    row.full_clean()
    row.save(force_insert=True)
    record(
        HandoverVerb.REGISTER,
        row,
        actor=actor,
        after=values(row, REGISTERED),
        note=note.strip(),
        posting=posting,
    )
    return row


def against_registering(station: Substation) -> guards.Refused | None:
    """Return what stands against a handover of the station today; None where one may begin."""
    return guards.register(_facts_of(station, _period_on(station, clock.today())))


def _period_on(station: Substation, day: date) -> ManagementPeriod | None:
    return station.management_periods.on(day).select_related("manager").first()


def _facts_of(station: Substation, period: ManagementPeriod | None) -> guards.StationFacts:
    open_one = Handover.objects.open().filter(station=station).values_list("number", flat=True)
    return guards.StationFacts(
        station=station.name,
        management=period.mode if period else "",
        management_label=ManagementMode(period.mode).label if period else "—",
        eligible=period is not None and period.mode in rules.ELIGIBLE,
        archived=station.is_archived,
        open_number=open_one.first() or "",
    )


def _next_number(year: int) -> str:
    """Return the next number of the year; the lock lasts until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('heating.handover.number'))")
    last = Handover.objects.filter(number__startswith=f"{year}-").aggregate(
        last=Max(Cast(Substr("number", 6), IntegerField()))
    )["last"]
    return f"{year}-{(last or 0) + 1:04d}"
