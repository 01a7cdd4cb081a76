"""Pickers and histories of fields: within scope, by id, and by a name typed without scripts."""

import pytest

from bureau.desk.models import SavedView
from bureau.desk.pickers import ORGANISATIONS
from bureau.people.services import organisations
from heating.forms.registry import HeatSourceForm, StationForm
from tests.factories import OrganisationFactory, UserFactory
from tests.heating.factories import GAOTANG_COMMUNITY, EstateFactory, SubstationFactory

pytestmark = pytest.mark.django_db


def named(name):
    return OrganisationFactory(name=name, bigrams=[name[i : i + 2] for i in range(len(name) - 1)])


def chosen(user, **sent):
    form = HeatSourceForm(sent, user=user)
    form.is_valid()
    return form.cleaned_data.get("organisation"), form.errors.as_data().get("organisation")


def test_a_typed_name_is_taken_when_it_fits_one_row_alone(clerk):
    first, _second = named("水城热力"), named("水城供热")
    assert chosen(clerk, organisation_search="水城热力")[0] == first
    assert chosen(clerk, organisation=str(first.pk))[0] == first
    assert chosen(clerk, organisation_search="水城")[1][0].code == "several"
    assert chosen(clerk, organisation_search="没有")[1][0].code == "none"
    drawn_again = {"organisation_search": "水城", "organisation_asked": "水城"}
    assert chosen(clerk, organisation="?", **drawn_again)[1][0].code == "several"
    assert chosen(clerk, organisation=str(first.pk), **drawn_again)[0] == first
    assert chosen(clerk, organisation="", **drawn_again) == (None, None)
    assert chosen(clerk, organisation="999999")[1][0].code == "invalid_choice"


def test_a_field_tells_all_its_values(clerk, clerk2, signed_in):
    company = OrganisationFactory(hotline="1")
    organisations.edit(company, {"hotline": "2"}, actor=clerk2, version=company.version)
    page = signed_in(clerk).get(f"{company.get_absolute_url()}history/", {"field": "hotline"})
    told = page.context["story"].values
    assert [(one.before, one.text, one.entry.actor) for one in told] == [("1", "2", clerk2)]
    wrong = signed_in(clerk).get(f"{company.get_absolute_url()}history/", {"field": "nothing"})
    assert wrong.status_code == 404


def test_the_estate_of_ones_own_community_is_meant(clerk):
    here, there = (
        EstateFactory(name="同名小区"),
        EstateFactory(name="同名小区", place=GAOTANG_COMMUNITY),
    )
    form = StationForm(
        {"community": here.community.code, "main_estate_search": "同名小区"}, user=clerk
    )
    form.is_valid()
    assert form.cleaned_data["main_estate"] == here
    assert there.community != here.community
    unclear = StationForm({"main_estate_search": "同名小区"}, user=clerk)
    assert unclear.errors.as_data()["main_estate"][0].code == "several"
    assert str(there.community.name) in str(unclear["main_estate"])


def test_an_exact_name_comes_first_however_many_hold_it(clerk):
    for number in range(25):
        named(f"阿{number:02d}水城热力")
    exact = named("水城热力")
    found = ORGANISATIONS.found(clerk, "水城热力")
    assert (found[0], len(found)) == (exact, 20)


def test_people_of_one_name_are_told_apart_by_their_user_names(security, signed_in):
    people = [UserFactory(display_name="王同名", username=name) for name in ("wang1", "wang2")]
    hits = signed_in(security).get("/pick/user/", {"q": "同名"}).json()["hits"]
    assert {(hit["id"], hit["place"]) for hit in hits} == {(one.pk, one.username) for one in people}
    page = signed_in(security).post("/postings/new/", {"user_search": "王同名"})
    assert page.context["form"].errors.as_data()["user"][0].code == "several"
    assert "wang2" in str(page.context["form"]["user"])


def test_what_lies_outside_the_scope_is_neither_found_nor_taken(county, outsider, signed_in):
    estate = EstateFactory(name="北苑小区")
    ask = {"q": "北苑"}
    assert [hit["id"] for hit in signed_in(county).get("/pick/estate/", ask).json()["hits"]] == [
        estate.pk
    ]
    assert signed_in(outsider).get("/pick/estate/", ask).json()["hits"] == []
    form = StationForm({"main_estate": str(estate.pk)}, user=outsider)
    assert form.errors.as_data()["main_estate"][0].code == "invalid_choice"
    assert estate.name not in str(form["main_estate"])


# --- Filters that search ------------------------------------------------------------------------
STATIONS = "/heating/substations/"


def shown(client, **words):
    page = client.get(STATIONS, words)
    chips = {chip.name: chip.text for chip in page.context["filters"].chips}
    return page, {row.pk for row in page.context["page"].rows}, chips


def test_a_list_is_narrowed_by_a_typed_name_and_keeps_the_id(clerk, signed_in):
    """Without scripts a name is typed; links, views and exports carry the id alone."""
    mine, other = named("水城热力"), named("水城供热")
    station, another = (SubstationFactory(heating_company=one) for one in (mine, other))
    desk = signed_in(clerk)
    page, rows, chips = shown(desk, company_search="水城热力", company_asked="", company="")
    assert (rows, chips) == ({station.pk}, {"company": "水城热力"})
    assert f'href="?company={mine.pk}&amp;format=csv"' in page.content.decode()
    part = desk.get(STATIONS, {"company_search": "水城热力"}, HTTP_HX_REQUEST="true")
    assert part["HX-Push-Url"] == f"{STATIONS}?company={mine.pk}"
    address = f"{STATIONS}?company_search=水城热力"
    desk.post("/lists/views/save/", {"next": address, "name": "水城"})
    assert SavedView.objects.get().query == f"company={mine.pk}"
    assert shown(desk, company=mine.pk)[1:] == ({station.pk}, {"company": "水城热力"})
    emptied = shown(desk, company=mine.pk, company_search="", company_asked="水城热力")
    assert emptied[1:] == ({station.pk, another.pk}, {})


def test_a_name_of_several_is_asked_back_in_the_filters(clerk, signed_in):
    mine = named("水城热力")
    named("水城供热")
    desk = signed_in(clerk)
    page, rows, _chips = shown(desk, company_search="水城")
    assert not rows
    assert page.context["panel_open"]
    assert f'<option value="{mine.pk}">' in page.content.decode()
    assert shown(desk, company_search="\0没有")[0].context["problems"]
    chosen = {"company": mine.pk, "company_search": "水城", "company_asked": "水城"}
    assert shown(desk, **chosen)[2] == {"company": "水城热力"}


def test_a_list_is_narrowed_by_a_company_that_was_put_away(clerk, signed_in):
    company = named("水城热力")
    station = SubstationFactory(heating_company=company)
    organisations.archive(company, actor=clerk)
    assert shown(signed_in(clerk), company_search="水城热力")[1] == {station.pk}


def test_the_panel_of_filters_lists_no_names(clerk, signed_in, django_assert_max_num_queries):
    companies = [named(f"水城{number}热力") for number in range(30)]
    desk = signed_in(clerk)
    desk.get(STATIONS)
    with django_assert_max_num_queries(8):
        panel = desk.get(STATIONS, {"part": "filters"}, HTTP_HX_REQUEST="true").content.decode()
    assert not [one for one in companies if one.name in panel]
    assert panel.count("data-picker=") == 3


def test_a_deputy_is_a_colleague(chief, clerk, outsider, signed_in):
    desk = signed_in(chief)
    hits = desk.get("/pick/deputy/", {"q": clerk.display_name}).json()["hits"]
    assert clerk.pk in {hit["id"] for hit in hits}
    assert desk.get("/pick/deputy/", {"q": outsider.display_name}).json()["hits"] == []
    sent = {"deputy": outsider.pk, "valid_from": "2026-11-22", "reason": "出差"}
    form = desk.post("/delegations/new/", sent).context["form"]
    assert form.errors.as_data()["deputy"][0].code == "invalid_choice"


def test_an_unknown_picker_is_nowhere_and_needs_the_permission(clerk, nobody, signed_in):
    assert signed_in(clerk).get("/pick/nothing/", {"q": "水城"}).status_code == 404
    assert signed_in(nobody).get("/pick/estate/", {"q": "水城"}).status_code == 403
    assert signed_in(clerk).get("/pick/estate/", {"q": "\x00水\ud7ff%'"}).status_code == 200


def test_a_page_names_what_it_misses_and_where_to_fill_it_in(clerk, county, signed_in):
    company = OrganisationFactory(hotline="0635-1234567")
    page = signed_in(clerk).get(company.get_absolute_url())
    asked = dict(page.context["missing"])
    assert sorted(address.partition("#")[2] for address in asked.values()) == [
        "id_contact_name", "id_contact_phone",
    ]  # fmt: skip
    read = dict(signed_in(county).get(company.get_absolute_url()).context["missing"])
    assert set(read) == set(asked)
    assert not any(read.values())
