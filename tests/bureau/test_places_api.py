"""Managing areas, names of places and the work calendar, written by programs."""

from datetime import date

import pytest

from bureau.places.models import CalendarDay, CalendarYear, Division, DivisionAlias
from bureau.records.models import AuditEntry

pytestmark = pytest.mark.django_db

API = "/api/v1/"
YEARS, DAYS = f"{API}calendar-years/", f"{API}calendar-days/"
ANYWHERE = 2098


def town(name):
    return Division.objects.get(name=name, level=4)


def refused(answer):
    assert answer.status_code == 409, answer.json()
    return answer.json()["code"]


def wrong(answer):
    assert answer.status_code == 422, answer.json()
    return list(answer.json()["fields"])


@pytest.fixture
def area():
    return town("许营镇").managing_area


@pytest.fixture
def year():
    return CalendarYear.objects.create(year=ANYWHERE)


def day_of(year, day="2098-01-01", **more):
    return {"date": day, "year": year.pk, "kind": "holiday", "source": "国办发明电", **more}


# --- Managing areas --------------------------------------------------------------------------
def test_an_area_is_renamed_with_its_version(api, clerk, county, area):
    address = f"{API}managing-areas/{area.pk}/"
    desk, sent = api(clerk), {"full_name": "聊城高新区（试）", "version": area.version}
    assert api(county).patch(address, sent).status_code == 403
    assert wrong(desk.patch(address, {"full_name": "x"})) == ["version"]
    saved = desk.patch(address, sent).json()
    assert (saved["full_name"], saved["version"]) == ("聊城高新区（试）", area.version + 1)
    assert refused(desk.patch(address, sent)) == "stale"
    entry = AuditEntry.objects.about(area).first()
    assert (entry.verb, entry.source) == ("edit_managingarea", "api")
    assert [one["verb"] for one in desk.get(f"{address}history/").json()["results"]] == [entry.verb]


def test_the_seat_of_an_area_is_a_county_and_its_code_stays(api, clerk, area):
    address = f"{API}managing-areas/{area.pk}/"
    for field, value in (("seat", town("许营镇").pk), ("code", "other")):
        assert wrong(api(clerk).patch(address, {field: value, "version": area.version})) == [field]
    assert api(clerk).post(f"{API}managing-areas/", {}).status_code == 405


def test_an_area_takes_a_town_over_and_hands_it_back(api, clerk, county, area):
    place, address = town("沙镇镇"), f"{API}managing-areas/{area.pk}/"
    taken = {"town": place.pk, "since": "2026-01-01", "note": "依据来文"}
    desk = api(clerk)
    assert api(county).post(f"{address}take-over/", taken).status_code == 403
    shown = desk.post(f"{address}take-over/", taken).json()["towns"]
    assert (place.pk, None) in [(one["town"], one["valid_to"]) for one in shown]
    entry = AuditEntry.objects.about(place).first()
    assert (entry.verb, entry.note) == ("take_over_town", "依据来文")
    assert refused(desk.post(f"{address}take-over/", taken)) == "area_runs_it"
    village = place.children.first()
    assert refused(desk.post(f"{address}take-over/", taken | {"town": village.pk})) == "only_towns"
    for absent in (village.pk, town("堂邑镇").pk, 2**70):
        back = {"town": absent, "on": "2026-02-01"}
        assert wrong(desk.post(f"{address}hand-back/", back)) == ["town"]
    back = {"town": place.pk, "on": "2026-02-01"}
    shown = desk.post(f"{address}hand-back/", back).json()["towns"]
    assert (place.pk, "2026-02-01") in [(one["town"], one["valid_to"]) for one in shown]
    place.refresh_from_db()
    assert place.managing_area is None


def test_a_name_of_a_place_is_withdrawn_there_only(api, clerk, county):
    mine, other = (
        DivisionAlias.objects.create(alias="沙镇公社", division=town(name))
        for name in ("沙镇镇", "堂邑镇")
    )
    address = f"{API}divisions/{mine.division_id}/remove-alias/"
    assert api(county).post(address, {"alias": mine.pk}).status_code == 403
    assert wrong(api(clerk).post(address, {"alias": other.pk})) == ["alias"]
    assert api(clerk).post(address, {"alias": mine.pk, "note": "误录"}).status_code == 200
    assert list(DivisionAlias.objects.filter(alias="沙镇公社")) == [other]
    assert AuditEntry.objects.about(mine.division).first().note == "误录"


# --- The work calendar -----------------------------------------------------------------------
def test_a_year_is_begun_filled_published_and_withdrawn(api, admin, clerk):
    desk = api(admin)
    assert api(clerk).post(YEARS, {"year": ANYWHERE}).status_code == 403
    begun = desk.post(YEARS, {"year": ANYWHERE, "source": "国办"})
    assert (begun.status_code, begun.json()["published"]) == (201, False)
    assert refused(desk.post(YEARS, {"year": ANYWHERE})) == "year_exists"
    assert wrong(desk.post(YEARS, {"year": 1999})) == ["year"]
    year = CalendarYear.objects.get(year=ANYWHERE)
    address = f"{YEARS}{year.pk}/"
    assert refused(desk.post(f"{address}publish/", {})) == "year_is_empty"
    assert desk.post(DAYS, day_of(year)).status_code == 201
    assert api(clerk).post(f"{address}publish/", {}).status_code == 403
    assert desk.post(f"{address}publish/", {"note": "通知"}).json()["published"] is True
    assert desk.post(f"{address}unpublish/", {"note": "撤回"}).json()["published"] is False
    told = desk.get(f"{address}history/").json()["results"]
    verbs = ["unpublish_year", "publish_year", "add_day", "open_year"]
    assert [one["verb"] for one in told] == verbs


def test_a_day_is_added_and_said_anew(api, admin, clerk, year):
    desk = api(admin)
    assert api(clerk).post(DAYS, day_of(year)).status_code == 403
    first = desk.post(DAYS, day_of(year, name="元旦"))
    assert (first.status_code, first.json()["name"]) == (201, "元旦")
    anew = desk.post(DAYS, day_of(year, name="元旦节"))
    assert (anew.json()["id"], anew.json()["name"]) == (first.json()["id"], "元旦节")
    assert AuditEntry.objects.about(year).first().before["name"] == "元旦"
    assert refused(desk.post(DAYS, day_of(year, "2097-01-01"))) == "day_outside_year"
    monday = day_of(year, "2098-01-06", kind="make_up")
    assert refused(desk.post(DAYS, monday)) == "make_up_on_weekday"
    assert wrong(desk.post(DAYS, day_of(year, source=""))) == ["source"]
    assert [one.date for one in year.days.all()] == [date(2098, 1, 1)]


def test_a_day_is_taken_out(api, admin, clerk, nobody, year):
    day = CalendarDay.objects.create(date=date(2098, 1, 1), year=year, kind="holiday")
    address = f"{DAYS}{day.pk}/remove/"
    assert api(nobody).post(address, {}).status_code == 404
    assert api(clerk).post(address, {}).status_code == 403
    answer = api(admin).post(address, {"note": "误录"})
    assert (answer.status_code, answer.json()["year"]) == (200, ANYWHERE)
    assert not year.days.exists()
    entry = AuditEntry.objects.about(year).first()
    assert (entry.verb, entry.note) == ("remove_day", "误录")
    assert api(admin).post(address, {}).status_code == 404
