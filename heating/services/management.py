"""Who runs a station: periods end and begin, none is ever overwritten."""

from datetime import date

from django.db import IntegrityError, transaction

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import Organisation, User
from bureau.records import saving
from bureau.records.services import record, values
from heating.choices import RegistryRefusal, RegistryVerb
from heating.models import ManagementPeriod, Substation
from heating.rules import figures
from heating.rules.management import check_change, check_management

FIELDS = ("mode", "manager", "owner_run", "valid_from")


@transaction.atomic
def change_management(
    station: Substation,
    *,
    mode: str,
    on: date,
    actor: User | None,
    manager: Organisation | None = None,
    owner_run: bool = False,
    note: str = "",
) -> ManagementPeriod:
    """End the management in force the day before ``on`` and begin the new one on that day.

    Refuses what is already so (``management_unchanged``), a day not after the beginning of the
    last period (``management_too_early``), and a mode without its manager.
    """
    row = saving.lock(station)
    saving.refuse(check_management(mode, has_manager=manager is not None, owner_run=owner_run))
    last = row.management_periods.select_for_update().order_by("-valid_from").first()
    if last is None:
        return _begin(row, None, mode, manager, owner_run, on, actor, note)
    _refuse_repetition(last, mode, manager, owner_run)
    saving.refuse(check_change(last.valid_from, on))
    if last.valid_to is None or last.valid_to > on:
        last.valid_to = on
        last.save(update_fields=["valid_to", "updated_at"])
    return _begin(row, last, mode, manager, owner_run, on, actor, note)


@transaction.atomic
def begin_management(
    station: Substation,
    *,
    mode: str,
    since: date,
    actor: User | None,
    manager: Organisation | None = None,
    owner_run: bool = False,
    note: str = "",
) -> ManagementPeriod:
    """Record the first management of a station; raises ValidationError by field."""
    saving.require(
        check_management(mode, has_manager=manager is not None, owner_run=owner_run),
        figures.check_day(since, today=clock.today(), field="managed_since"),
    )
    return _begin(station, None, mode, manager, owner_run, since, actor, note)


def _refuse_repetition(
    last: ManagementPeriod, mode: str, manager: Organisation | None, owner_run: bool
) -> None:
    same = (last.mode, last.manager_id, last.owner_run) == (
        mode,
        manager.pk if manager else None,
        owner_run,
    )
    if same and last.valid_to is None:
        since = last.valid_from.isoformat()
        raise BusinessError(RegistryRefusal.MANAGEMENT_UNCHANGED, since=since)


def _begin(
    station: Substation,
    last: ManagementPeriod | None,
    mode: str,
    manager: Organisation | None,
    owner_run: bool,
    on: date,
    actor: User | None,
    note: str,
) -> ManagementPeriod:
    period = ManagementPeriod(
        station=station, mode=mode, manager=manager, owner_run=owner_run, valid_from=on
    )
    period.full_clean()
    try:
        with transaction.atomic():
            period.save(force_insert=True)
    except IntegrityError as error:
        raise BusinessError(Refusal.CONFLICT) from error
    record(
        RegistryVerb.CHANGE_MANAGEMENT,
        station,
        actor=actor,
        before=values(last, FIELDS) if last else None,
        after=values(period, FIELDS),
        note=note,
    )
    return period
