"""Reads of people: who holds which posting today, and who counts as one person."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Value
from django.db.models.functions import Concat, TruncDate

from bureau.core import clock
from bureau.core.querysets import EVERYTHING, NOTHING, Area, BaseQuerySet
from bureau.places.querysets import on_ground

if TYPE_CHECKING:
    from bureau.people.models import User


def in_force(day: date, prefix: str = "") -> Q:
    """Return the condition for a dated row in force on ``day``.

    First and last day are included; a row ended by hand counts no more on the day of its end.
    """
    lasting = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": day})
    not_ended = Q(**{f"{prefix}ended_at__isnull": True}) | Q(**{f"{prefix}ended_at__date__gt": day})
    return Q(**{f"{prefix}valid_from__lte": day}) & lasting & not_ended


def not_over(day: date, prefix: str = "") -> Q:
    """Return the condition for a dated row in force on ``day`` or later."""
    lasting = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": day})
    not_ended = Q(**{f"{prefix}ended_at__isnull": True}) | Q(**{f"{prefix}ended_at__date__gt": day})
    return lasting & not_ended


def overlapping(since: date, until: date | None) -> Q:
    """Return the condition for dated rows that share a day with a period, both days included."""
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gte=since)
    begun = Q(valid_from__lte=until) if until else Q()
    return lasting & begun & (Q(ended_at__isnull=True) | Q(ended_at__date__gt=since))


class RoleQuerySet(BaseQuerySet):
    """Roles: the same for every office; companies have no business with them."""

    def within(self, area: Area) -> Q:
        """Return all for a posting to a division or managing area, none for an organisation."""
        return NOTHING if area.organisation_id else EVERYTHING

    def current(self) -> Self:
        """Return the roles not archived."""
        return self.filter(archived_at__isnull=True)


class UserQuerySet(BaseQuerySet):
    """Accounts; whose account a reader may see follows from the postings it holds."""

    def within(self, area: Area) -> Q:
        """Return the accounts with a posting on the ground of ``area``, now or to come."""
        postings = apps.get_model("people.Posting").objects
        there = postings.filter(not_over(clock.today())).filter(postings.all().within(area))
        return Q(pk__in=there.values("user_id"))

    def active(self) -> Self:
        """Return the accounts that can sign in."""
        return self.filter(is_active=True)

    def with_postings(self) -> Self:
        """Read with each account the postings that are not over, as ``held``."""
        postings = apps.get_model("people.Posting").objects.filter(not_over(clock.today()))
        grounds = postings.select_related("role", "division", "managing_area", "organisation")
        return self.prefetch_related(
            Prefetch("postings", grounds.order_by("valid_from", "pk"), to_attr="held")
        )

    def colleagues_of(self, user: "User") -> Self:
        """Return the other open accounts posted today to a ground on which ``user`` is posted."""
        postings = apps.get_model("people.Posting").objects
        own = postings.filter(pk__in=[one.pk for one in user.holdings if one.user_id == user.pk])
        same = Q()
        for ground in ("division", "managing_area", "organisation"):
            there = own.filter(**{f"{ground}__isnull": False}).order_by()
            same |= Q(**{f"{ground}__in": there.values(ground)})
        others = postings.on().exclude(user=user).filter(same)
        return self.active().filter(pk__in=others.values("user_id"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts; there is no way to make an almighty one."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account; without a password nobody can sign in with it."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user


class PostingQuerySet(BaseQuerySet):
    """Who is posted where, from when until when."""

    def within(self, area: Area) -> Q:
        """Return the postings to what lies on the ground of one posting."""
        if area.is_city:
            return EVERYTHING
        if area.organisation_id:
            return Q(organisation_id=area.organisation_id)
        ground = on_ground(area, "division")
        if area.managing_area_id:
            ground |= Q(managing_area_id=area.managing_area_id)
        return ground

    def not_over(self, day: date | None = None) -> Self:
        """Return the postings in force on ``day`` (default: today) or later."""
        return self.filter(not_over(day or clock.today()))

    def overlapping(self, since: date, until: date | None) -> Self:
        """Return the postings that share a day with a period."""
        return self.filter(overlapping(since, until))

    def on(self, day: date | None = None) -> Self:
        """Return the postings in force on ``day`` (default: today) of accounts still open."""
        return self.filter(in_force(day or clock.today()), user__is_active=True)

    def held_by(self, user: "User | int", day: date | None = None) -> Self:
        """Return the postings ``user`` acts under: the own ones and those of its principals."""
        day = day or clock.today()
        principals = apps.get_model("people.User").objects.filter(
            in_force(day, "delegations_given__"),
            delegations_given__deputy=user,
        )
        return self.on(day).filter(Q(user=user) | Q(user__in=principals.values("pk")))

    def with_permissions(self) -> Self:
        """Add ``permission_names``: the role's permissions as a list of "app.codename"."""
        name = Concat(
            "content_type__app_label", Value("."), "codename", output_field=models.CharField()
        )
        permissions = apps.get_model("auth.Permission").objects.filter(roles=OuterRef("role"))
        names = permissions.order_by().annotate(name_=name).values("name_")
        return self.annotate(permission_names=ArraySubquery(names))


class DelegationQuerySet(BaseQuerySet):
    """Who deputises for whom, from when until when; everybody sees the own ones."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return the person's own delegations, and those of the accounts it looks after."""
        wanted = permission or "people.view_delegation"
        own = Q(principal=user.pk) | Q(deputy=user.pk)
        if any(area.is_city for area in user.areas(wanted)):
            return self.all()
        if user.areas(wanted):
            accounts = apps.get_model("people.User").objects.visible_to(user, wanted)
            own |= Q(principal__in=accounts.values("pk"))
        return self.filter(own)

    def not_over(self, day: date | None = None) -> Self:
        """Return the delegations in force on ``day`` (default: today) or later."""
        return self.filter(not_over(day or clock.today()))

    def overlapping(self, since: date, until: date | None) -> Self:
        """Return the delegations that share a day with a period."""
        return self.filter(overlapping(since, until))

    def on(self, day: date) -> Self:
        """Return the delegations in force on ``day``."""
        return self.filter(in_force(day))

    def since(self, day: date) -> Self:
        """Return the delegations in force on any day from ``day`` until today."""
        lasting = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        not_ended = Q(ended_at__isnull=True) | Q(ended_at__date__gte=day)
        return self.filter(lasting, not_ended, valid_from__lte=clock.today())

    def one_person(self, user_id: int, since: date | None = None) -> frozenset[int]:
        """Return the ids of everybody who counts as the same person as ``user_id``.

        Principal and deputy are one, and so are two deputies of one principal (four eyes).
        """
        counted = self.since(since) if since else self.on(clock.today())
        return joined(user_id, counted.values_list("principal_id", "deputy_id"))

    def one_person_since(self, user_id: int, days: Collection[date]) -> dict[date, frozenset[int]]:
        """Return ``one_person`` since each of many days, in one query."""
        if not days:
            return {}
        found = self.since(min(days)).annotate(ended_on=TruncDate("ended_at"))
        rows = found.values_list("principal_id", "deputy_id", "valid_until", "ended_on")
        lasting = [
            (min(until or date.max, ended or date.max), (principal, deputy))
            for principal, deputy, until, ended in rows
        ]
        return {
            day: joined(user_id, [pair for last, pair in lasting if last >= day]) for day in days
        }


def joined(user_id: int, pairs: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Return everybody who hangs together with ``user_id`` through pairs of people."""
    known = list(pairs)
    group, reached = {user_id}, 0
    while len(group) > reached:
        reached = len(group)
        for pair in known:
            if not group.isdisjoint(pair):
                group.update(pair)
    return frozenset(group)


class ApiTokenQuerySet(BaseQuerySet):
    """Keys for programs; everybody sees the own ones."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return the person's own keys, and those of the accounts on whose ground it looks."""
        wanted = permission or "people.view_apitoken"
        if not user.areas(wanted):
            return self.filter(user_id=user.pk)
        accounts = apps.get_model("people.User").objects.visible_to(user, wanted)
        return self.filter(Q(user_id=user.pk) | Q(user__in=accounts.values("pk")))

    def active(self, day: date | None = None) -> Self:
        """Return the keys that open something on ``day`` (default: today)."""
        lasting = Q(expires_on__isnull=True) | Q(expires_on__gte=day or clock.today())
        return self.filter(lasting, revoked_at__isnull=True, user__is_active=True)


class OrganisationQuerySet(BaseQuerySet):
    """Companies and offices, which have no place: every division sees them all."""

    def within(self, area: Area) -> Q:
        """Return all for a posting to a division or managing area, its own for an organisation."""
        if area.organisation_id:
            return Q(pk=area.organisation_id)
        return EVERYTHING if area.division_path or area.managing_area_id else NOTHING

    def current(self) -> Self:
        """Return the organisations not archived."""
        return self.filter(archived_at__isnull=True)

    def of_kind(self, *kinds: str) -> Self:
        """Return the organisations of any of these kinds."""
        return self.filter(kind__in=kinds)


class SignInQuerySet(BaseQuerySet):
    """What happened at the door."""

    def within(self, area: Area) -> Q:
        """Return what people posted on the ground of ``area`` did at the door."""
        accounts = apps.get_model("people.User").objects
        return Q(user__in=accounts.filter(accounts.all().within(area)).values("pk"))

    def of(self, user: "User") -> Self:
        """Return what one person did at the door, the newest first."""
        return self.filter(user=user).order_by("-pk")


class UserSessionQuerySet(BaseQuerySet):
    """Sessions; a person sees the own ones."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """Return the person's own sessions."""
        return self.filter(user=user.pk)

    def live(self) -> Self:
        """Return the sessions that would still be let in, the last seen first."""
        moment = clock.now()
        return self.filter(
            ended_at__isnull=True,
            seen_at__gte=moment - settings.SESSION_IDLE,
            signed_in_at__gte=moment - settings.SESSION_LIMIT,
        ).order_by("-seen_at", "-pk")

    def run_out(self) -> Self:
        """Return the sessions that nobody ended and that would not be let in any more."""
        moment = clock.now()
        return self.filter(
            Q(seen_at__lt=moment - settings.SESSION_IDLE)
            | Q(signed_in_at__lt=moment - settings.SESSION_LIMIT),
            ended_at__isnull=True,
        )
