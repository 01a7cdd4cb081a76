"""Watching: news of others, within scope alone, seen once the object is opened."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.core.errors import BusinessError
from bureau.people.models import Posting
from bureau.people.services import organisations
from bureau.records import watching
from bureau.records.models import AuditEntry, Watch
from bureau.records.services import record, record_batch, rows_of
from heating.models import Estate
from tests.cast import person
from tests.factories import OrganisationFactory
from tests.heating.factories import EstateFactory

pytestmark = pytest.mark.django_db


def changed(company, actor, hotline="0635-1"):
    return organisations.edit(company, {"hotline": hotline}, actor=actor, version=company.version)


def test_others_changes_are_news_until_the_object_is_opened(clerk, clerk2, signed_in):
    company = OrganisationFactory()
    record("create", company, actor=clerk2)
    desk = signed_in(clerk)
    assert desk.post(f"{company.get_absolute_url()}watch/").status_code == 302
    assert watching.count_news(clerk) == 0
    changed(company, clerk2)
    assert watching.count_news(clerk) == 1
    page = desk.get("/watching/")
    assert [(one.subject, len(one.entries)) for one in page.context["news"]] == [(company, 1)]
    assert 'id="watch-count"' in desk.get("/work/count/").content.decode()
    told = desk.get(company.get_absolute_url()).context["timeline"].happenings
    assert [one.is_news for one in told] == [True, False]
    assert watching.count_news(clerk) == 0
    assert not any(
        one.is_news for one in desk.get(company.get_absolute_url()).context["timeline"].happenings
    )


def test_what_one_does_oneself_is_no_news(clerk):
    company = OrganisationFactory()
    watching.watch(company, actor=clerk)
    changed(company, clerk)
    assert watching.count_news(clerk) == 0


def test_a_batch_is_news_of_each_of_its_rows(clerk, clerk2):
    estates = EstateFactory.create_batch(3)
    watching.watch(estates[1], actor=clerk)
    record_batch(
        "change", OrganisationFactory(), actor=clerk2,
        rows=rows_of(Estate.objects.filter(pk__in=[one.pk for one in estates])),
    )  # fmt: skip
    assert [len(one.entries) for one in watching.news(clerk)] == [1]


def test_watching_twice_is_watching_once_and_ends(clerk, signed_in):
    company = OrganisationFactory()
    desk, address = signed_in(clerk), f"{company.get_absolute_url()}watch/"
    desk.post(address, {"watch": "on"})
    desk.post(address, {"watch": "on"})
    assert Watch.objects.count() == 1
    assert desk.get(company.get_absolute_url()).context["is_watched"]
    desk.post(address, {"watch": "off"})
    desk.post(address, {"watch": "off"})
    assert not Watch.objects.exists()


def test_there_is_an_end_to_what_one_can_watch(clerk, monkeypatch):
    monkeypatch.setattr(watching, "MOST", 2)
    for company in OrganisationFactory.create_batch(2):
        watching.watch(company, actor=clerk)
    with pytest.raises(BusinessError) as refused:
        watching.watch(OrganisationFactory(), actor=clerk)
    assert refused.value.code == "watch_full"


def test_an_object_that_left_the_scope_is_not_told_of(county, clerk, signed_in):
    estate = EstateFactory()
    assert Estate.objects.visible_to(county).filter(pk=estate.pk).exists()
    watching.watch(estate, actor=county)
    record("change", estate, actor=clerk, after={"name": "不可见"})
    assert watching.count_news(county) == 1
    Posting.objects.filter(user=county).delete()
    county = type(county).objects.get(pk=county.pk)
    assert watching.count_news(county) == 0
    assert watching.news(county) == []
    page = signed_in(county).get("/watching/").content.decode()
    assert estate.name not in page
    assert signed_in(county).post(f"{estate.get_absolute_url()}watch/").status_code == 404


def test_many_watched_objects_ask_no_more_than_one(clerk, clerk2):
    def queries(number):
        for company in OrganisationFactory.create_batch(number):
            watching.watch(company, actor=clerk)
            record("change", company, actor=clerk2)
        with CaptureQueriesContext(connection) as asked:
            assert watching.news(clerk)
        return len(asked)

    queries(1)
    assert queries(1) == queries(9)


def test_the_audit_does_not_tell_who_watches(clerk):
    company = OrganisationFactory()
    watching.watch(company, actor=person("clerk"))
    assert not AuditEntry.objects.about(company).exists()
