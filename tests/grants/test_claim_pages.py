"""The pages of claims: what the list offers, what the page of one shows and refuses."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bureau.core import clock
from bureau.desk import work
from bureau.desk.models import BulkRun
from bureau.jobs import services as jobs
from bureau.places.models import Division
from bureau.places.services import edit_division
from grants.models import AcceptanceSheet, Claim, ReinspectionDraw
from grants.services.claim_corrections import correct_claim
from grants.services.duplicates import open_cases
from tests.cast import person
from tests.grants.claim_rows import write_claims
from tests.grants.claim_story import Story, a_claim, a_village, photo
from tests.grants.numbers import next_id
from tests.suites.ground import queries_of, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return Story()


def test_the_village_submits_and_the_town_passes_on_the_page(story, village, town, signed_in):
    claim = a_claim()
    page = signed_in(village).get(claim.get_absolute_url())
    assert page.context["step"].verb == "submit"
    sent = {"version": claim.version}
    url = reverse("grants:claim_verb", args=[claim.pk, "submit"])
    assert signed_in(village).post(url, sent).status_code == 302
    claim.refresh_from_db()
    assert claim.state == "township_review"
    seen = signed_in(village).get(claim.get_absolute_url()).content.decode()
    assert 'data-verb="pass_township"' in seen
    again = signed_in(village).post(url, sent)
    assert again.status_code == 409
    assert again.context["refusal_code"] == "conflict"


def test_the_step_says_why_it_cannot_be_taken(story, town, signed_in):
    claim = story.do("submit", a_claim(actor=town), "town")
    step = signed_in(town).get(claim.get_absolute_url()).context["step"]
    assert step.form is None
    assert str(town) in step.reason


def test_the_team_records_the_device_with_its_photo(story, town_team, signed_in):
    claim = story.tell("inspection")
    url = reverse("grants:claim_verb", args=[claim.pk, "pass-inspection"])
    sent = {
        "version": claim.version, "device_serial": claim.device_serial, "stove_removed": "on",
        "signer": "head", "photo": photo(),
    }  # fmt: skip
    assert signed_in(town_team).post(url, sent).status_code == 302
    line = claim.acceptances.get()
    assert (line.passed, line.sheet.recorded_by) == (True, town_team)
    assert "acceptance" in signed_in(town_team).get(claim.get_absolute_url()).content.decode()


def test_a_correction_leaves_what_is_material_alone(story, town, signed_in):
    claim = story.tell("county_review")
    page = signed_in(town)
    url = reverse("grants:claim_edit", args=[claim.pk])
    form = page.get(url).context["form"]
    assert form.fields["device_serial"].disabled
    assert not form.fields["device_brand"].disabled
    sent = {"version": claim.version, "device_brand": "海尔", "device_serial": "Z", "remarks": ""}
    assert page.post(url, sent).status_code == 302
    claim.refresh_from_db()
    assert (claim.device_brand, claim.device_serial != "Z") == ("海尔", True)


def test_thousands_go_on_at_once_with_a_result_for_each(village, signed_in):
    place = a_village()
    ids = write_claims(place, 30)
    Claim.objects.filter(pk=ids[3]).update(device_serial="")
    waiting = [one for one in work.items(village) if one.status == "draft"]
    assert [one.count for one in waiting] == [30]
    page = signed_in(village)
    look = page.get(waiting[0].action_url)
    assert look.context["number"] == 30
    look = page.post(waiting[0].action_url, {"note": ""})
    last = {"step": "write", "number": look.context["number"], "mark": look.context["mark"]}
    assert page.post(waiting[0].action_url, {"note": ""} | last).status_code == 302
    run = BulkRun.objects.latest("pk")
    assert jobs.run(run.job_id).state == "done"
    outcomes = dict(run.results.values_list("object_id", "outcome"))
    assert outcomes.pop(ids[3]) == "refused"
    assert set(outcomes.values()) == {"changed"}
    assert run.results.get(object_id=ids[3]).code == "guard:complete_file"
    assert Claim.objects.filter(state="township_review").count() == 29


def test_the_list_asks_as_much_for_a_hundred_as_for_sixty(county, signed_in):
    place = a_village()
    write_claims(place, 60)
    page = signed_in(county)
    few = queries_of(page, reverse("grants:claim_list"))
    write_claims(place, 90)
    assert queries_of(page, reverse("grants:claim_list")) == few
    recorded("grants:claim_list", few)


@pytest.mark.parametrize("noun", ["duplicatecase", "acceptancesheet", "reinspectiondraw"])
def test_the_lists_of_the_review_ask_as_much_for_many_as_for_a_few(noun, county, signed_in):
    page, url = signed_in(county), reverse(f"grants:{noun}_list")
    a_few_more(noun, 2)
    few = queries_of(page, url)
    a_few_more(noun, 10)
    assert queries_of(page, url) == few
    recorded(f"grants:{noun}_list", few)


def a_few_more(noun, number):
    """Leave what a review leaves behind in one village."""
    place, actor = a_village(), person("county")
    claims = Claim.objects.filter(pk__in=write_claims(place, 2 * number))
    for index in range(number):
        if noun == "acceptancesheet":
            day = clock.today() - timedelta(days=index)
            AcceptanceSheet.objects.create(village=place, accepted_on=day, recorded_by=actor)
        elif noun == "reinspectiondraw":
            ReinspectionDraw.objects.create(
                village=place, programme_year=2018, seed="x", population=1, drawn_by=actor,
                drawn_at=clock.now(),
            )  # fmt: skip
    if noun == "duplicatecase":
        pairs = zip(claims[:number], claims[number:], strict=True)
        for index, pair in enumerate(pairs):
            for claim in pair:
                claim.dwelling.gas_account = f"{claims[0].pk}-{index}"
                claim.dwelling.save()
        assert len(open_cases([claim.pk for claim in claims])) == number


def test_the_story_of_a_corrected_number_names_its_field_and_no_digit(village, signed_in):
    claim, number = a_claim(), next_id()
    typed = {"id_number": number, "phone": "13800004321", "card": "4111111111111111"}
    correct_claim(claim, typed, actor=village, version=None)
    page = signed_in(village).get(reverse("grants:claim_history", args=[claim.pk]))
    (lines,) = [
        {line.label: line.after for line in one.lines}
        for one in page.context["timeline"].happenings
        if one.entry.verb == "correct"
    ]
    changed = "已变更（不显示）"
    assert lines == {"身份证号": changed, "电话": changed, "银行卡": changed}
    text = page.content.decode()
    assert not any(part in text for part in (number[-4:], "4321", "1111", "id_number"))


def test_a_village_without_supply_is_held_back_and_shown_where_it_is_marked(village, signed_in):
    """A project is not asked for: whoever keeps the places says that gas and power are there."""
    claim, desk = a_claim(), signed_in(village)
    place = claim.village
    Division.objects.filter(pk=place.pk).update(power_ready=False)
    step = desk.get(claim.get_absolute_url()).context["step"]
    assert (step.form, step.way[1]) == (None, place)
    assert "局业务员" in step.reason
    page = desk.get(claim.get_absolute_url()).content.decode()
    assert f'href="{place.get_absolute_url()}"' in page.partition('id="why-step"')[2][:900]
    clerk = signed_in(person("clerk"))
    edit = reverse("desk:division_edit", args=[place.pk])
    form = clerk.get(edit).context["form"]
    assert not form["power_ready"].value()
    place.refresh_from_db()
    edit_division(place, actor=person("clerk"), version=place.version, power_ready=True)
    assert desk.get(claim.get_absolute_url()).context["step"].form is not None
