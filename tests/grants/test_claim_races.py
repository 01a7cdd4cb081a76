"""Two people at the same moment on a claim, on two real connections: one is first."""

import threading

import pytest
from django.db import connection, transaction

from bureau.core.choices import Refusal
from bureau.people.models import User
from grants.models import Claim, ClaimSignature, Entitlement, PublicNotice
from grants.services.claim_sets import do_many
from grants.services.claim_verbs import do
from grants.services.notices import confirm_notice
from tests.cast import person
from tests.grants.claim_story import Story
from tests.grants.notice_story import AFTER, a_posted_notice, items_of, on, with_end_papers
from tests.heating.test_handover_races import at_once
from tests.processes import wait_for

REFUSED = (Refusal.CONFLICT, Refusal.NOT_ALLOWED_FROM_STATE)
pytestmark = pytest.mark.django_db(transaction=True)


def test_two_reviewers_pass_one_claim_and_a_third_the_whole_village():
    claim = Story().tell("township_review")
    person("town2")

    def prepare(name):
        return lambda: (Claim.objects.get(pk=claim.pk), User.objects.get(username=name))

    def one(row, user):
        return do("pass_township", row, actor=user).state

    def many(row, user):
        outcome = do_many(
            "pass_township", [row.pk], actor=user, about=row.village, versions={row.pk: row.version}
        )
        return outcome.refused[row.pk].code if outcome.refused else "inspection"

    outcomes = at_once((prepare("town"), one), (prepare("town2"), one), (prepare("town"), many))
    assert sorted(map(str, outcomes)) == sorted([Refusal.CONFLICT] * 2 + ["inspection"])
    claim.refresh_from_db()
    assert claim.state == "inspection"
    assert ClaimSignature.objects.filter(claim=claim, verb="pass_township").count() == 1


@pytest.mark.parametrize("households", [1, 2])
@pytest.mark.parametrize("first", ["withdrawn", "approved"])
def test_a_claim_is_withdrawn_or_its_notice_confirmed_never_both(first, households):
    """Whoever comes second waits for the first one's lock and is refused by what it left."""
    notice = with_end_papers(a_posted_notice(households))
    claim = items_of(notice)[0].claim
    village, county = User.objects.get(username="village"), person("county2")

    def withdraw():
        do("withdraw", claim, actor=village, note="moved away")

    def confirm():
        confirm_notice(notice, actor=county)

    leading, following = (withdraw, confirm) if first == "withdrawn" else (confirm, withdraw)
    held = threading.Event()

    def lead():
        with on(AFTER), transaction.atomic():
            leading()
            held.set()
            wait_for(somebody_waits, seconds=20, what="the second one at the lock")
        return "done"

    def follow():
        held.wait(timeout=30)
        with on(AFTER):
            following()
        return "done"

    outcomes = at_once((tuple, lead), (tuple, follow))
    assert outcomes[0] == "done"
    assert Claim.objects.get(pk=claim.pk).state == first
    assert outcomes[1] in REFUSED or (first, households) == ("withdrawn", 2)
    approved = Claim.objects.filter(state="approved").values_list("pk", flat=True)
    assert len(approved) == households - (first == "withdrawn")
    entitled = Entitlement.objects.filter(kind="build", state="open")
    assert set(entitled.values_list("claim_id", flat=True)) == set(approved)
    assert PublicNotice.objects.get(pk=notice.pk).state == "closed"


def somebody_waits():
    """Whether a connection waits for another one's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]
