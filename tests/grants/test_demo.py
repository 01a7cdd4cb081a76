"""The demo city: claims in every state and area, and something to do for everybody."""

import pytest
from django.utils import translation

from bureau.desk import work
from bureau.desk.story import lines_of
from bureau.people.demo import PEOPLE, seed_people
from bureau.people.models import User
from bureau.records.models import AuditEntry
from grants.choices import ClaimState
from grants.demo import seed
from grants.models import (
    Claim,
    DuplicateCase,
    Entitlement,
    Milestone,
    PaymentLine,
    ReinspectionDraw,
    VillageProject,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_the_demo_city_tells_of_the_subsidies():
    people = seed_people()
    seed(people, 1)
    states = set(Claim.objects.values_list("state", flat=True))
    assert states == set(ClaimState.values)
    reached = Claim.objects.order_by().values_list(
        "village__managing_area", "village__parent__parent"
    )
    assert len({(area, None if area else county) for area, county in reached}) == 11
    assert set(Claim.objects.values_list("programme_year", flat=True)) == {2017, 2018}
    story = Entitlement.objects.filter(kind="operate", lines__state="paid", index=3)
    assert story.exists()
    assert {"pending", "sent", "paid", "failed"} <= set(
        PaymentLine.objects.values_list("state", flat=True)
    )
    seed(people, 1)
    with_work = [name for name in PEOPLE if _waits(name)]
    for name in ("village", "town", "town_team", "county", "clerk", "chief", "finance", "outsider"):
        assert name in with_work, name
    assert (
        not User.objects.filter(username__startswith="former_")
        .exclude(password__startswith="!")
        .exists()
    )
    for noun in (DuplicateCase, ReinspectionDraw, VillageProject, Milestone):
        assert noun.objects.exists(), noun
    assert list(_unsaid()) == []


def _unsaid():
    """Yield what a history would show as it is stored, where a reader of Chinese wants words."""
    with translation.override("zh-hans"):
        for entry in AuditEntry.objects.exclude(object_type=None).distinct("verb", "object_type"):
            subject = entry.object_type.model_class()._base_manager.get(pk=entry.object_id)
            words = [entry.verb_label, *(line.label for line in lines_of(subject, entry))]
            yield from (f"{entry.verb}: {word}" for word in words if word.isascii())


def _waits(name):
    user = User.objects.get(username=name)
    return any("/grants/" in item.url for item in work.items(user))
