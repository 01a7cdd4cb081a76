"""What the guards want to know of claims, read for thousands with as many queries as for one."""

from collections.abc import Iterable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from bureau.core.findings import Finding
from bureau.people.models import User
from bureau.places.models import Division
from bureau.records.models import Attachment
from grants.choices import (
    ClaimRefusal,
    DuplicateState,
    EntitlementState,
    RedrawResult,
    Relation,
    SubsidyKind,
)
from grants.models import (
    Acceptance,
    Claim,
    DuplicateSide,
    Entitlement,
    Membership,
    Reinspection,
)
from grants.rules import claim_guards as guards
from grants.rules import duplicates as rules
from grants.rules.content import Material
from grants.services.personal import own_households

WORDS = {guards.SERIAL: _("device number"), guards.GAS: _("gas"), guards.POWER: _("power")}


def heads_of(household_ids: Iterable[int]) -> dict[int, str]:
    """Return the blind index of each household's head; empty where no identity number is known."""
    heads = Membership.objects.filter(
        household_id__in=set(household_ids), relation=Relation.HEAD, valid_to__isnull=True
    )
    return dict(heads.values_list("household_id", "person__id_number_index"))


def papers_of(claims: Sequence[Claim]) -> dict[int, set[str]]:
    """Return the kinds of paper in the file of each claim."""
    kinds: dict[int, set[str]] = {claim.pk: set() for claim in claims}
    found = Attachment.objects.filter(
        object_type=ContentType.objects.get_for_model(Claim),
        object_id__in=list(kinds),
        withdrawn_at__isnull=True,
    )
    for pk, kind in found.order_by().values_list("object_id", "kind"):
        kinds[pk].add(kind)
    return kinds


def hashes_of(claims: Sequence[Claim]) -> dict[int, str]:
    """Return the hash of what each claim says now."""
    heads = heads_of(claim.household_id for claim in claims)
    return {
        claim.pk: Material(
            claim.dwelling_id,
            heads.get(claim.household_id, ""),
            claim.technology,
            claim.heat_pump,
            claim.device_serial,
            claim.completed_on,
        ).hash
        for claim in claims
    }


def against_submission(claims: Sequence[Claim]) -> dict[int, Finding]:
    """Return the refusal of each claim that may not be submitted."""
    heads = heads_of(claim.household_id for claim in claims)
    papers, subsidised = papers_of(claims), _subsidised(claims)
    found = {
        claim.pk: guards.submission(
            guards.SubmissionFacts(
                name=claim.name,
                technology=claim.technology,
                programme_year=claim.programme_year,
                completed_on=claim.completed_on,
                device_serial=claim.device_serial,
                papers=frozenset(papers[claim.pk]),
                has_id=bool(heads.get(claim.household_id)),
                subsidised_before=claim.pk in subsidised,
                village=facts_of(claim.village),
            ),
            WORDS,
        )
        for claim in claims
    }
    no = {pk: refusal for pk, refusal in found.items() if refusal is not None}
    return no | against_losers(claims)


def facts_of(village: Division) -> guards.VillageFacts:
    """Return what the guards ask of a village."""
    supplies = ((guards.GAS, village.gas_ready), (guards.POWER, village.power_ready))
    return guards.VillageFacts(
        name=village.name,
        demolition_year=village.demolition_year,
        central_heating_on=village.central_heating_on,
        ready=frozenset(name for name, ready in supplies if ready),
    )


def _subsidised(claims: Sequence[Claim]) -> set[int]:
    """Return the claims whose dwelling has a construction subsidy from another claim."""
    granted = Entitlement.objects.filter(
        dwelling_id__in={claim.dwelling_id for claim in claims}, kind=SubsidyKind.BUILD
    ).exclude(state=EntitlementState.VOID)
    others: dict[int, set[int]] = {}
    for dwelling_id, claim_id in granted.values_list("dwelling_id", "claim_id"):
        others.setdefault(dwelling_id, set()).add(claim_id)
    return {claim.pk for claim in claims if others.get(claim.dwelling_id, set()) - {claim.pk}}


def against_losers(claims: Sequence[Claim]) -> dict[int, Finding]:
    """Return the refusal of each claim against which a duplicate case was decided."""
    closed = DuplicateSide.objects.filter(
        claim_id__in=[claim.pk for claim in claims], case__state=DuplicateState.CLOSED
    )
    sides = closed.values_list("claim_id", "position", "case__decision")
    lost = {pk for pk, position, decision in sides if position in rules.LOSERS[decision]}
    return {
        claim.pk: guards.refused(ClaimRefusal.DUPLICATE_LOST, name=claim.name)
        for claim in claims
        if claim.pk in lost
    }


def acceptances_of(claims: Sequence[Claim]) -> dict[int, Acceptance]:
    """Return the newest line of an acceptance sheet about each claim."""
    lines = Acceptance.objects.filter(claim_id__in=[claim.pk for claim in claims])
    newest = lines.order_by("claim_id", "-id").distinct("claim_id").select_related("sheet")
    return {line.claim_id: line for line in newest}


def against_inspection(claims: Sequence[Claim]) -> dict[int, Finding]:
    """Return the refusal of each claim whose device no acceptance has passed."""
    lines = acceptances_of(claims)
    found = {}
    for claim in claims:
        line = lines.get(claim.pk)
        facts = guards.AcceptanceFacts(
            name=claim.name,
            device_serial=claim.device_serial,
            accepted_serial=line.device_serial if line else None,
            passed=bool(line and line.passed),
        )
        if refusal := guards.acceptance(facts):
            found[claim.pk] = refusal
    return found


def against_county(claims: Sequence[Claim]) -> dict[int, Finding]:
    """Return the refusal of each claim that was drawn and has not passed its re-inspection."""
    drawn = Reinspection.objects.filter(claim_id__in=[claim.pk for claim in claims])
    open_ones = set(drawn.exclude(result=RedrawResult.PASSED).values_list("claim_id", flat=True))
    return {
        claim.pk: guards.refused(ClaimRefusal.REINSPECTION_OPEN, name=claim.name)
        for claim in claims
        if claim.pk in open_ones
    }


def frozen(claims: Sequence[Claim]) -> dict[int, Finding]:
    """Return the refusal of each claim that an undecided duplicate case holds."""
    held = Claim.objects.filter(pk__in=[claim.pk for claim in claims]).frozen()
    ids = set(held.order_by().values_list("pk", flat=True))
    return {
        claim.pk: guards.refused(ClaimRefusal.DUPLICATE_OPEN, name=claim.name)
        for claim in claims
        if claim.pk in ids
    }


def own_household(user: User, claims: Sequence[Claim]) -> set[int]:
    """Return the claims of a household in which ``user``, a principal or a deputy lives."""
    mine = own_households(user).filter(pk__in={claim.household_id for claim in claims})
    ids = set(mine.order_by().values_list("pk", flat=True))
    return {claim.pk for claim in claims if claim.household_id in ids}
