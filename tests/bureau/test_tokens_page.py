"""The page of one's own keys: made with an end, shown once, revoked at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bureau.core import clock
from bureau.people import services
from bureau.people.models import ApiToken
from bureau.records.models import AuditEntry

pytestmark = pytest.mark.django_db
PAGE = "/tokens/"
API = "/api/v1/estates/"


def order(client, name="月报", days=30):
    return client.post(PAGE, {"name": name, "expires_on": clock.today() + timedelta(days=days)})


def test_the_key_is_shown_once_and_works(clerk, signed_in, client):
    desk = signed_in(clerk)
    assert reverse("desk:token_list") == PAGE
    answer = order(desk)
    key = answer.context["key"]
    assert answer.status_code == 201
    assert key in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert key not in desk.get(PAGE).content.decode()
    assert client.get(API, HTTP_AUTHORIZATION=f"Token {key}").status_code == 200
    token = ApiToken.objects.get(user=clerk)
    assert token.last_used_on == clock.today()
    entry = AuditEntry.objects.filter(verb="issue_token").latest("id")
    assert entry.actor == clerk
    assert key not in str(entry.after)


@pytest.mark.parametrize("days", [-1, 400])
def test_an_end_too_early_or_too_late_is_refused(clerk, signed_in, days):
    answer = order(signed_in(clerk), days=days)
    assert answer.status_code == 409
    assert answer.context["refusal_code"] == "token_period"
    assert not ApiToken.objects.exists()


def test_a_key_needs_a_purpose_and_an_end(clerk, signed_in):
    assert signed_in(clerk).post(PAGE, {}).status_code == 422


def test_five_keys_at_a_time(clerk, signed_in):
    desk = signed_in(clerk)
    assert [order(desk).status_code for _number in range(6)] == [201] * 5 + [409]
    first = ApiToken.objects.order_by("pk").first()
    assert desk.post(f"{PAGE}{first.pk}/revoke/").status_code == 302
    assert order(desk).status_code == 201


def test_a_key_ends_with_its_day(clerk, client):
    last = clock.today()
    key = services.issue_token(clerk, actor=clerk, expires_on=last)
    words = {"HTTP_AUTHORIZATION": f"Token {key}"}
    assert client.get(API, **words).status_code == 200
    ApiToken.objects.update(expires_on=last - timedelta(days=1))
    assert client.get(API, **words).status_code == 401


def test_a_revoked_key_opens_nothing(clerk, signed_in, client):
    desk = signed_in(clerk)
    key = order(desk).context["key"]
    token = ApiToken.objects.get()
    assert desk.post(f"{PAGE}{token.pk}/revoke/").status_code == 302
    assert client.get(API, HTTP_AUTHORIZATION=f"Token {key}").status_code == 401
    assert AuditEntry.objects.filter(verb="revoke_token", actor=clerk).exists()


def test_security_sees_and_revokes_the_keys_of_others(clerk, clerk2, security, signed_in):
    key = services.issue_token(clerk, actor=clerk, name="月报", expires_on=clock.today())
    token = ApiToken.objects.get()
    page = signed_in(security).get(PAGE)
    assert [one.pk for one in page.context["others"]] == [token.pk]
    assert key not in page.content.decode()
    assert signed_in(clerk2).get(PAGE).context["others"] is None
    assert signed_in(clerk2).post(f"{PAGE}{token.pk}/revoke/").status_code == 404
    assert signed_in(security).post(f"{PAGE}{token.pk}/revoke/").status_code == 302
    assert ApiToken.objects.get().revoked_at
