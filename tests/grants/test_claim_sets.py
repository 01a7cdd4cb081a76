"""Thousands of claims moved as a set: a result per row, and no query more than for two."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.records.models import AuditEntry
from grants.choices import ClaimRefusal
from grants.models import Claim, ClaimRevision, ClaimSignature
from grants.services.claim_sets import do_many
from tests.grants.claim_rows import write_claims
from tests.grants.claim_story import a_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_village()


def asked(verb, ids, **given):
    """Return the outcome of a verb on many claims and how many queries it asked."""
    given["actor"].forget_postings()
    with CaptureQueriesContext(connection) as queries:
        outcome = do_many(verb, ids, **given)
    return outcome, len(queries)


def test_as_many_queries_for_a_thousand_as_for_two(place, village, town, county):
    few, many = write_claims(place, 2), write_claims(place, 1000)
    for model in (Claim, type(place)):
        ContentType.objects.get_for_model(model)
    for verb, actor in (("submit", village), ("pass_township", town)):
        given = {"actor": actor, "about": place}
        _outcome, least = asked(verb, few, **given)
        outcome, most = asked(verb, many, **given)
        assert outcome.moved == many
        assert most == least
    states = Claim.objects.filter(pk__in=many).values_list("state", "holder", "revision", "version")
    assert set(states) == {("inspection", "town_team", 1, 3)}
    assert ClaimSignature.objects.filter(claim_id__in=many).count() == 2000
    assert ClaimRevision.objects.filter(claim_id__in=many).count() == 1000
    entry = AuditEntry.objects.filter(verb="pass_township").last()
    assert (entry.after["count"], entry.subject) == (1000, place)
    assert entry in AuditEntry.objects.about(Claim.objects.get(pk=many[7]))


def test_each_row_is_refused_for_its_own_reason(place, village, town):
    ids = write_claims(place, 5)
    without_id = Claim.objects.get(pk=ids[1]).household.memberships.get().person
    type(without_id).objects.filter(pk=without_id.pk).update(id_number_index="")
    Claim.objects.filter(pk=ids[2]).update(device_serial="")
    do_many("withdraw", [ids[3]], actor=village, about=place, note="moved away")
    given = {"actor": village, "about": place}
    outcome = do_many("submit", ids, versions={ids[4]: 7}, **given)
    assert outcome.moved == [ids[0]]
    codes = {pk: finding.code.value for pk, finding in outcome.refused.items()}
    assert codes == {
        ids[1]: ClaimRefusal.NO_ID,
        ids[2]: ClaimRefusal.INCOMPLETE,
        ids[3]: "not_allowed_from_state",
        ids[4]: "conflict",
    }
    back = do_many("return", ids, actor=town, about=place, note="blurred")
    assert back.moved == [ids[0]]
    assert Claim.objects.get(pk=ids[0]).reason == "blurred"
    assert do_many("return", ids, actor=town, about=place).moved == []


def test_nobody_moves_what_lies_elsewhere(place, village, outsider):
    ids = write_claims(place, 2)
    outcome = do_many("submit", ids, actor=outsider, about=place)
    assert {finding.code.value for finding in outcome.refused.values()} == {"not_permitted"}
