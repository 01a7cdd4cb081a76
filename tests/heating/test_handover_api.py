"""Handovers through the REST interface: scope, permission, fields, refusals, every verb."""

from datetime import timedelta

import pytest

from bureau.core import clock
from heating.models import Handover
from heating.rules.handover import REQUIRED_PAPERS, WORKFLOW
from tests.heating.handover_story import IN_GAOTANG, NUMBER, Story, a_station, paper

pytestmark = pytest.mark.django_db

BASE = "/api/v1/handovers/"


@pytest.fixture
def story(db):
    return Story.of_the_cast()


def url(handover, *words):
    return "/".join([f"{BASE}{handover.pk}", *words, ""])


def send(client, handover, kind):
    return client.post(url(handover, "papers"), {"kind": kind, "file": paper()}, format="multipart")


def test_the_whole_path(story, api):
    clerk, inspector, chief, company = (
        api(user) for user in (story.clerk, story.inspector, story.chief, story.company)
    )
    today = clock.today().isoformat()
    later = (clock.today() + timedelta(days=20)).isoformat()
    made = clerk.post(BASE, {"station": a_station().pk})
    assert made.status_code == 201
    handover = Handover.objects.get(pk=made.json()["id"])

    def post(client, word, **body):
        response = client.post(url(handover, word), body)
        assert response.status_code == 200, response.content
        return response.json()

    post(clerk, "issue-notice", document_number=NUMBER, demand="x", due_date=later)
    shown = post(
        inspector,
        "record-survey",
        surveyed_on=today,
        equipment="pumps",
        debts="none",
        meters="1",
        defects=[{"description": "leak", "blocking": True}, {"description": "paint"}],
    )
    leak = shown["defects"][0]["id"]
    shares = [{"party": "owners", "percent": "33.33"}, {"party": "manager", "percent": "66.67"}]
    shown = post(clerk, "agree-plan", total="100.01", shares=shares)
    assert [one["amount"] for one in shown["shares"]] == ["33.33", "66.68"]
    assert send(clerk, handover, "consent").status_code == 201
    votes = {
        f"{noun}_{which}": figure
        for noun, figures in (("heads", (3, 2, 2)), ("area", ("300.00", "200.00", "100.01")))
        for which, figure in zip(("total", "took_part", "agreed"), figures, strict=True)
    }
    post(clerk, "record-consent", basis="assembly", consented_on=today, **votes)
    assert send(chief, handover, "agreement").status_code == 201
    who = dict.fromkeys(("signatory_manager", "signatory_company", "signatory_bureau"), "x")
    post(chief, "sign", signed_on=today, **who)
    post(inspector, "close-defect", defect=leak)
    record = {"pressure_tested_on": today, "keys_received": True, "drawings_received": True}
    shown = post(company, "accept", defects_listed=True, **record)
    assert (shown["state"], shown["holder"]) == ("signed", "clerk")
    shown = post(clerk, "accept")
    assert (shown["state"], shown["open_defects"]) == ("accepted", ["2 paint"])
    assert [one["live"] for one in shown["signatures"]] == [True, True]
    post(chief, "connect", effective_date=today)
    for kind in REQUIRED_PAPERS:
        send(clerk, handover, kind)
    shown = post(clerk, "archive")
    assert (shown["state"], shown["step"], shown["verbs"]) == ("archived", None, [])
    listed = clerk.get(url(handover, "papers")).json()
    assert {one["kind"] for one in listed} == set(REQUIRED_PAPERS)


def test_detours(story, api):
    chief = api(story.chief)
    handover = story.tell(a_station(), until="planned")
    review = (clock.today() + timedelta(days=9)).isoformat()
    shown = chief.post(url(handover, "suspend"), {"note": "x", "review_date": review}).json()
    assert (shown["state"], shown["state_before"]) == ("suspended", "planned")
    assert chief.post(url(handover, "resume"), {}).json()["state"] == "planned"
    assert chief.post(url(handover, "send-back"), {"note": "x"}).json()["state"] == "returned"
    assert chief.post(url(handover, "cancel"), {"note": "x"}).json()["state"] == "cancelled"


def test_refusals_are_409_problem_documents(story, api):
    handover = story.tell(a_station(), until="surveyed")
    shares = [{"party": "owners", "percent": "99.99"}]
    response = api(story.clerk).post(
        url(handover, "agree-plan"), {"total": "1.00", "shares": shares}
    )
    assert response.status_code == 409
    problem = response.json()
    assert problem["code"] == "guard:cost_shares"
    assert {"type", "title", "code", "detail"} <= set(problem)
    early = api(story.clerk).post(url(handover, "archive"), {})
    assert (early.status_code, early.json()["code"]) == (409, "not_allowed_from_state")
    silent = api(story.chief).post(url(handover, "send-back"), {})
    assert (silent.status_code, silent.json()["code"]) == (409, "guard:reason")
    stale = {"note": "x", "version": handover.version - 1}
    late = api(story.chief).post(url(handover, "send-back"), stale)
    assert (late.status_code, late.json()["code"]) == (409, "conflict")


def test_mistakes_are_422_by_field(story, api):
    handover = story.tell(a_station(), until="registered")
    response = api(story.clerk).post(url(handover, "issue-notice"), {"due_date": "soon", "x": 1})
    assert response.status_code == 422
    assert {"document_number", "demand", "due_date", "x"} >= set(response.json()["fields"])
    bare = api(story.clerk).post(url(handover, "papers"), {"kind": "x"}, format="multipart")
    assert bare.status_code == 422


def test_hostile_papers_are_refused(story, api):
    handover = story.tell(a_station(), until="registered")
    page = paper("notice.pdf")
    page.file.write(b"<html><script>")
    page.file.seek(0)
    body = {"kind": "notice", "file": page}
    response = api(story.clerk).post(url(handover, "papers"), body, format="multipart")
    assert response.status_code == 409


@pytest.mark.parametrize("verb", [line.verb for line in WORKFLOW if line.sources])
def test_scope_before_permission_before_everything(story, api, outsider, county, verb):
    handover = story.tell(a_station(), until="registered")
    word = verb.replace("_", "-")
    assert api().post(url(handover, word), {}).status_code == 401
    assert api(outsider).post(url(handover, word), {}).status_code == 404
    assert api(county).post(url(handover, word), {}).status_code == 403
    assert api(story.clerk).get(url(handover, word)).status_code == 405


def test_outsiders_find_nothing(story, api, outsider):
    handover = story.tell(a_station(), until="consented")
    own = story.tell(a_station("高唐站", code=IN_GAOTANG), until="registered")
    client = api(outsider)
    for words in ((), ("papers",)):
        assert client.get(url(handover, *words)).status_code == 404
    sent = client.post(url(handover, "papers"), {"kind": "other"}, format="multipart")
    assert sent.status_code == 404
    assert [one["id"] for one in client.get(BASE).json()["results"]] == [own.pk]


def test_a_station_elsewhere_cannot_be_named(story, api):
    from bureau.people.services import grant_posting
    from bureau.places.models import Division
    from tests.factories import UserFactory

    local = UserFactory()
    gaotang = Division.objects.get(code="371526000000")
    grant_posting(local, "bureau_clerk", actor=None, valid_from=clock.today(), division=gaotang)
    station = a_station()
    response = api(local).post(BASE, {"station": station.pk})
    assert response.status_code == 422
    assert set(response.json()["fields"]) == {"station"}
    assert not Handover.objects.exists()
    assert api(story.inspector).post(BASE, {"station": station.pk}).status_code == 403


def test_a_second_open_handover_is_refused(story, api):
    station = a_station()
    story.tell(station, until="registered")
    response = api(story.clerk).post(BASE, {"station": station.pk})
    assert (response.status_code, response.json()["code"]) == (409, "guard:open_handover")


def test_the_list_filters_and_pages(story, api, django_assert_max_num_queries):
    client = api(story.clerk)
    for number in range(4):
        story.tell(a_station(f"{number}号站"), until="registered" if number else "noticed")
    body = client.get(BASE, {"size": 2}).json()
    assert len(body["results"]) == 2
    assert body["previous"] is None
    assert len(client.get(body["next"]).json()["results"]) == 2
    assert len(client.get(BASE, {"state": "noticed"}).json()["results"]) == 1
    assert client.get(BASE, {"state": "nonsense"}).status_code == 422
    with django_assert_max_num_queries(10):
        client.get(BASE)
