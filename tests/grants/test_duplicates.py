"""Duplicates: found across the city, seen from one's own side, decided by two people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.core import clock
from bureau.core.choices import Refusal
from bureau.core.errors import BusinessError
from bureau.people.models import Delegation
from grants.choices import ClaimRefusal, DuplicateRefusal
from grants.models import BankAccount, Claim, DuplicateCase
from grants.services.duplicates import decide_case, open_cases, sign_case
from tests.cast import person
from tests.grants.claim_rows import write_claims
from tests.grants.claim_story import Story, a_claim, a_household, a_village

pytestmark = pytest.mark.django_db

GAOTANG = "371526001001"


@pytest.fixture
def story():
    return Story()


def in_gaotang():
    return a_village(a_village(GAOTANG).code)


def code_of(call, *args, **kwargs):
    with pytest.raises(BusinessError) as caught:
        call(*args, **kwargs)
    assert "%(" not in caught.value.sentence
    return caught.value.code


def a_pair(**more):
    """Return two claims, in two counties, of the same person, with their case."""
    first = a_claim()
    head = first.household.memberships.get().person
    second = a_claim(a_household(in_gaotang(), head=head), actor=person("clerk"))
    return first, second, DuplicateCase.objects.get()


def test_the_same_person_in_another_county_opens_a_case():
    first, second, case = a_pair()
    assert (case.ground, case.state) == ("person", "open")
    sides = case.sides.values_list("position", "claim_id", "dwelling_id")
    assert list(sides) == [(1, first.pk, first.dwelling_id), (2, second.pk, second.dwelling_id)]
    assert open_cases([first.pk, second.pk]) == []


@pytest.mark.parametrize("ground", ["register_number", "gas_account"])
def test_a_number_that_only_one_dwelling_has(ground):
    for number, opened in (("", 0), ("A1", 0), ("A1", 1), ("A1", 2)):
        a_claim(a_household(**{ground: number}))
        assert DuplicateCase.objects.count() == opened


def test_one_card_is_a_duplicate_unless_it_is_the_supplier_s():
    for payee, opened in (("supplier", 0), ("supplier", 0), ("head", 0), ("member", 1)):
        household = a_household()
        BankAccount.objects.create(household=household, payee=payee, card_index="c" * 64)
        a_claim(household)
        assert DuplicateCase.objects.count() == opened


def test_both_sides_stand_still(story):
    first, second, _case = a_pair()
    assert code_of(story.submit, first) == ClaimRefusal.DUPLICATE_OPEN
    assert code_of(story.withdrawn, first) == ClaimRefusal.DUPLICATE_OPEN
    assert set(Claim.objects.frozen()) == {first, second}


def test_each_county_sees_its_own_side_only(api, county, outsider):
    first, second, case = a_pair()
    for user, mine, other in ((county, first, second), (outsider, second, first)):
        text = api(user).get(f"/api/v1/duplicate-cases/{case.pk}/").json()
        sides = {side["claim"]: side for side in text["sides"]}
        assert sides[mine.pk]["seen"]
        assert (sides[other.pk]["seen"], sides[other.pk]["dwelling"]) == (False, None)
        assert sides[other.pk]["state"] == "draft"


class TestDeciding:
    def decide(self, case, decision="keep_first", who="county"):
        return decide_case(case, actor=person(who), decision=decision, reason="visited")

    def test_two_people_of_either_side(self, story, outsider):
        first, second, case = a_pair()
        case = self.decide(case)
        assert code_of(sign_case, case, actor=person("county")) == Refusal.FOUR_EYES
        assert sign_case(case, actor=outsider).state == "closed"
        second.refresh_from_db()
        assert second.state == "withdrawn"
        assert story.submit(first).state == "township_review"

    def test_a_deputy_signs_no_decision_of_the_principal(self):
        _first, _second, case = a_pair()
        case = self.decide(case)
        Delegation.objects.create(
            principal=person("county"), deputy=person("county2"), valid_from=clock.today()
        )
        assert code_of(sign_case, case, actor=person("county2")) == Refusal.FOUR_EYES

    def test_two_rightful_dwellings_are_asked_once(self, story, outsider):
        first, second, case = a_pair()
        sign_case(self.decide(case, "distinct"), actor=outsider)
        assert open_cases([first.pk, second.pk]) == []
        assert story.submit(first).state == "township_review"
        second.refresh_from_db()
        assert second.state == "draft"

    def test_a_loser_under_review_goes_back_for_good(self, story, outsider):
        first = story.tell("county_review")
        head = first.household.memberships.get().person
        a_claim(a_household(in_gaotang(), head=head), actor=person("clerk"))
        case = DuplicateCase.objects.get()
        sign_case(self.decide(case, "keep_second"), actor=outsider)
        first.refresh_from_db()
        assert first.state == "returned"
        assert "visited" in first.reason
        assert code_of(story.submit, first) == ClaimRefusal.DUPLICATE_LOST

    def test_a_closed_case_is_decided_no_more(self, outsider):
        _first, _second, case = a_pair()
        case = sign_case(self.decide(case, "distinct"), actor=outsider)
        assert code_of(self.decide, case) == DuplicateRefusal.NOT_OPEN

    def test_nobody_else_decides(self, town, clerk):
        _first, _second, case = a_pair()
        for actor in (town, clerk):
            given = {"actor": actor, "decision": "distinct", "reason": "x"}
            assert code_of(decide_case, case, **given) == Refusal.NOT_PERMITTED


def test_thousands_are_compared_with_as_many_queries_as_two():
    ids = write_claims(a_village(), 300)
    asked = []
    for some in (ids[:2], ids):
        with CaptureQueriesContext(connection) as queries:
            assert open_cases(some) == []
        asked.append(len(queries))
    assert asked[0] == asked[1]
