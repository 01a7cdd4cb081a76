"""Reads of claims and of what their review leaves behind."""

import re
from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, When

from bureau.core import bigrams
from bureau.core.querysets import EVERYTHING, NOTHING, Area, BaseQuerySet
from bureau.places.querysets import PlacedQuerySet, on_ground
from grants.choices import ClaimState, DuplicateState
from grants.rules import claims as rules

# What nothing shows of the places of a claim, and costs as much as the rest of them.
UNSHOWN_OF_PLACES = tuple(
    f"{place}__{name}"
    for place in ("village", "village__parent", "village__parent__parent")
    for name in ("bigrams", "pinyin", "created_at", "updated_at")
)
ACCOUNT = Case(
    When(dwelling__account_number="", then="dwelling__pending_number"),
    default="dwelling__account_number",
)
"""The dwelling's electricity account; the number of the application where it has none yet."""
VILLAGE_AND_NUMBER = re.compile(r"(\D{2,}?)\s*(\d{2,})")
"""A village's name and the beginning of an electricity account in it."""


def like(text: str) -> Q:
    """Return the condition for claims by two characters of the name under which was claimed.

    Digits are the beginning of an electricity account, after a village's name one in it.
    """
    plain = bigrams.normalise(text)
    if not plain:
        return EVERYTHING
    if plain.isdecimal():
        return Q(dwelling__account_number__startswith=plain)
    if len(plain) == 1:
        return Q(name__istartswith=plain)
    named = Q(bigrams__contains=bigrams.of(plain))
    found = VILLAGE_AND_NUMBER.fullmatch(plain)
    if found is None:
        return named
    place = Q(village__bigrams__contains=bigrams.of(found[1]))
    return named | (place & Q(dwelling__account_number__startswith=found[2]))


class ClaimQuerySet(PlacedQuerySet):
    """Claims, by the village in which they were filed."""

    place_field = "village"

    def open(self) -> Self:
        """Return the claims on which something is still to be decided."""
        return self.filter(state__in=rules.OPEN)

    def live(self) -> Self:
        """Return the claims that keep their dwelling from another one."""
        return self.exclude(state__in=rules.DEAD)

    def filed(self) -> Self:
        """Return the live claims that were handed in."""
        return self.live().exclude(state="draft")

    def held_by(self, holder: str) -> Self:
        """Return the claims on which ``holder`` has to act now."""
        return self.filter(holder=holder)

    def waiting_for(self, user: Any, today: date) -> Self:
        """Return the claims whose next step ``user`` may take: not filed, nor signed, by them.

        A claim on a notice waits for nobody before its period is over and its objections decided.
        """
        condition = NOTHING
        for step in rules.STEPS:
            areas = user.areas(step.permission)
            for area in areas:
                condition |= Q(state=step.state) & self.within(area)
        same = user.person_ids()
        signatures: Any = apps.get_model("grants", "ClaimSignature").objects
        of_this = signatures.filter(claim_id=OuterRef("pk"))
        written = of_this.filter(user_id__in=same, verb__in=rules.WRITTEN_BY)
        passed = of_this.live().filter(verb="pass_inspection")
        half = Exists(passed.filter(user_id__in=same)) & ~Exists(passed.exclude(user_id__in=same))
        own = Q(filed_by_id__in=same) | Exists(written)
        return (
            self.filter(condition)
            .exclude(own & ~Q(state__in=rules.EDITABLE))
            .exclude(Q(state="inspection") & half)
            .exclude(Q(state=ClaimState.NOTICE) & ~Exists(self._ripe_items(today)))
            .not_frozen()
        )

    def named_like(self, text: str) -> Self:
        """Return claims as ``like`` describes them."""
        return self.filter(like(text))

    def awaiting_notice(self) -> Self:
        """Return the claims that wait for a public notice and stand on no sheet yet."""
        items = apps.get_model("grants", "NoticeItem").objects
        listed = items.filter(claim_id=OuterRef("pk"), withdrawn_at__isnull=True)
        return self.filter(state=ClaimState.AWAITING_NOTICE).exclude(Exists(listed))

    @staticmethod
    def _ripe_items(today: date) -> Any:
        items: Any = apps.get_model("grants", "NoticeItem").objects
        return items.filter(claim_id=OuterRef("pk")).ripe(today)

    def frozen(self) -> Self:
        """Return the claims that an undecided duplicate case holds."""
        return self.filter(self._frozen())

    def not_frozen(self) -> Self:
        """Return the claims that no undecided duplicate case holds."""
        return self.exclude(self._frozen())

    @staticmethod
    def _frozen() -> Exists:
        sides = apps.get_model("grants", "DuplicateSide").objects
        held = sides.filter(claim_id=OuterRef("pk")).exclude(case__state=DuplicateState.CLOSED)
        return Exists(held)

    def brought_by(self, run: int) -> Self:
        """Return the claims that one import brought in or changed."""
        entries = apps.get_model("records", "AuditEntry").objects.filter(
            object_type__app_label="exchange",
            object_type__model="importrun",
            object_id=run,
            rows_type__app_label="grants",
            rows_type__model="claim",
        )
        return self.filter(Exists(entries.filter(rows__covers=OuterRef("pk"))))

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query."""
        joined = self.select_related(
            "village__parent__parent", "village__managing_area", "dwelling"
        )
        return joined.defer(*UNSHOWN_OF_PLACES).annotate(account=ACCOUNT)

    def with_page_data(self) -> Self:
        """Fetch what the page of one claim and its answer to a program show."""
        signatures = apps.get_model("grants", "ClaimSignature").objects.select_related("user")
        return (
            self.with_row_data()
            .select_related("household", "filed_by", "rate")
            .prefetch_related(Prefetch("signatures", queryset=signatures), "hearings")
        )


class ClaimSignatureQuerySet(BaseQuerySet):
    """Signatures; those given under an earlier revision count no more."""

    def live(self) -> Self:
        """Return the signatures given on the claim as it stands."""
        return self.filter(revision=F("claim__revision"), voided_at__isnull=True)


class DuplicateCaseQuerySet(BaseQuerySet):
    """Duplicate cases, shown to whoever sees one of their sides."""

    def within(self, area: Area) -> Q:
        """Return the condition for cases with a side on the ground of one posting."""
        sides: Any = apps.get_model("grants", "DuplicateSide").objects
        seen = sides.filter(on_ground(area, "dwelling__village"))
        return Q(pk__in=seen.values("case_id"))

    def undecided(self) -> Self:
        """Return the cases that still freeze their sides."""
        return self.exclude(state=DuplicateState.CLOSED)


class OfVillageQuerySet(PlacedQuerySet):
    """Rows that belong to one village."""

    place_field = "village"


class OfClaimQuerySet(PlacedQuerySet):
    """Rows that belong to one claim."""

    place_field = "claim__village"
