"""What a change of a household's file means for its claim: signed facts stay, drafts follow."""

from datetime import date

import pytest

from bureau.core.errors import BusinessError
from grants.models import Claim
from grants.services import members
from grants.services.households import edit_household
from tests.grants.claim_story import Story
from tests.grants.notice_story import claims_in
from tests.grants.numbers import next_id
from tests.grants.papers import certificate

pytestmark = pytest.mark.django_db

DAY = date(2020, 3, 1)


@pytest.fixture
def story(db):
    return Story()


def new_head(claim, actor):
    """Let the widow become head of the claim's household."""
    home = claim.household
    widow = members.add_member(home, actor=actor, name="李秀英", relation="spouse")
    return members.change_head(widow, actor=actor, on=DAY, proof=certificate())


def refusal(call):
    with pytest.raises(BusinessError) as found:
        call()
    return found.value


@pytest.mark.parametrize("state", ["township_review", "awaiting_notice", "notice"])
def test_whom_and_what_signatures_name_stays_until_approval(village, state):
    (claim,) = claims_in(state)
    home, told = claim.household, []
    number, account = {"id_number": next_id()}, {"account_number": "3799"}
    told.append(refusal(lambda: new_head(claim, village)))
    told += [
        refusal(lambda given=given: edit_household(home, given, actor=village))
        for given in (number, account)
    ]
    for one in told:
        assert one.code == "under_review"
        assert f"{claim.pk}" in one.sentence
        assert claim.get_state_display() in one.sentence
    home.refresh_from_db()
    assert home.memberships.heads().get().person.name == home.name == claim.name
    head = home.memberships.heads().get()
    kept = {"remarks": "换锁", "phone": "13800001111", "name": head.person.name}
    edit_household(home, kept, actor=village)  # what nobody signed may change


def test_after_the_return_it_changes_and_the_claim_follows(story, village):
    claim = story.tell("returned")
    new_head(claim, village)
    claim.refresh_from_db()
    assert claim.name == "李秀英"
    edit_household(claim.household, {"id_number": next_id()}, actor=village)
    assert story.submit(claim).state == "township_review"


def test_after_approval_another_may_be_head_but_no_number_is_put_right(village):
    (claim,) = claims_in("approved")
    edited = refusal(
        lambda: edit_household(claim.household, {"id_number": next_id()}, actor=village)
    )
    assert edited.code == "approved_with"
    home = new_head(claim, village)
    claim.refresh_from_db()
    assert home.name == "李秀英" != claim.name


def test_a_name_put_right_in_the_file_is_that_of_drafts_alone(story, village):
    draft, signed = story.tell("draft"), story.tell("inspection")
    was = signed.name
    for claim in (draft, signed):
        edit_household(claim.household, {"name": "欧阳建国"}, actor=village)
        claim.refresh_from_db()
    assert (draft.name, signed.name) == ("欧阳建国", was)
    assert list(Claim.objects.named_like("欧阳")) == [draft]
