"""The county's re-inspection of a village: drawn by a published seed, recorded one by one."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import User
from bureau.places.models import Division
from bureau.records.services import record, values
from grants.choices import (
    ClaimRefusal,
    ClaimState,
    ClaimVerb,
    HouseholdRefusal,
    RedrawResult,
)
from grants.models import Claim, Reinspection, ReinspectionDraw
from grants.rules import draw as rules
from grants.services import claim_facts as facts

MAY_DRAW = "grants.add_reinspectiondraw"
DRAWN = ("village", "programme_year", "seed", "percent", "population")
RESULT = ("result", "inspected_on", "note")


def population(village: Division, programme_year: int) -> QuerySet[Claim]:
    """Return the claims from which is drawn: those of the village that wait for the county."""
    return Claim.objects.filter(
        village=village, programme_year=programme_year, state=ClaimState.COUNTY_REVIEW
    )


@transaction.atomic
def draw_village(
    village: Division,
    programme_year: int,
    *,
    actor: User,
    seed: str,
    percent: Decimal = Decimal(10),
) -> ReinspectionDraw:
    """Draw ``percent`` of a village's claims, rounded up, by a seed that is published with them.

    The draw keeps its claims: one made later adds to them. Refuses ``guard:population`` where
    no claim waits for the county.
    """
    place = Division.objects.select_for_update(of=("self",)).get(pk=village.pk)
    posting = actor.posting_for(MAY_DRAW, place)
    if posting is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=ClaimVerb.DRAW.label)
    ids = list(population(place, programme_year).order_by().values_list("pk", flat=True))
    if not ids:
        raise BusinessError(ClaimRefusal.NOBODY_TO_DRAW, village=place.name, year=programme_year)
    made = ReinspectionDraw(
        village=place, programme_year=programme_year, seed=seed.strip(), percent=percent,
        population=len(ids), claim_ids=ids, drawn_at=clock.now(), drawn_by=actor,
    )  # fmt: skip
    made.full_clean()
    made.save(force_insert=True)
    drawn = rules.draw(made.seed, ids, percent)
    Reinspection.objects.bulk_create(
        Reinspection(draw=made, claim_id=pk, position=position)
        for position, pk in enumerate(drawn, start=1)
    )
    after = values(made, DRAWN) | {"drawn": drawn}
    record(ClaimVerb.DRAW, made, actor=actor, after=after, posting=posting)
    return made


@transaction.atomic
def record_reinspection(
    row: Reinspection,
    *,
    actor: User,
    result: str,
    inspected_on: date | None = None,
    note: str = "",
) -> Reinspection:
    """Record how a drawn household was found; only a passed one goes on to the public notice."""
    locked = Reinspection.objects.select_for_update(of=("self",)).get(pk=row.pk)
    claim = locked.claim
    if actor.posting_for(MAY_DRAW, locked.draw) is None:
        raise BusinessError(Refusal.NOT_PERMITTED, verb=ClaimVerb.REINSPECT.label)
    _refuse_involved(claim, actor)
    if claim.state != ClaimState.COUNTY_REVIEW:
        label = ClaimState(claim.state).label
        verb = ClaimVerb.REINSPECT.label
        raise BusinessError(Refusal.NOT_ALLOWED_FROM_STATE, verb=verb, state=label)
    day = inspected_on or clock.today()
    if day > clock.today():
        raise ValidationError({"inspected_on": [_("This day lies in the future.")]})
    if result == RedrawResult.FAILED and not note.strip():
        raise BusinessError(Refusal.NOTE_REQUIRED, verb=ClaimVerb.REINSPECT.label)
    before = values(locked, RESULT)
    locked.result, locked.inspected_on, locked.note = result, day, note.strip()
    locked.inspected_by = actor
    locked.full_clean(exclude=["draw", "claim"])
    locked.save(update_fields=[*RESULT, "inspected_by", "updated_at"])
    record(
        ClaimVerb.REINSPECT, claim, actor=actor, before=before, after=values(locked, RESULT),
        also=locked.draw,
    )  # fmt: skip
    return locked


def _refuse_involved(claim: Claim, actor: User) -> None:
    if facts.own_household(actor, [claim]):
        raise BusinessError(HouseholdRefusal.OWN_HOUSEHOLD)


def repeat(
    village: Division, programme_year: int, seed: str, percent: Decimal
) -> tuple[ReinspectionDraw | None, list[Claim]]:
    """Return what a draw gives, in its order, without writing anything.

    A draw on record with this seed is computed anew from the claims that it was drawn from;
    without one, from those that wait for the county now.
    """
    kept = ReinspectionDraw.objects.filter(
        village=village, programme_year=programme_year, seed=seed
    ).first()
    ids: Iterable[int]
    if kept is not None:
        ids, percent = kept.claim_ids, kept.percent
    else:
        ids = population(village, programme_year).values_list("pk", flat=True)
    drawn = rules.draw(seed, ids, percent)
    claims = Claim.objects.select_related("dwelling").in_bulk(drawn)
    return kept, [claims[pk] for pk in drawn]
