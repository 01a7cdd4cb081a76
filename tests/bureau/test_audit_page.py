"""The audit log on screen: filtered, exported, with the last proof of its chain."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.people import services
from bureau.people.models import Organisation
from bureau.records import sealing
from bureau.records.models import AuditEntry, AuditProof

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(audit, signed_in):
    return signed_in(audit)


@pytest.fixture
def company(clerk) -> Organisation:
    made = services.organisations.register(actor=clerk, kind="supplier", name="水城阀门厂")
    return services.organisations.edit(made, {"hotline": "0635-8123456"}, actor=clerk, version=1)


def found(page, **query) -> list[AuditEntry]:
    return list(page.get("/audit/", query).context["page"].rows)


def test_who_may_look(clerk, admin, security, audit, auditor, signed_in):
    for user, status in ((clerk, 403), (admin, 403), (security, 403), (audit, 200), (auditor, 200)):
        for path in ("/audit/", "/audit/seals/"):
            assert signed_in(user).get(path).status_code == status, (user.username, path)


def test_filters(page, company, clerk):
    verbs = {entry.verb for entry in found(page, username="clerk")}
    assert {"create", "change"} <= verbs
    assert {entry.actor for entry in found(page, q="文清")} == {clerk}
    assert {entry.verb for entry in found(page, verb="change")} == {"change"}
    about = found(page, noun="people.organisation", object_id=company.pk)
    assert {entry.object_id for entry in about} == {company.pk}
    assert {entry.object_label for entry in found(page, label="水城")} == {"水城阀门厂"}
    assert found(page, since="2020-01-01", until="2099-12-31")
    assert not found(page, since="2099-01-01")
    assert not found(page, until="2020-01-01")
    assert found(page, until="9999-12-31")


def test_an_entry_says_before_and_after(page, company):
    [entry] = found(page, verb="change")
    text = page.get(entry.get_absolute_url()).content.decode()
    assert "0635-8123456" in text
    assert company.get_absolute_url() in text


def test_it_is_exported(page, company):
    rows = b"".join(page.get("/audit/", {"format": "csv", "verb": "change"}))
    assert len(rows.decode("utf-8-sig").strip().splitlines()) == 2


def test_a_local_auditor_sees_what_the_own_people_did(county, clerk, outsider, signed_in):
    from bureau.people import demo
    from bureau.places.models import Division
    from tests.factories import UserFactory

    local = UserFactory()
    place = Division.objects.get(code=demo.DONGCHANGFU)
    services.grant_posting(local, "auditor", actor=None, division=place)
    for user in (county, clerk, outsider):
        services.edit_profile(user, {"phone": "13806351234"})
    shown = found(signed_in(local), verb="edit_profile")
    assert {entry.actor for entry in shown} == {county}


def test_the_last_proof_is_shown(page, company):
    assert 'data-proof="none"' in page.get("/audit/").content.decode()
    sealing.seal()
    proof = sealing.prove()
    assert proof.holds
    for path in ("/audit/", "/audit/seals/"):
        assert 'data-proof="holds"' in page.get(path).content.decode()


def test_a_broken_chain_is_shown(page, company):
    sealing.seal()
    AuditProof.objects.create(seals=1, entries=1, unsealed=0, fault="第1枚封印被改动。")
    assert 'data-proof="broken"' in page.get("/audit/").content.decode()


def test_a_page_costs_few_queries_also_for_a_period(page, company):
    page.get("/audit/")
    for query in ("", "?since=2026-01-01&until=2026-12-31", "?verb=change"):
        with CaptureQueriesContext(connection) as asked:
            assert page.get(f"/audit/{query}").status_code == 200
        assert len(asked) <= 10, [one["sql"][:200] for one in asked]


def test_phones_are_not_told_by_the_audit(page, county):
    services.edit_profile(county, {"phone": "13806351234"})
    [entry] = found(page, verb="edit_profile")
    assert "13806351234" not in page.get(entry.get_absolute_url()).content.decode()
    assert "13806351234" not in f"{entry.before}{entry.after}"


def test_programs_read_it(audit, company, api):
    answer = api(audit).get("/api/v1/audit-entries/", {"verb": "change"})
    [row] = answer.json()["results"]
    assert (row["object_label"], row["noun"]) == ("水城阀门厂", "people.organisation")
    assert row["after"] == {"hotline": "0635-8123456"}
