"""The acceptance of a station: two people sign one record, and an edit drops what was signed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.people.holdings import Holding
from bureau.people.models import User
from heating.choices import HandoverEvent, HandoverHolder, HandoverRefusal, HandoverVerb
from heating.models import Handover, HandoverSignature
from heating.rules import handover as rules
from heating.rules import handover_guards as guards
from heating.services.handover_moves import Move, arrive, begin, change, file_paper, refuse, save

RECORD = ("pressure_tested_on", "keys_received", "drawings_received", "defects_listed")


@transaction.atomic
def accept_handover(
    handover: Handover,
    *,
    actor: User,
    pressure_tested_on: date | None = None,
    keys_received: bool | None = None,
    drawings_received: bool | None = None,
    defects_listed: bool | None = None,
    paper: Any = None,
    note: str = "",
    version: int | None = None,
) -> Handover:
    """Sign the acceptance: first the heating company's handover officer, then a bureau clerk.

    The officer writes the record with the first signature; the clerk signs it as it stands
    (``guard:record_differs`` otherwise). Both meet the same guard; two different people.
    """
    move = begin(handover, HandoverVerb.ACCEPT, actor=actor, note=note, version=version)
    said = {
        "pressure_tested_on": pressure_tested_on,
        "keys_received": keys_received,
        "drawings_received": drawings_received,
        "defects_listed": defects_listed,
    }
    said = {name: value for name, value in said.items() if value is not None}
    if move.permission == rules.MAY_ACCEPT_FOR_COMPANY:
        move.posting = _company_posting(move)
        changed = change(move.row, **said)
    else:
        _refuse_other_record(move.row, said)
        changed = ()
    refuse(guards.acceptance(facts_of(move.row)))
    _sign(move)
    file_paper(move, paper)
    if len(move.given) + 1 < len(move.line.signatures):
        changed += change(move.row, holder=rules.holder_of(move.row.state, len(move.given) + 1))
        return save(move, changed, HandoverEvent.SIGN_ACCEPTANCE)
    listed = [str(defect) for defect in _open_defects(move.row)]
    return arrive(move, change(move.row, open_defects=listed, accepted_on=clock.today()))


def _company_posting(move: Move) -> Holding:
    """Return the officer's posting to the very company that takes the station over."""
    company = move.row.station.heating_company
    if company is None:
        raise BusinessError(HandoverRefusal.NO_COMPANY)
    for one in move.actor.holdings:
        if rules.MAY_ACCEPT_FOR_COMPANY in one.permissions and (
            one.area.organisation_id == company.pk
        ):
            return one
    raise BusinessError(HandoverRefusal.OTHER_COMPANY, company=company.name)


def _refuse_other_record(row: Handover, said: dict[str, Any]) -> None:
    if any(getattr(row, name) != value for name, value in said.items()):
        raise BusinessError(HandoverRefusal.RECORD_DIFFERS)


def _open_defects(row: Handover) -> list[guards.DefectFacts]:
    found = row.defects.filter(survey_round=row.survey_round, closed_on__isnull=True)
    return [
        guards.DefectFacts(one.number, one.description, one.blocking)
        for one in found.order_by("number")
    ]


def facts_of(row: Handover) -> guards.AcceptanceFacts:
    """Return what the guard of the acceptance wants to know of the record as it stands."""
    tested = row.pressure_tested_on
    needed = (
        (_("passed pressure test with a date up to today"), tested and tested <= clock.today()),
        (_("keys"), row.keys_received),
        (_("drawings"), row.drawings_received),
    )
    return guards.AcceptanceFacts(
        missing=tuple(label for label, there in needed if not there),
        open_defects=tuple(_open_defects(row)),
        defects_listed=row.defects_listed,
        tested_on=tested,
    )


def _sign(move: Move) -> None:
    HandoverSignature.objects.create(
        handover=move.row,
        verb=move.line.verb,
        permission=move.permission,
        user=move.actor,
        at=clock.now(),
        revision=move.row.revision,
    )


def drop_signatures(move: Move) -> tuple[str, ...]:
    """Make every signature of the present revision void; the signers begin anew."""
    row = move.row
    changed = change(row, revision=row.revision + 1)
    if row.holder != rules.holder_of(row.state):
        changed += change(row, holder=rules.holder_of(row.state))
    return changed


def holds_signatures(row: Handover) -> bool:
    """Whether somebody has signed the acceptance as it stands and the other has not."""
    return row.state == "signed" and row.holder == HandoverHolder.CLERK
