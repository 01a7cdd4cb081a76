"""The notice of a handover takes its number from the office's register."""

from datetime import timedelta

import pytest

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.documents import services
from bureau.documents.models import DocumentNumber, NumberSeries
from tests.heating.handover_story import NUMBER, Story, a_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return Story.of_the_cast()


def registered(story, name):
    return story.tell(a_station(name), "registered")


def test_a_typed_number_stands_in_the_register(story):
    handover = story.notice(registered(story, "甲站"), document_number="聊城管字[2026]12号")
    row = DocumentNumber.objects.get(text="聊城管字〔2026〕12号")
    assert (row.used_for, row.state, row.paper) == (handover, "issued", "notice")
    assert handover.notice_number == row.text


def test_the_next_number_of_a_series_is_taken(story, clerk):
    series = NumberSeries.objects.get(code="official")
    first = story.notice(registered(story, "甲站"), document_number="", number_series=series)
    second = story.notice(registered(story, "乙站"), document_number="", number_series=series)
    year = clock.today().year
    assert [first.notice_number, second.notice_number] == [
        f"聊城管字〔{year}〕1号",
        f"聊城管字〔{year}〕2号",
    ]


def test_a_number_reserved_before_is_issued_by_the_notice(story, clerk):
    series = NumberSeries.objects.get(code="official")
    kept = services.reserve_number(series, actor=clerk, purpose="预留")
    story.notice(registered(story, "甲站"), document_number=kept.text)
    kept.refresh_from_db()
    assert kept.state == "issued"


@pytest.mark.parametrize("code", ["number_taken", "number_void"])
def test_a_used_or_void_number_is_refused_and_nothing_moves(story, clerk, code):
    if code == "number_taken":
        story.notice(registered(story, "甲站"), document_number=NUMBER)
    else:
        row = services.take_number(NUMBER, actor=clerk)
        services.void_number(row, "作废", actor=clerk)
    handover = registered(story, "乙站")
    with pytest.raises(BusinessError) as refused:
        story.notice(handover, document_number=NUMBER)
    assert refused.value.code.value == code
    handover.refresh_from_db()
    assert handover.state == "registered"


def test_the_form_asks_for_a_series_or_a_number(story, signed_in, clerk):
    handover = registered(story, "甲站")
    url = f"{handover.get_absolute_url()}issue-notice/"
    later = (clock.today() + timedelta(days=20)).isoformat()
    given = {"demand": "x", "due_date": later, "version": handover.version}
    assert signed_in(clerk).post(url, given).status_code == 422
    series = NumberSeries.objects.get(code="official")
    assert signed_in(clerk).post(url, given | {"number_series": series.pk}).status_code == 302
    handover.refresh_from_db()
    assert handover.notice_number.endswith("1号")
