"""Filing on one page, photos one by one and many at once, and how a village stands."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from grants.models import Claim, Household
from grants.services.targets import projects
from tests.cast import person
from tests.factories import OrganisationFactory
from tests.grants.claim_story import Story, a_claim, a_household, a_village, photo
from tests.grants.numbers import next_id

pytestmark = pytest.mark.django_db
HOME = ("371502000000", "371502003000", "371502003010")


def sent(**more):
    """Return what the form of a household with its conversion is sent."""
    return {
        "name": "孙秀英", "id_number": next_id(), "village": HOME, "account_number": "3700012345",
        "technology": "coal_to_gas", "heat_pump": "none", "device_serial": "G-1",
        "completed_on": "2018-05-16", "payee": "head", "photo_after": photo(), "valid_from": "",
    } | more  # fmt: skip


def test_one_form_files_household_claim_and_photo(village, signed_in):
    a_village()
    page = signed_in(village)
    url = reverse("grants:claim_create")
    assert 'capture="environment"' in page.get(url).content.decode()
    assert page.post(url, sent()).status_code == 302
    claim = Claim.objects.get()
    assert (claim.name, claim.filed_by, claim.programme_year) == ("孙秀英", village, 2018)
    assert Story().submit(claim).state == "township_review"


def test_nothing_is_filed_by_halves(village, signed_in):
    a_village()
    answer = signed_in(village).post(
        reverse("grants:claim_create"), sent(completed_on="2099-01-01")
    )
    assert answer.status_code == 422
    assert answer.context["form"].has_error("completed_on")
    assert not Household.objects.exists()


def test_a_household_on_file_gets_its_claim(village, signed_in):
    household = a_household()
    panel = signed_in(village).get(reverse("grants:household_claims", args=[household.pk]))
    url = reverse("grants:household_file_claim", args=[household.pk])
    assert url in panel.content.decode()
    given = {"technology": "coal_to_gas", "heat_pump": "none", "completed_on": "2018-05-16"}
    assert signed_in(village).post(url, given).status_code == 302
    assert household.claims.get().state == "draft"


def named(serial, number=""):
    picture = photo()
    return SimpleUploadedFile(f"{serial}{number}.png", picture.read(), content_type="image/png")


def test_photos_find_their_claim_by_the_device_number(village, signed_in):
    claim, other = a_claim(), a_claim(actor=person("clerk"), device_serial="TWICE")
    a_claim(actor=person("clerk"), device_serial="TWICE")
    elsewhere = a_claim(
        a_household(a_village(a_village("371526001001").code)), actor=person("clerk")
    )
    files = [
        named(claim.device_serial, "_1"), named("TWICE"), named(elsewhere.device_serial),
        named("nothing"),
    ]  # fmt: skip
    answer = signed_in(village).post(
        reverse("grants:claim_photos"), {"kind": "photo_before", "photos": files}
    )
    filed = answer.context["filed"]
    assert [one.claim for one in filed] == [claim, None, None, None]
    codes = [one.refusal.code.value for one in filed[1:]]
    assert codes == ["serial_twice", "serial_unknown", "serial_unknown"]
    assert other.name


def test_a_printed_code_leads_to_the_household_s_own_page(village, outsider, signed_in):
    claim = a_claim()
    sheet = signed_in(village).get(reverse("grants:claim_codes")).content.decode()
    assert sheet.count("data:image/svg+xml") == 1
    url = reverse("grants:claim_photo", args=[claim.pk])
    assert (
        signed_in(village).post(url, {"kind": "photo_before", "photo": photo()}).status_code == 302
    )
    assert signed_in(outsider).get(url).status_code == 404


def test_every_household_of_a_village_is_a_row_in_its_colour(village, signed_in):
    story, place = Story(), a_village()
    a_household(place, name="未报")
    story.tell("returned")
    story.tell("county_review")
    url = reverse("grants:village_detail", args=[place.pk])
    page = signed_in(village).get(url)
    rows = {row.status: row for row, _label in page.context["rows"]}
    assert set(rows) == {"none", "returned", "county_review"}
    assert rows["returned"].why == "the photo is blurred"
    assert str(rows["county_review"].holder)
    text = page.content.decode()
    assert 'data-status="returned"' in text
    assert "未报" in signed_in(village).get(f"{url}?print=1").content.decode()


def test_villages_of_a_project_that_have_filed_nothing(county, outsider, signed_in):
    place = a_village()
    projects.register(
        actor=person("clerk"), name="一标段", village=place, programme_year=2018,
        technology="coal_to_gas", contractor=OrganisationFactory(),
    )  # fmt: skip
    url = f"{reverse('grants:village_silent')}?year=2018"
    assert list(signed_in(county).get(url).context["villages"]) == [place]
    assert list(signed_in(outsider).get(url).context["villages"]) == []
    a_claim()
    assert list(signed_in(county).get(url).context["villages"]) == []
    overview = signed_in(county).get(f"{reverse('grants:village_list')}?year=2018")
    assert [row["drafts"] for row in overview.context["rows"]] == [1]


def test_who_works_in_one_place_need_not_choose_it(village, town, county, clerk, signed_in):
    place = a_village()
    url = reverse("grants:claim_create")

    def chosen(user):
        steps = signed_in(user).get(url).context["form"]["village"].subwidgets[0].data["steps"]
        return [step["chosen"] for step in steps]

    assert chosen(village) == [place.parent.parent.code, place.parent.code, place.code]
    assert chosen(town) == [place.parent.parent.code, place.parent.code, ""]
    assert chosen(clerk) == ["", "", ""]


def test_the_register_is_imported_from_the_list_of_claims(village, county, signed_in):
    url = reverse("grants:claim_list")
    door = f"{reverse('exchange:import_create')}?kind=claims"
    assert f'href="{door}"' in signed_in(village).get(url).text
    assert door not in signed_in(county).get(url).text
    assert signed_in(village).get(door).context["form"]["kind"].value() == "claims"
