"""One's own sessions: which are open, and ending them one by one or all at once."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from bureau.people import demo, rules, services
from bureau.people.models import SignIn, User, UserSession

pytestmark = pytest.mark.django_db

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36"
)


def enter(username: str, **extra) -> Client:
    client = Client(**extra)
    answer = client.post("/login/", {"username": username, "password": demo.PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def session_of(client: Client) -> UserSession:
    return UserSession.objects.get(key=client.session.session_key)


@pytest.fixture
def two(clerk):
    here = enter("clerk", HTTP_USER_AGENT=CHROME, REMOTE_ADDR="10.1.2.3")
    return here, enter("clerk", REMOTE_ADDR="10.1.2.4")


def test_a_sign_in_is_remembered_with_address_and_browser(two):
    row = session_of(two[0])
    assert (row.address, row.browser) == ("10.1.2.3", "Chrome 131 · Windows")
    assert row.is_live


def test_the_page_lists_them_and_shows_no_key(two):
    here, elsewhere = two
    page = here.get("/profile/").content.decode()
    assert "10.1.2.3" in page
    assert "10.1.2.4" in page
    for client in two:
        assert client.session.session_key not in page


def test_ending_one_ends_that_one_at_its_next_request(two):
    here, elsewhere = two
    row = session_of(elsewhere)
    key = elsewhere.session.session_key
    assert here.post(f"/profile/sessions/{row.pk}/end/").status_code == 302
    assert not is_in(elsewhere)
    assert is_in(here)
    row.refresh_from_db()
    assert (row.key, row.ending, row.is_live) == (None, "ended", False)
    assert not Session.objects.filter(session_key=key).exists()


def test_ending_all_others(two):
    here, elsewhere = two
    third = enter("clerk")
    assert here.post("/profile/sessions/end-others/").status_code == 302
    assert [is_in(client) for client in (here, elsewhere, third)] == [True, False, False]


def test_nobody_ends_the_session_of_another_person(two, chief):
    stranger = enter("chief")
    row = session_of(two[0])
    assert stranger.post(f"/profile/sessions/{row.pk}/end/").status_code == 404
    assert is_in(two[0])


def test_the_session_in_hand_is_left_by_signing_out(two):
    row = session_of(two[0])
    two[0].post(f"/profile/sessions/{row.pk}/end/")
    assert is_in(two[0])
    two[0].post("/logout/")
    row.refresh_from_db()
    assert row.ending == "signed_out"


def test_a_new_password_keeps_this_session_known(two):
    here, elsewhere = two
    row = session_of(here)
    new = "清洁取暖-heat-2026"
    values = {"old_password": demo.PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/profile/password/", values).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert session_of(here) == row


def test_the_system_administrator_ends_all_of_somebody(two, admin, clerk, signed_in):
    page = signed_in(admin)
    answer = page.post(f"/users/{clerk.pk}/end-sessions/", {"note": "设备遗失"})
    assert answer.status_code == 302
    assert not any(is_in(client) for client in two)
    assert not UserSession.objects.filter(user=clerk, ended_at__isnull=True).exists()


def test_one_that_ran_out_is_written_down(two):
    here, elsewhere = two
    later = timezone.now() + timedelta(minutes=31)
    with time_machine.travel(later):
        assert not is_in(here)
        services.expire_sessions()
    kinds = SignIn.objects.filter(kind="expired").count()
    assert kinds == 2
    assert not UserSession.objects.live().filter(user__username="clerk").exists()


def test_last_seen_moves_at_most_once_a_minute(two):
    row = session_of(two[0])
    first = row.seen_at
    is_in(two[0])
    row.refresh_from_db()
    assert row.seen_at == first
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        is_in(two[0])
        row.refresh_from_db()
        assert row.seen_at > first


def test_a_session_from_before_is_added_when_it_is_seen(two):
    UserSession.objects.all().delete()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert is_in(two[0])
    assert session_of(two[0]).user == User.objects.get(username="clerk")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome 131 · Windows"),
        (CHROME.replace("Safari/537.36", "Safari/537.36 Edg/131.0"), "Edge 131 · Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14; HarmonyOS) Chrome/114.0 MicroMessenger/8.0.42",
            "WeChat 8 · HarmonyOS",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0", "Firefox 128 · Linux"),
        ("curl/8.5.0", "curl"),
        ("", ""),
    ],
)
def test_browsers_in_words(agent, words):
    assert rules.browser_in_words(agent) == words
