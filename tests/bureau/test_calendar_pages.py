"""The pages of the work calendar: days by form, publishing, and what waits for a year."""

from datetime import date

import pytest
from django.urls import reverse

from bureau.places.models import CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db

ANYWHERE = 2098


@pytest.fixture
def year():
    return CalendarYear.objects.create(year=ANYWHERE)


def verb(client, year, word, /, **values):
    url = reverse("desk:calendaryear_verb", args=[year.pk, word])
    return client.post(url, values)


def add(client, year, day, kind="holiday"):
    return verb(client, year, "add-day", date=day, kind=kind, name="元旦", source="国办发明电")


def test_a_year_is_begun_filled_and_published(signed_in, admin):
    desk = signed_in(admin)
    opened = desk.post(reverse("desk:calendaryear_open"), {"year": ANYWHERE})
    assert opened.status_code == 302
    assert desk.post(reverse("desk:calendaryear_open"), {"year": ANYWHERE}).status_code == 409
    year = CalendarYear.objects.get(year=ANYWHERE)
    assert not year.published
    assert verb(desk, year, "publish", note="通知").status_code == 409
    assert add(desk, year, "2098-01-01").status_code == 302
    assert add(desk, year, "2097-01-01").status_code == 409
    assert add(desk, year, "2098-01-06", "make_up").status_code == 409
    assert add(desk, year, "").status_code == 422
    assert verb(desk, year, "publish", note="通知").status_code == 302
    year.refresh_from_db()
    assert year.published
    assert verb(desk, year, "unpublish", note="撤回").status_code == 302
    assert verb(desk, year, "abolish").status_code == 404


def test_a_day_is_taken_out(signed_in, admin, clerk, year):
    day = CalendarDay.objects.create(date=date(2098, 1, 1), year=year, kind="holiday")
    url = reverse("desk:calendarday_remove", args=[day.pk])
    assert signed_in(clerk).post(url).status_code == 403
    assert signed_in(admin).post(url).status_code == 302
    assert not year.days.exists()


def test_the_page_marks_days_not_only_by_colour(signed_in, admin, year):
    CalendarDay.objects.create(date=date(2098, 1, 1), year=year, kind="holiday", name="元旦")
    CalendarDay.objects.create(date=date(2098, 1, 4), year=year, kind="make_up")
    page = signed_in(admin).get(year.get_absolute_url())
    months = page.context["months"]
    cells = {cell.day: cell for month in months for week in month.weeks for cell in week if cell}
    assert len(months) == 12
    assert len(cells) == 365
    assert (cells[date(2098, 1, 1)].kind, bool(cells[date(2098, 1, 1)].mark)) == ("holiday", True)
    assert (cells[date(2098, 1, 4)].kind, bool(cells[date(2098, 1, 4)].mark)) == ("make_up", True)
    assert cells[date(2098, 1, 5)].kind == "weekend" or cells[date(2098, 1, 6)].kind == "working"
    assert 'data-code="year_not_published"' in page.content.decode()


def test_readers_see_a_year_without_its_forms(signed_in, county, year):
    page = signed_in(county).get(year.get_absolute_url())
    assert page.status_code == 200
    assert page.context["day_form"] is None
    assert not page.context["may_import"]
    assert verb(signed_in(county), year, "publish", note="x").status_code == 403


def test_years_are_written_as_years(signed_in, county, year):
    page = signed_in(county).get(reverse("desk:calendaryear_list"), {"size": "100"})
    assert f">{ANYWHERE}</a>" in page.content.decode()
