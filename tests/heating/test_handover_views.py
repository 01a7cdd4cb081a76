"""The pages of handovers: list, one handover, its verbs by plain POST, funnel, sheet, my work."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bureau.core import clock
from bureau.records.models import Attachment
from heating.models import Handover
from heating.rules.handover import PATH
from tests.heating.handover_story import IN_GAOTANG, NUMBER, Story, a_station, paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(db):
    return Story.of_the_cast()


def address(handover, page="detail", *more):
    return reverse(f"heating:handover_{page}", args=[handover.pk, *more])


def verb(handover, word):
    return address(handover, "verb", word)


ALL_STATES = [*PATH, "returned", "suspended", "cancelled"]


@pytest.mark.parametrize("state", ALL_STATES)
def test_the_page_of_every_state(story, signed_in, state):
    handover = story.tell(a_station(), until=state)
    for user in (story.clerk, story.chief, story.company):
        response = signed_in(user).get(address(handover))
        assert response.status_code == 200
        assert f'data-status="{state}"' in response.text
    assert ('id="step"' in response.text) == (state not in ("archived", "cancelled"))


@pytest.mark.parametrize("state", ["registered", "accepted", "cancelled"])
def test_the_sheet_of_a_handover(story, signed_in, state):
    handover = story.tell(a_station(), until=state)
    text = signed_in(story.clerk).get(address(handover, "sheet")).text
    assert handover.number in text
    assert story.clerk.display_name in text
    assert text.count("<script") == text.count("js/print") == 1
    assert "style=" not in text


def test_list_filters(story, signed_in):
    here = story.tell(a_station("古楼站"), until="noticed")
    there = story.tell(a_station("湖滨站"), until="registered")
    client = signed_in(story.clerk)

    def numbers(**query):
        text = client.get(reverse("heating:handover_list"), query).text
        return {one.number for one in (here, there) if f">{one.number}<" in text}

    assert numbers() == {here.number, there.number}
    assert numbers(q="古楼") == {here.number}
    assert numbers(q=there.number) == {there.number}
    assert numbers(state="noticed") == {here.number}
    assert numbers(holder="clerk") == {there.number}
    assert numbers(mine="on") == {there.number}
    assert numbers(overdue="on") == set()
    assert numbers(station=here.station_id) == {here.number}
    assert numbers(company=here.station.heating_company_id) == {here.number, there.number}
    Handover.objects.filter(pk=here.pk).update(step_due_on=clock.today() - timedelta(days=1))
    assert numbers(overdue="on") == {here.number}


def test_the_list_costs_the_same_at_any_length(story, signed_in, django_assert_max_num_queries):
    client = signed_in(story.clerk)
    story.tell(a_station("0号站"), until="registered")
    client.get(reverse("heating:handover_list"))
    with django_assert_max_num_queries(8) as one:
        client.get(reverse("heating:handover_list"))
    for number in range(1, 12):
        story.tell(a_station(f"{number}号站"), until="registered")
    with django_assert_max_num_queries(8) as many:
        client.get(reverse("heating:handover_list"))
    assert len(one.captured_queries) == len(many.captured_queries)


def test_register_by_two_characters(story, signed_in):
    station = a_station("古楼换热站")
    a_station("古楼直管站", mode="company_run", manager=None)
    client = signed_in(story.clerk)
    create = reverse("heating:handover_create")
    found = client.get(create, {"q": "古楼"}).text
    assert f"?station={station.pk}" in found
    assert "古楼直管站" not in found
    assert client.get(create, {"station": station.pk}).status_code == 200
    response = client.post(create, {"station": station.pk, "note": ""})
    handover = Handover.objects.get()
    assert response.url == handover.get_absolute_url()
    assert client.post(create, {"station": station.pk}).status_code == 409


def test_the_whole_path_by_plain_posts(story, signed_in):
    """Clerk, inspector, chief and company take one station from registered to archived."""
    clerk, inspector = signed_in(story.clerk), signed_in(story.inspector)
    chief, company = signed_in(story.chief), signed_in(story.company)
    handover = story.tell(a_station(), until="registered")
    today = clock.today().isoformat()
    later = (clock.today() + timedelta(days=20)).isoformat()

    def post(client, word, **data):
        page = client.get(address(handover)).text
        assert f'action="{verb(handover, word)}"' in page
        response = client.post(verb(handover, word), data)
        assert response.status_code == 302, response.text
        handover.refresh_from_db()

    post(clerk, "issue-notice", document_number=NUMBER, demand="x", due_date=later)
    post(
        inspector,
        "record-survey",
        surveyed_on=today,
        equipment="2 exchangers",
        blocking_defects="leak\n",
        other_defects="paint\n door ",
        debts="none",
        meters="1",
    )
    assert handover.defects.count() == 3
    post(clerk, "agree-plan", total="100.00", share_owners="50.00", share_manager="50.00")
    post(
        clerk,
        "record-consent",
        basis="assembly",
        consented_on=today,
        heads_total=3,
        heads_took_part=2,
        heads_agreed=2,
        area_total="300.00",
        area_took_part="200.00",
        area_agreed="100.01",
        paper=paper(),
    )
    post(
        chief,
        "sign",
        signed_on=today,
        signatory_manager="a",
        signatory_company="b",
        signatory_bureau="c",
        paper=paper(),
    )
    leak = handover.defects.get(description="leak")
    closing = address(handover, "close_defect", leak.pk)
    assert inspector.post(closing, {"note": "new pipe"}).status_code == 302
    record = {"pressure_tested_on": today, "keys_received": "on", "drawings_received": "on"}
    post(company, "accept", defects_listed="on", **record)
    assert handover.state == "signed"
    post(clerk, "accept")
    post(chief, "connect", effective_date=today)
    missing = clerk.post(verb(handover, "archive"))
    assert missing.status_code == 409
    assert 'data-code="guard:papers_missing"' in missing.text
    for kind in ("notice", "pressure_test", "drawings", "keys_list", "acceptance"):
        filed = clerk.post(address(handover, "paper"), {"kind": kind, "upload": paper()})
        assert filed.status_code == 302
    post(clerk, "archive")
    assert handover.state == "archived"
    text = clerk.get(handover.station.get_absolute_url() + "management/").text
    assert 'data-mode="third_party_run"' in text
    assert 'data-mode="company_run"' in text


def test_a_refusal_stands_on_the_page_with_what_was_typed(story, signed_in):
    handover = story.tell(a_station(), until="surveyed")
    data = {"total": "100.00", "share_owners": "33.33", "share_manager": "66.66"}
    response = signed_in(story.clerk).post(verb(handover, "agree-plan"), data)
    assert response.status_code == 409
    assert 'data-code="guard:cost_shares"' in response.text
    assert "99.99" in response.text
    assert 'value="66.66"' in response.text
    handover.refresh_from_db()
    assert handover.state == "surveyed"


def test_mistakes_in_fields_are_422(story, signed_in):
    handover = story.tell(a_station(), until="registered")
    data = {"document_number": "", "demand": "x", "due_date": "soon"}
    response = signed_in(story.clerk).post(verb(handover, "issue-notice"), data)
    assert response.status_code == 422


def test_a_form_drawn_before_somebody_elses_change_is_a_conflict(story, signed_in):
    handover = story.tell(a_station(), until="surveyed")
    data = {"total": "1.00", "share_owners": "100", "version": handover.version - 1}
    response = signed_in(story.clerk).post(verb(handover, "agree-plan"), data)
    assert response.status_code == 409
    assert 'data-code="conflict"' in response.text


def test_a_verb_outside_the_table(story, signed_in):
    handover = story.tell(a_station(), until="registered")
    client = signed_in(story.clerk)
    assert client.post(verb(handover, "explode")).status_code == 404
    assert client.get(verb(handover, "archive")).status_code == 405
    response = client.post(verb(handover, "archive"))
    assert 'data-code="not_allowed_from_state"' in response.text


def test_without_the_permission_the_step_says_whom_it_waits_for(story, signed_in, county):
    handover = story.tell(a_station(), until="registered")
    client = signed_in(county)
    text = client.get(address(handover)).text
    assert 'id="why-step"' in text
    assert verb(handover, "issue-notice") not in text
    assert client.post(verb(handover, "issue-notice")).status_code == 403


def test_an_outsider_sees_nothing_of_it(story, signed_in, outsider):
    handover = story.tell(a_station(), until="consented")
    file = Attachment.objects.of(handover).get()
    client = signed_in(outsider)
    for page in ("detail", "sheet"):
        assert client.get(address(handover, page)).status_code == 404
    for word in ("issue-notice", "sign", "accept", "archive", "cancel"):
        assert client.post(verb(handover, word)).status_code == 404
    assert client.post(address(handover, "paper"), {"kind": "other"}).status_code == 404
    assert client.post(address(handover, "defect"), {}).status_code == 404
    assert client.get(reverse("desk:file", args=[file.pk])).status_code == 404
    assert handover.number not in client.get(reverse("heating:handover_list")).text
    funnel = client.get(reverse("heating:handover_funnel")).text
    assert 'data-state="consented" data-count="0"' in funnel
    panel = reverse("heating:substation_handovers", args=[handover.station_id])
    assert client.get(panel).status_code == 404


def test_the_outsider_sees_his_own_county(story, signed_in, outsider):
    handover = story.tell(a_station(code=IN_GAOTANG), until="registered")
    assert signed_in(outsider).get(address(handover)).status_code == 200


def test_the_property_company_sees_what_it_ran(story, signed_in, property):
    handover = story.tell(a_station(), until="connected")
    assert signed_in(property).get(address(handover)).status_code == 200


def test_what_was_before_a_return_is_marked(story, signed_in):
    handover = story.tell(a_station(), until="returned")
    text = signed_in(story.clerk).get(address(handover)).text
    assert 'data-standing="no"' in text
    sheet = signed_in(story.clerk).get(address(handover, "sheet")).text
    assert "¥10,000.00" not in sheet
    again = story.plan(story.survey(handover))
    assert 'data-standing="no"' not in signed_in(story.clerk).get(address(again)).text


def test_a_station_without_a_heating_company_says_so_before_acceptance(story, signed_in):
    handover = story.tell(a_station(heating_company=None), until="signed")
    text = signed_in(story.clerk).get(address(handover)).text
    assert 'id="why-step"' in text


def test_the_funnel_counts_and_links(story, signed_in):
    story.tell(a_station("1号站"), until="noticed")
    story.tell(a_station("2号站"), until="planned")
    story.tell(a_station("3号站"), until="cancelled")
    text = signed_in(story.chief).get(reverse("heating:handover_funnel")).text
    assert 'data-state="noticed" data-count="1"' in text
    assert f"{reverse('heating:handover_list')}?state=planned" in text
    assert '<progress max="3" value="2"' in text


def waiting(client):
    text = client.get("/").text
    return {h.number for h in Handover.objects.all() if h.number in text}


def test_my_work(story, signed_in, county):
    by_state = {
        state: story.tell(a_station(f"{state}站"), until=state).number
        for state in ("registered", "noticed", "consented", "signed", "accepted", "returned")
    }

    def expect(user, *states):
        assert waiting(signed_in(user)) == {by_state[state] for state in states}

    expect(story.clerk, "registered")
    expect(story.inspector, "noticed", "returned")
    expect(story.chief, "consented", "accepted")
    expect(story.company, "signed")
    expect(county)
    signed = story.mend(Handover.objects.get(number=by_state["signed"]))
    story.accept_for_company(signed)
    expect(story.company)
    expect(story.clerk, "registered", "signed")


def test_my_work_puts_the_overdue_first(story, signed_in):
    late = story.tell(a_station("迟站"), until="registered")
    story.tell(a_station("准站"), until="registered")
    Handover.objects.filter(pk=late.pk).update(step_due_on=clock.today() - timedelta(days=3))
    text = signed_in(story.clerk).get("/").text
    pile = text.split('data-pile="overdue"')[1].split("</section>")[0]
    assert late.number in pile
