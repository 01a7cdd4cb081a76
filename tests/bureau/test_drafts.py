"""Drafts: sealed, private, offered again, gone with what they were for."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import QueryDict
from django.test import Client

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.desk.models import Draft
from bureau.desk.registers.organisations import OrganisationForm
from bureau.desk.services import drafts
from bureau.desk.tasks import purge_drafts
from bureau.people.demo import PASSWORD
from bureau.people.models import Organisation
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

NEW = "/organisations/new/"
SECRET = "秘密内容三十七"
TYPED = {"kind": "heating_company", "name": SECRET, "version": ""}
FIELDS = OrganisationForm.base_fields


def keep(client: Client, address: str = NEW, **values: str):
    return client.post(address, {**TYPED, **values, "_draft": "save"})


def test_what_is_kept_is_sealed_and_opens_for_its_writer_and_form_alone(clerk, clerk2, signed_in):
    assert keep(signed_in(clerk)).status_code == 200
    draft = Draft.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content::text, address FROM desk_draft")
        assert SECRET not in str(cursor.fetchall())
    assert SECRET.encode() not in bytes(draft.content)
    assert drafts.typed(draft)["name"] == SECRET
    draft.address = "/organisations/1/edit/"
    assert drafts.typed(draft) is None
    draft.address, draft.user = NEW, clerk2
    assert drafts.typed(draft) is None


def test_a_draft_writes_nothing_and_is_offered_to_its_writer_alone(clerk, clerk2, signed_in):
    desk = signed_in(clerk)
    keep(desk)
    assert not Organisation.objects.filter(name=SECRET).exists()
    assert "data-draft-offer" in desk.get(NEW).content.decode()
    other = signed_in(clerk2).get(NEW).content.decode()
    assert "data-draft-offer" not in other
    assert SECRET not in other


def test_continuing_fills_the_form_without_scolding(clerk, signed_in):
    desk = signed_in(clerk)
    keep(desk, credit_code="wrong")
    page = desk.get(NEW, {"draft": "continue"})
    form = page.context["form"]
    assert (form["name"].value(), form["credit_code"].value()) == (SECRET, "wrong")
    assert not form.errors
    assert "problems" not in page.content.decode()


def test_saving_and_throwing_away_remove_it(clerk, signed_in):
    desk = signed_in(clerk)
    keep(desk)
    assert desk.post(NEW, TYPED).status_code == 302
    assert not Draft.objects.exists()
    keep(desk)
    assert desk.post(NEW, {"_draft": "discard"}).status_code == 302
    assert not Draft.objects.exists()


def test_a_refused_form_keeps_its_draft(clerk, signed_in):
    desk = signed_in(clerk)
    keep(desk)
    assert desk.post(NEW, {"name": ""}).status_code == 422
    assert Draft.objects.count() == 1


def test_the_draft_of_an_older_version_says_so_and_meets_the_conflict_page(clerk, signed_in):
    company = OrganisationFactory()
    desk, edit = signed_in(clerk), f"/organisations/{company.pk}/edit/"
    keep(desk, edit, version=str(company.version))
    assert not desk.get(edit).context["draft"].is_outdated
    Organisation.objects.filter(pk=company.pk).update(version=company.version + 1)
    assert desk.get(edit).context["draft"].is_outdated
    form = desk.get(edit, {"draft": "continue"}).context["form"]
    assert form["version"].value() == str(company.version)
    assert desk.post(edit, {**TYPED, "version": company.version}).status_code == 409


def test_without_scope_or_permission_nothing_is_kept(county, nobody, signed_in):
    company = OrganisationFactory()
    edit = f"/organisations/{company.pk}/edit/"
    assert keep(signed_in(county), edit).status_code == 403
    assert keep(signed_in(county)).status_code == 403
    assert keep(signed_in(nobody), edit).status_code == 404
    assert not Draft.objects.exists()


def test_passwords_tokens_and_too_much_are_not_kept(clerk, monkeypatch):
    data = QueryDict("csrfmiddlewaretoken=t&name=a&name=b&_draft=save")
    kept = drafts.typed(drafts.keep(clerk, NEW, data, FIELDS))
    assert dict(kept.lists()) == {"name": ["a", "b"]}
    long = QueryDict(mutable=True)
    long["name"] = "长" * drafts.LONGEST
    with pytest.raises(BusinessError) as refused:
        drafts.keep(clerk, NEW, long, FIELDS)
    assert refused.value.code == "draft_too_long"
    monkeypatch.setattr(drafts, "MOST", 3)
    for number in range(5):
        drafts.keep(clerk, f"/organisations/{number}/edit/", data, FIELDS)
    assert Draft.objects.filter(user=clerk).count() == 3


def test_after_fourteen_days_a_draft_is_gone(clerk):
    draft = drafts.keep(clerk, NEW, QueryDict("name=a"), FIELDS)
    purge_drafts()
    assert Draft.objects.exists()
    Draft.objects.filter(pk=draft.pk).update(saved_at=clock.now() - timedelta(days=15))
    purge_drafts()
    assert not Draft.objects.exists()
    assert settings.CELERY_BEAT_SCHEDULE["purge-drafts"]["task"] == purge_drafts.name


def idle(client: Client) -> None:
    session = client.session
    session["seen_at"] -= settings.SESSION_IDLE.total_seconds() + 1
    session.save()


def test_a_form_sent_too_late_without_scripts_is_offered_after_signing_in(clerk):
    client = Client()
    client.post("/login/", {"username": "clerk", "password": PASSWORD})
    idle(client)
    answer = client.post(NEW, TYPED, HTTP_REFERER=f"http://testserver{NEW}")
    assert answer["Location"] == "/login/?next=%2Forganisations%2Fnew%2F"
    door = {"username": "clerk", "password": PASSWORD, "next": NEW}
    assert client.post("/login/", door)["Location"] == NEW
    assert "data-draft-offer" in client.get(NEW).content.decode()
    assert client.get(NEW, {"draft": "continue"}).context["form"]["name"].value() == SECRET


def test_signing_in_again_over_a_page(clerk, clerk2):
    client = Client()
    client.post("/login/", {"username": "clerk", "password": PASSWORD})
    idle(client)
    over = {"HTTP_X_OVER_PAGE": "1"}
    answer = keep(client)
    assert answer.status_code == 302
    answer = client.post(NEW, {"_draft": "save"}, **over)
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/login/")
    again = "/login/again/"
    sent = {"person": "clerk", "username": "clerk2", "password": PASSWORD}
    assert client.post(again, sent).json()["code"] == "another_person"
    assert client.get("/session/", **over).status_code == 401
    wrong = client.post(again, sent | {"username": "clerk", "password": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "refused")
    found = client.post(again, sent | {"username": "clerk"}).json()
    assert found["username"] == "clerk"
    assert found["token"]
    assert client.get("/session/", **over).json()["username"] == "clerk"


def test_a_locked_name_hears_it_over_the_page(clerk):
    client = Client()
    sent = {"person": "clerk", "username": "clerk", "password": "x"}
    answers = [client.post("/login/again/", sent).status_code for _try in range(6)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_a_validation_error_keeps_the_draft(clerk, signed_in, monkeypatch):
    desk = signed_in(clerk)
    keep(desk)

    def refuse(*_args, **_kwargs):
        raise ValidationError("no")

    monkeypatch.setattr("bureau.people.services.organisations.register", refuse)
    assert desk.post(NEW, TYPED).status_code == 422
    assert Draft.objects.exists()
