"""Two people at the same moment on a claim, on two real connections: one is first."""

import pytest

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
def test_a_claim_is_withdrawn_or_its_notice_confirmed_never_both(households):
    notice = with_end_papers(a_posted_notice(households))
    claim = items_of(notice)[0].claim
    person("county2")

    def withdraw(row, user):
        with on(AFTER):
            return do("withdraw", row, actor=user, note="moved away").state

    def confirm(row, user):
        with on(AFTER):
            confirm_notice(row, actor=user)
        return Claim.objects.get(pk=claim.pk).state

    outcomes = at_once(
        (lambda: (Claim.objects.get(pk=claim.pk), User.objects.get(username="village")), withdraw),
        (lambda: (PublicNotice.objects.get(pk=notice.pk), User.objects.get(username="county2")),
         confirm),
    )  # fmt: skip
    state = Claim.objects.get(pk=claim.pk).state
    assert state in ("withdrawn", "approved")
    assert outcomes[0] in ({"withdrawn"} if state == "withdrawn" else REFUSED)
    approved = Claim.objects.filter(state="approved")
    entitled = Entitlement.objects.filter(kind="build", state="open")
    assert set(entitled.values_list("claim_id", flat=True)) == set(
        approved.values_list("pk", flat=True)
    )
    assert approved.count() == households - (state == "withdrawn") or outcomes[1] in REFUSED
    with on(AFTER):
        _confirm_what_is_left(notice)
    assert PublicNotice.objects.get(pk=notice.pk).state == "closed"
    assert not Entitlement.objects.filter(claim__state="withdrawn").exists()


def _confirm_what_is_left(notice):
    row = PublicNotice.objects.get(pk=notice.pk)
    if row.state != "closed":
        confirm_notice(row, actor=User.objects.get(username="county2"))
