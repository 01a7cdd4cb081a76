"""Two people at the same moment on a claim, on two real connections: one is first."""

import pytest

from bureau.core.choices import Refusal
from bureau.people.models import User
from grants.models import Claim, ClaimSignature
from grants.services.claim_sets import do_many
from grants.services.claim_verbs import do
from tests.cast import person
from tests.grants.claim_story import Story
from tests.heating.test_handover_races import at_once

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
