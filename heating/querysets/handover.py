"""Reads of handovers: who sees them, what is open, late, or waits for somebody."""

from datetime import date, datetime, time
from typing import Any, Self

from django.apps import apps
from django.db.models import Count, DateField, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from bureau.core import bigrams, clock
from bureau.core.querysets import NOTHING, Area, BaseQuerySet
from bureau.places.querysets import PlacedQuerySet
from heating.querysets.registry import one_of
from heating.rules import handover as rules

_AREA = {
    "managing_area": F("station__community__managing_area"),
    "path": F("station__community__parent__parent__code"),
}


class HandoverQuerySet(PlacedQuerySet):
    """Handovers, by the station's place for the offices and by their part in it for the units."""

    place_field = "station__community"

    def within(self, area: Area) -> Q:
        """Add those of an organisation's stations, and those it managed at registration."""
        if area.organisation_id is None:
            return super().within(area)
        stations = apps.get_model("heating", "Substation").objects.all()
        own = stations.filter(stations.within(area)).values("pk")
        return one_of("station_id", own) | Q(manager_at_register_id=area.organisation_id)

    def open(self) -> Self:
        """Return the handovers not yet filed away or cancelled."""
        return self.exclude(state__in=rules.FINAL)

    def overdue(self, today: date) -> Self:
        """Return the open handovers whose step was due before ``today``."""
        return self.open().filter(step_due_on__lt=today)

    def pending_calendar(self) -> Self:
        """Return the running steps whose due date waits for a year's published calendar."""
        return self.open().filter(step_pending_year__isnull=False)

    def held_by(self, holder: str) -> Self:
        """Return the handovers on which ``holder`` has to act now."""
        return self.filter(holder=holder)

    def of_company(self, organisation_id: int) -> Self:
        """Return the handovers of the stations that a heating company supplies."""
        return self.filter(station__heating_company_id=organisation_id)

    def waiting_for(self, user: Any) -> Self:
        """Return the handovers whose next step ``user`` may take and has not already signed.

        A heating company's signature waits only for officers posted to that very company.
        """
        condition = NOTHING
        for step in rules.STEPS:
            ground = self._ground(user, step.permission)
            if ground is not None:
                condition |= Q(state=step.state, holder=step.holder) & ground
        signed = apps.get_model("heating", "HandoverSignature").objects.live()
        mine = signed.filter(user_id__in=user.person_ids()).values("handover_id")
        return self.filter(condition).exclude(state="signed", pk__in=mine)

    def _ground(self, user: Any, permission: str) -> Q | None:
        areas = user.areas(permission)
        if not areas:
            return None
        if permission == rules.MAY_ACCEPT_FOR_COMPANY:
            companies = [area.organisation_id for area in areas if area.organisation_id]
            return Q(station__heating_company_id__in=companies)
        if any(area.is_city for area in areas):
            return Q()
        ground = NOTHING
        for area in areas:
            ground |= self.within(area)
        return ground

    def named_like(self, text: str) -> Self:
        """Return handovers by two characters of the station's name, or the start of a number."""
        plain = bigrams.normalise(text)
        if not plain:
            return self
        numbered = Q(number__startswith=plain) | Q(notice_number__startswith=text.strip())
        if len(plain) == 1:
            return self.filter(numbered | Q(station__name__istartswith=plain))
        return self.filter(numbered | Q(station__bigrams__contains=bigrams.of(plain)))

    def with_row_data(self) -> Self:
        """Fetch what a list row shows in one query."""
        return self.select_related(
            "station__community__parent__parent", "station__heating_company", "manager_at_register"
        )

    def with_page_data(self) -> Self:
        """Fetch what the page of one handover shows."""
        defects = apps.get_model("heating", "HandoverDefect").objects.order_by(
            "survey_round", "number"
        )
        shares = apps.get_model("heating", "HandoverCostShare").objects.order_by("position")
        signatures = apps.get_model("heating", "HandoverSignature").objects.select_related("user")
        return (
            self.with_row_data()
            .select_related("notice_basis__document")
            .prefetch_related(
                Prefetch("defects", queryset=defects.select_related("closed_by")),
                Prefetch("shares", queryset=shares),
                Prefetch("signatures", queryset=signatures.order_by("pk")),
            )
        )

    def counts_per_state(self, today: date) -> dict[str, tuple[int, int]]:
        """Return (all, overdue) per state, in one query."""
        late = Q(step_due_on__lt=today) & ~Q(state__in=rules.FINAL)
        rows = (
            self.order_by()
            .values("state")
            .annotate(count=Count("pk"), late=Count("pk", filter=late))
            .values_list("state", "count", "late")
        )
        return {state: (count, late) for state, count, late in rows}

    def as_of(self, day: date) -> Self:
        """Annotate ``state_then`` and ``due_then`` as the audit says of the end of ``day``.

        Handovers registered after the day are left out.
        """
        entries = apps.get_model("records", "AuditEntry").objects.filter(
            object_type__app_label="heating",
            object_type__model="handover",
            object_id=OuterRef("pk"),
            at__lt=datetime.combine(day, time.max, clock.SHANGHAI),
        )

        def last(field: str) -> Subquery:
            told = entries.filter(after__has_key=field).order_by("-id")
            return Subquery(told.values(said=KeyTextTransform(field, "after"))[:1])

        return self.filter(registered_on__lte=day).annotate(
            state_then=last("state"), due_then=Cast(last("step_due_on"), DateField())
        )

    def flow_by_area(self, first: date, last: date) -> list[dict[str, Any]]:
        """Count the handovers registered and connected from ``first`` to ``last``, by area."""
        days = (first, last)
        return list(
            self.filter(Q(registered_on__range=days) | Q(connected_on__range=days))
            .order_by()
            .values(**_AREA)
            .annotate(
                registered=Count("pk", filter=Q(registered_on__range=days)),
                connected=Count("pk", filter=Q(connected_on__range=days)),
            )
        )

    def counts_as_of(self, day: date) -> list[dict[str, Any]]:
        """Count handovers by state, managing area and county as of a day: ``count``, ``late``."""
        late = Q(due_then__lt=day) & ~Q(state_then__in=rules.FINAL)
        return list(
            self.as_of(day)
            .order_by()
            .values("state_then", **_AREA)
            .annotate(count=Count("pk"), late=Count("pk", filter=late))
        )


class HandoverSignatureQuerySet(BaseQuerySet):
    """Signatures; those given before the last edit count no more."""

    def live(self) -> Self:
        """Return the signatures given on the handover as it stands."""
        return self.filter(revision=F("handover__revision"))


class HandoverStepTermQuerySet(BaseQuerySet):
    """Days allowed per step, by the day from which they hold."""

    def days_for(self, state: str, day: date) -> int | None:
        """Return the working days allowed in ``state`` by the rule in force on ``day``."""
        return (
            self.filter(state=state, valid_from__lte=day)
            .order_by("-valid_from")
            .values_list("working_days", flat=True)
            .first()
        )
