"""Public notices through the REST interface."""

import pytest

from bureau.places.models import Division
from grants.models import PublicNotice
from tests.grants.claim_story import photo
from tests.grants.notice_story import AFTER, POSTED_ON, claims_in, items_of, on, states_of

pytestmark = pytest.mark.django_db
BASE = "/api/v1/public-notices/"


def send(client, pk, kind):
    sent = {"kind": kind, "file": photo(f"{kind}.png")}
    return client.post(f"{BASE}{pk}/papers/", sent, format="multipart")


def test_the_whole_path(api, county, village):
    reviewer, official = api(county), api(village)
    claims = claims_in("awaiting_notice", 3)
    place = claims[0].village_id
    with on(POSTED_ON):
        made = reviewer.post(BASE, {"village": place, "claims": [one.pk for one in claims[:2]]})
        assert made.status_code == 201, made.content
        notice = PublicNotice.objects.get(pk=made.json()["id"])
        shown = made.json()
        assert (shown["state"], shown["households"], shown["total"]) == ("draft", 2, "10000.00")
        assert shown["items"][0]["id_mask"] == "3715************14"
        refused = reviewer.post(f"{BASE}{notice.pk}/publish/", {})
        assert (refused.status_code, refused.json()["code"]) == (409, "guard:start_photo")
        assert send(official, notice.pk, "start_photo").status_code == 201
        posted = reviewer.post(f"{BASE}{notice.pk}/publish/", {"version": 1})
        assert posted.json()["ends_on"] == "2026-05-18"
        item = items_of(notice)[1]
        held = reviewer.post(
            f"{BASE}{notice.pk}/object/", {"claim": item.claim_id, "text": "not his house"}
        )
        assert held.status_code == 200, held.content
        assert states_of(notice) == ["notice", "objection_hold"]
        one = held.json()["items"][1]["objections"][0]
    with on(AFTER):
        for kind in ("end_photo", "no_objection", "objection_decision"):
            assert send(official, notice.pk, kind).status_code == 201
        decided = {"objection": one["id"], "upheld": False, "decision": "it is"}
        answer = reviewer.post(f"{BASE}{notice.pk}/decide-objection/", decided)
        assert answer.json()["items"][1]["objections"][0]["state"] == "dismissed"
        confirmed = reviewer.post(f"{BASE}{notice.pk}/confirm/", {})
        assert confirmed.json()["state"] == "published"
    assert states_of(notice) == ["approved", "objection_hold"]
    listed = reviewer.get(BASE, {"state": "published"}).json()
    assert [row["id"] for row in listed["results"]] == [notice.pk]
    assert "items" not in listed["results"][0]


def test_without_claims_every_one_that_waits_is_taken(api, county):
    claims = claims_in("awaiting_notice", 2)
    made = api(county).post(BASE, {"village": claims[0].village_id})
    assert [item["claim"] for item in made.json()["items"]] == [one.pk for one in claims]
    empty = api(county).post(BASE, {"village": claims[0].village_id})
    assert (empty.status_code, empty.json()["code"]) == (409, "guard:items")


def test_what_lies_elsewhere_does_not_exist(api, county, outsider):
    claim = claims_in("awaiting_notice")[0]
    elsewhere = Division.objects.get(code="371526001001")
    outside = api(outsider)
    body = {"village": elsewhere.pk, "claims": [claim.pk]}
    answer = outside.post(BASE, body)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["claims"])
    body = {"village": claim.village_id, "claims": [claim.pk]}
    assert list(outside.post(BASE, body).json()["fields"]) == ["village"]
    notice = PublicNotice.objects.get(pk=api(county).post(BASE, body).json()["id"])
    for word in ("", "papers/"):
        assert outside.get(f"{BASE}{notice.pk}/{word}").status_code == 404
    assert outside.post(f"{BASE}{notice.pk}/cancel/", {"note": "x"}).status_code == 404
    assert outside.get(BASE).json()["results"] == []


def test_mistakes_are_named_by_field(api, county):
    claim = claims_in("awaiting_notice")[0]
    given = {"village": claim.village_id, "claims": [claim.pk]}
    short = api(county).post(BASE, given | {"days": 6})
    assert (short.status_code, list(short.json()["fields"])) == (422, ["days"])
    strange = api(county).post(BASE, given | {"color": "red"})
    assert (strange.status_code, list(strange.json()["fields"])) == (422, ["color"])
    made = api(county).post(BASE, given).json()
    cancelled = api(county).post(f"{BASE}{made['id']}/cancel/", {})
    assert (cancelled.status_code, cancelled.json()["code"]) == (409, "guard:reason")
    nobody = api(county).post(f"{BASE}{made['id']}/object/", {"item": 1, "text": "x"})
    assert (nobody.status_code, list(nobody.json()["fields"])) == (422, ["item"])
