"""Writes on policies and their rates: a draft is worked on, a published one stays as it is."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.core.findings import Finding
from bureau.people.models import User
from bureau.records import saving
from bureau.records.keeper import Keeper
from bureau.records.services import record, values
from grants.choices import PolicyRefusal, PolicyState, PolicyVerb
from grants.models import Policy, Rate
from grants.rules import policies as rules
from grants.services import late_rates
from grants.services.patience import patient
from grants.services.rate_book import facts_of, hold_rates

RATE_FIELDS = (
    "kind", "technology", "heat_pump", "division", "managing_area", "programme_year_from",
    "programme_year_to", "year_index", "season", "amount", "seasons", "cut_off_month",
    "cut_off_day", "share_province", "share_city", "share_county",
)  # fmt: skip


class Policies(Keeper[Policy]):
    """Policies; a published one is neither changed nor put away (``policy_published``)."""

    model = Policy
    fields = ("name", "document", "remarks")

    def check(self, row: Policy) -> Iterable[Finding | None]:
        if row.pk and row.state == PolicyState.PUBLISHED:
            return (Finding(PolicyRefusal.PUBLISHED, ("name",), {"name": row.name}),)
        return ()

    def in_use(self, row: Policy) -> BusinessError | None:
        if row.state == PolicyState.PUBLISHED:
            return BusinessError(PolicyRefusal.PUBLISHED, name=row.name)
        return None


policies = Policies()


def _draft(policy: Policy) -> Policy:
    row = saving.lock(policy)
    if row.state == PolicyState.PUBLISHED:
        raise BusinessError(PolicyRefusal.PUBLISHED, name=row.name)
    return row


@transaction.atomic
def record_rate(policy: Policy, *, actor: User | None, **given: Any) -> Rate:
    """Add a rate to a draft; raises ValidationError by field."""
    row = _draft(policy)
    rate = Rate(policy=row, **{name: given[name] for name in RATE_FIELDS if name in given})
    saving.require(*rules.check(facts_of(rate)))
    _refuse_overlap(rate, row.rates.all())
    rate.full_clean()
    rate.save(force_insert=True)
    record(PolicyVerb.RECORD_RATE, row, actor=actor, after=values(rate, RATE_FIELDS))
    return rate


def _refuse_overlap(rate: Rate, others: Iterable[Rate]) -> None:
    new = facts_of(rate)
    for other in others:
        if rules.overlap(new, facts_of(other)):
            raise BusinessError(PolicyRefusal.RATE_OVERLAPS, rate=str(rate), other=str(other))


@transaction.atomic
def remove_rate(rate: Rate, *, actor: User | None) -> Policy:
    """Take a rate off a draft."""
    row = _draft(rate.policy)
    before = values(rate, RATE_FIELDS)
    rate.delete()
    record(PolicyVerb.REMOVE_RATE, row, actor=actor, before=before)
    return row


@patient()
def publish_policy(
    policy: Policy,
    *,
    actor: User | None,
    note: str = "",
    version: int | None = None,
    seen: Iterable[str] | None = None,
) -> Policy:
    """Put a policy into force for good; published rates that it overlaps end before it begins.

    Refuses ``guard:rates``, ``guard:document``, ``policy_published``, and ``guard:seen`` when the
    rates are not those (``seen``) of which somebody was shown what they change. Unpaid
    entitlements that no locked batch holds are computed anew (``late_rates``); what is posted,
    locked or paid stays.
    """
    hold_rates(to_change=True)
    if version is not None:
        saving.lock(policy, version)
    row = _draft(policy)
    rates = list(row.rates.select_for_update())
    if not rates:
        raise BusinessError(PolicyRefusal.NO_RATES, name=row.name)
    if seen is not None and sorted(seen) != seen_of(row):
        raise BusinessError(PolicyRefusal.RATES_CHANGED, name=row.name)
    if row.document is None:
        raise BusinessError(PolicyRefusal.NO_DOCUMENT, name=row.name)
    ended = [str(old) for old in _end_replaced(rates)]
    row.rates.update(published=True)
    row.state, row.published_at, row.published_by = PolicyState.PUBLISHED, clock.now(), actor
    row.version += 1
    row.save(update_fields=["state", "published_at", "published_by", "version", "updated_at"])
    after = {"state": row.state, "rates": [str(rate) for rate in rates], "replaced": ended}
    record(PolicyVerb.PUBLISH_POLICY, row, actor=actor, after=after, note=note)
    late_rates.recompute(row, actor=actor)
    return row


def seen_of(policy: Policy) -> list[str]:
    """Return what tells the rates of a draft from those it had before: a rate is never edited."""
    return sorted(str(pk) for pk in policy.rates.values_list("pk", flat=True))


def replaced_by(rates: Iterable[Rate]) -> list[tuple[Rate, int | None]]:
    """Return the published rates that ``rates`` overlap, each with its new last programme year."""
    new = [facts_of(rate) for rate in rates]
    found = []
    for old in Rate.objects.filter(published=True, retired_at__isnull=True):
        facts = facts_of(old)
        meeting = [one for one in new if rules.overlap(one, facts)]
        if meeting:
            found.append((old, rules.replaced(facts, meeting)))
    return found


def _end_replaced(rates: Iterable[Rate]) -> list[Rate]:
    ended = []
    for old, last_year in replaced_by(rates):
        if last_year is None:
            old.retired_at = clock.now()
        else:
            old.programme_year_to = last_year
        old.save(update_fields=["retired_at", "programme_year_to", "updated_at"])
        ended.append(old)
    return ended
