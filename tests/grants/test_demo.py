"""The demo city: claims in every state and area, and something to do for everybody."""

import pytest

from bureau.desk import work
from bureau.people.demo import PEOPLE, seed_people
from bureau.people.models import User
from grants.choices import ClaimState
from grants.demo import seed
from grants.models import Claim, Entitlement, PaymentLine

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


def _waits(name):
    user = User.objects.get(username=name)
    return any("/grants/" in item.url for item in work.items(user))
