"""Claims through their services: who may, what is refused and why, what a correction does."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import Delegation
from grants.choices import ClaimRefusal, ClaimSlip, HouseholdRefusal
from grants.models import Claim
from grants.services.acceptance import pass_inspection
from grants.services.claim_corrections import correct_claim
from grants.services.claims import file_claim
from grants.services.households import record_household
from tests.grants.claim_story import DONE_ON, Story, a_claim, a_household, a_village
from tests.grants.numbers import next_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return Story()


def code_of(call, *args, **kwargs):
    """Return the code with which a service refuses."""
    with pytest.raises(BusinessError) as caught:
        call(*args, **kwargs)
    assert "%(" not in caught.value.sentence
    return caught.value.code


def test_the_straight_path_leaves_signatures_of_one_revision(story):
    claim = story.tell("awaiting_notice")
    signed = claim.signatures.values_list("verb", "user__username", "revision", "content_hash")
    assert [row[:3] for row in signed] == [
        ("submit", "village", 1), ("pass_township", "town", 1),
        ("pass_inspection", "town_team", 1), ("pass_inspection", "town_team2", 1),
        ("pass_county", "county", 1),
    ]  # fmt: skip
    assert {row[3] for row in signed} == {claim.content_hash}
    assert claim.programme_year == 2018
    assert claim.accepted_on == clock.today()
    assert claim.holder == "county"


class TestFiling:
    def test_one_live_claim_for_a_dwelling(self, village):
        claim = a_claim()
        again = {"technology": "coal_to_gas", "completed_on": DONE_ON}
        code = code_of(file_claim, claim.household, actor=village, **again)
        assert code == ClaimSlip.LIVE_CLAIM
        Story().withdrawn(claim)
        assert file_claim(claim.household, actor=village, **again).state == "draft"

    def test_gas_is_no_heat_pump(self, village):
        assert a_claim(technology="coal_to_gas", heat_pump="air_source").heat_pump == "none"

    @pytest.mark.parametrize("day", [None, date(1999, 12, 31), clock.today() + timedelta(days=1)])
    def test_no_impossible_day_of_completion(self, day, village):
        household = a_household()
        with pytest.raises(ValidationError) as caught:
            file_claim(household, actor=village, technology="coal_to_gas", completed_on=day)
        assert "completed_on" in caught.value.message_dict

    def test_only_on_the_ground_of_a_posting(self, county, outsider):
        given = {"technology": "coal_to_gas", "completed_on": DONE_ON}
        for actor in (county, outsider):
            household = a_household()
            assert code_of(file_claim, household, actor=actor, **given) == Refusal.NOT_PERMITTED


class TestSubmission:
    def test_the_photo_of_the_device_is_needed(self, story, village):
        household = a_household()
        claim = file_claim(
            household, actor=village, technology="coal_to_gas", completed_on=DONE_ON,
            device_serial="A1",
        )  # fmt: skip
        assert code_of(story.submit, claim) == ClaimRefusal.INCOMPLETE

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"demolition_year": 2021}, ClaimRefusal.INELIGIBLE_DEMOLITION),
            ({"demolition_year": 2022}, None),
            ({"central_heating_on": DONE_ON}, ClaimRefusal.INELIGIBLE_CENTRAL),
            ({"central_heating_on": DONE_ON + timedelta(days=1)}, None),
            ({"power_ready": False}, ClaimRefusal.NOT_READY),
            ({"gas_ready": False}, None),
        ],
    )
    def test_of_an_eligible_village(self, story, change, code):
        claim = a_claim()
        type(claim.village).objects.filter(pk=claim.village_id).update(**change)
        if code is None:
            assert story.submit(claim).state == "township_review"
        else:
            assert code_of(story.submit, claim) == code

    def test_with_the_identity_number_of_the_head(self, story):
        claim = a_claim()
        head = claim.household.memberships.get().person
        type(head).objects.filter(pk=head.pk).update(id_number_index="")
        assert code_of(story.submit, claim) == ClaimRefusal.NO_ID


class TestFourEyes:
    def test_a_town_that_files_for_a_village_does_not_pass_it(self, story, town, town2):
        claim = a_claim(actor=town)
        claim = story.do("submit", claim, "town")
        assert code_of(story.pass_township, claim) == ClaimRefusal.FILER
        story.people["town2"] = town2
        assert story.do("pass_township", claim, "town2").state == "inspection"

    def test_nor_when_it_only_submitted(self, story):
        claim = story.do("submit", a_claim(), "town")
        assert code_of(story.pass_township, claim) == ClaimRefusal.FILER

    def test_nor_does_whoever_materially_corrected_it(self, story, town):
        claim = story.tell("returned")
        claim = correct_claim(claim, {"device_serial": "Z9"}, actor=town, version=claim.version)
        claim = story.submit(claim)
        assert code_of(story.pass_township, claim) == ClaimRefusal.FILER

    def test_a_deputy_since_the_filing_is_the_same_person(self, story, town, town2):
        today = clock.today()
        Delegation.objects.create(
            principal=town, deputy=town2, valid_from=today, ended_at=clock.now()
        )
        claim = story.do("submit", a_claim(actor=town), "town")
        story.people["town2"] = town2
        assert code_of(story.do, "pass_township", claim, "town2") == ClaimRefusal.FILER

    def test_nobody_handles_the_own_household_nor_does_a_deputy(self, story, town, town2):
        claim = story.do("submit", a_claim(), "village")
        town.id_number_index = claim.household.memberships.get().person.id_number_index
        town.save()
        story.people |= {"town": town, "town2": town2}
        assert code_of(story.pass_township, claim) == HouseholdRefusal.OWN_HOUSEHOLD
        Delegation.objects.create(principal=town, deputy=town2, valid_from=clock.today())
        code = code_of(story.do, "pass_township", claim, "town2")
        assert code == HouseholdRefusal.OWN_HOUSEHOLD

    def test_two_people_accept_a_device(self, story, town_team):
        claim = story.tell("inspection")
        claim = pass_inspection(claim, actor=town_team, device_serial=claim.device_serial)
        assert claim.state == "inspection"
        assert code_of(pass_inspection, claim, actor=town_team) == Refusal.FOUR_EYES
        assert claim.accepted_on is None


class TestInspection:
    def test_passes_only_this_very_device(self, story, town_team):
        claim = story.tell("inspection")
        assert code_of(pass_inspection, claim, actor=town_team) == ClaimRefusal.NOT_ACCEPTED
        other = {"device_serial": claim.device_serial + "x"}
        assert code_of(pass_inspection, claim, actor=town_team, **other) == (
            ClaimRefusal.NOT_ACCEPTED
        )

    def test_an_agent_needs_a_mandate(self, story, town_team):
        claim = story.tell("inspection")
        given = {"device_serial": claim.device_serial, "signer": "agent", "signer_name": "王"}
        assert code_of(pass_inspection, claim, actor=town_team, **given) == ClaimRefusal.NO_MANDATE

    def test_not_before_the_completion(self, story, town_team):
        claim = story.tell("inspection")
        given = {"device_serial": claim.device_serial, "accepted_on": DONE_ON - timedelta(days=1)}
        code = code_of(pass_inspection, claim, actor=town_team, **given)
        assert code == ClaimRefusal.ACCEPTED_EARLY


class TestCorrections:
    def test_a_minor_one_keeps_the_signatures(self, story, county):
        claim = story.tell("county_review")
        signed = claim.signatures.count()
        done = correct_claim(
            claim, {"device_brand": "海尔"}, actor=county, version=claim.version, reason="typo"
        )
        assert (done.revision, done.state, done.device_brand) == (1, "county_review", "海尔")
        assert done.signatures.filter(voided_at=None).count() == signed

    def test_a_material_one_waits_for_the_return(self, story, county):
        claim = story.tell("county_review")
        code = code_of(
            correct_claim, claim, {"device_serial": "Z9"}, actor=county, version=claim.version
        )
        assert code == ClaimRefusal.MATERIAL_LOCKED

    def test_after_it_earlier_signatures_fall(self, story, village):
        claim = story.tell("returned")
        assert claim.reason == "the photo is blurred"
        claim = correct_claim(
            claim, {"completed_on": date(2017, 11, 2)}, actor=village, version=claim.version
        )
        assert (claim.revision, claim.programme_year) == (1, 2017)
        claim = story.submit(claim)
        assert (claim.revision, claim.reason) == (2, "")
        live = claim.signatures.filter(voided_at=None)
        assert list(live.values_list("verb", "revision")) == [("submit", 2)]
        assert [one.number for one in claim.revisions.all()] == [1, 2]

    def test_without_one_revision_and_signatures_stay(self, story):
        claim = story.submit(story.tell("returned"))
        assert claim.revision == 1
        assert not claim.signatures.exclude(voided_at=None).exists()

    def test_of_the_household_a_phone_and_card_in_passing_an_identity_after_the_return(
        self, story, town, village
    ):
        household = record_household(
            a_village(), actor=village, account_number="3712345678", name="孙秀英",
            id_number=next_id(), phone="13800000001", card="6228480402564890018", bank="农业银行",
        )  # fmt: skip
        claim = story.tell("county_review", a_claim(household))
        given = {"phone": "13900000002", "card": "6228480402564890026"}
        claim = correct_claim(claim, given, actor=town, version=claim.version)
        assert claim.signatures.filter(voided_at=None).count() == 4
        head = household.memberships.get().person
        card = household.accounts.get(valid_to=None)
        assert (head.phone_tail, card.card_tail, card.bank) == ("0002", "0026", "农业银行")
        identity = {"id_number": next_id()}
        code = code_of(correct_claim, claim, identity, actor=town, version=claim.version)
        assert code == ClaimRefusal.MATERIAL_LOCKED
        claim = story.do("return", claim, "county", note="another number stands on the card")
        claim = correct_claim(claim, identity, actor=village, version=claim.version)
        claim = story.submit(claim)
        assert (claim.revision, claim.signatures.filter(voided_at=None).count()) == (2, 1)

    def test_an_old_page_is_stale(self, story, village):
        claim = a_claim()
        correct_claim(claim, {"remarks": "x"}, actor=village, version=claim.version)
        code = code_of(correct_claim, claim, {"remarks": "y"}, actor=village, version=claim.version)
        assert code == Refusal.STALE


def test_whoever_decides_on_an_old_row_was_not_the_first(story):
    claim = story.tell("township_review")
    story.pass_township(Claim.objects.get(pk=claim.pk))
    assert code_of(story.pass_township, claim) == Refusal.CONFLICT


class TestHearing:
    def test_a_rejection_needs_a_heard_statement(self, story):
        claim = story.tell("county_review")
        reject = {"note": "no device"}
        assert code_of(story.do, "reject", claim, "county", **reject) == ClaimRefusal.NOT_HEARD
        story.hear(claim, "reject")
        assert story.do("reject", claim, "county", **reject).state == "rejected"

    def test_its_dwelling_may_be_claimed_for_again(self, story):
        claim = story.tell("rejected")
        assert a_claim(claim.household).state == "draft"


def test_a_village_not_ready_holds_its_claims_back(story):
    claim = a_claim(a_household(a_village("371502003010")))
    type(claim.village).objects.filter(pk=claim.village_id).update(power_ready=False)
    assert code_of(story.submit, claim) == ClaimRefusal.NOT_READY
