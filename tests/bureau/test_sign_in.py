"""The door (SEC-5): who gets in, who is locked out, how long a session lasts."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client

from bureau.people import demo, services
from bureau.people.models import User

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "清洁取暖-heat-2026"


def sign_in(client, username, password=demo.PASSWORD, **extra):
    return client.post("/login/", {"username": username, "password": password}, **extra)


def is_in(client) -> bool:
    return client.get("/profile/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/profile/", "/heating/substations/?q=1", "/no/such/page/"])
def test_every_page_leads_an_anonymous_visitor_to_the_door(client, path):
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=")


def test_the_form_posts_to_its_own_address_and_goes_on_to_next(client, clerk):
    page = client.get("/login/?next=/profile/")
    html = page.content.decode()
    for name in ("username", "password", "next", "csrfmiddlewaretoken"):
        assert f'name="{name}"' in html
    assert 'value="/profile/"' in html
    response = client.post(
        "/login/?next=/profile/",
        {"username": "clerk", "password": demo.PASSWORD, "next": "/profile/"},
    )
    assert response.status_code == 302
    assert response["Location"] == "/profile/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil", ""]
)
def test_next_never_leads_elsewhere(client, clerk, target):
    response = client.post(
        "/login/", {"username": "clerk", "password": demo.PASSWORD, "next": target}
    )
    assert response["Location"] == "/"


@pytest.mark.parametrize("door", ["/login/", "/login/?next=/login/", "/logout/"])
def test_next_never_leads_back_to_the_door(client, clerk, signed_in, door):
    assert signed_in(clerk).get("/login/", {"next": door})["Location"] == "/"
    entries = {"username": "clerk", "password": demo.PASSWORD, "next": door}
    assert client.post("/login/", entries)["Location"] == "/"


def test_another_person_can_take_over_at_the_same_desk(clerk, chief, signed_in):
    page = signed_in(clerk)
    old = page.session.session_key
    assert sign_in(page, "chief").status_code == 302
    assert page.session["_auth_user_id"] == str(chief.pk)
    assert not Session.objects.filter(session_key=old).exists()


def test_without_a_csrf_token_nobody_gets_in(clerk):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, "clerk").status_code == 403


def test_wrong_password_unknown_name_and_closed_account_answer_alike(client, clerk, legal):
    services.close_user(legal, actor=None)
    answers = []
    for username, password in [
        ("clerk", "wrong"),
        ("nobody-at-all", "wrong"),
        ("legal", demo.PASSWORD),
    ]:
        response = sign_in(Client(), username, password)
        html = response.content.decode().replace(username, "NAME")
        answers.append((response.status_code, 'data-tone="error"' in html, len(html)))
    assert len(set(answers)) == 1
    assert answers[0][:2] == (200, True)


@pytest.mark.parametrize("name", ["cl\x00erk", "x" * 5000, "' OR 1=1 --", "😀"])
def test_strange_names_are_just_wrong(client, name):
    assert sign_in(client, name).status_code in (200, 400)


def test_the_session_key_changes_at_sign_in(client, clerk):
    session = client.session
    session["before"] = 1
    session.save()
    old = session.session_key
    assert sign_in(client, "clerk").status_code == 302
    assert client.session.session_key != old
    assert not Session.objects.filter(session_key=old).exists()


class TestLockOut:
    def test_five_failures_lock_the_name_at_this_address(self, client, clerk):
        for _ in range(5):
            last = sign_in(client, "clerk", "wrong")
        assert last.status_code == 429
        refused = sign_in(client, "clerk")
        assert refused.status_code == 429
        assert "locked_out" in refused.content.decode()
        assert int(refused["Retry-After"]) > 0

    def test_another_address_and_another_name_still_get_in(self, client, clerk, clerk2):
        for _ in range(5):
            sign_in(client, "clerk", "wrong")
        assert sign_in(Client(), "clerk", REMOTE_ADDR="10.0.0.7").status_code == 302
        assert sign_in(Client(), "clerk2").status_code == 302

    def test_a_spoofed_forwarded_for_does_not_help(self, client, clerk):
        for number in range(5):
            last = sign_in(client, "clerk", "wrong", HTTP_X_FORWARDED_FOR=f"10.9.8.{number}")
        assert last.status_code == 429
        refused = sign_in(client, "clerk", HTTP_X_FORWARDED_FOR="10.9.8.99")
        assert refused.status_code == 429

    def test_behind_a_trusted_proxy_the_last_foreign_hop_counts(self, client, clerk, settings):
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        for number in range(5):
            spoofed = f"10.9.8.{number}, 10.1.1.1"
            last = sign_in(client, "clerk", "wrong", HTTP_X_FORWARDED_FOR=spoofed)
        assert last.status_code == 429
        assert AccessAttempt.objects.get().ip_address == "10.1.1.1"
        assert sign_in(client, "clerk", HTTP_X_FORWARDED_FOR="10.1.1.2").status_code == 302

    def test_nonsense_from_a_proxy_falls_back_to_its_own_address(self, client, clerk, settings):
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        response = sign_in(client, "clerk", "wrong", HTTP_X_FORWARDED_FOR="not an address")
        assert response.status_code == 200
        assert AccessAttempt.objects.get().ip_address == "127.0.0.1"

    def test_an_unknown_name_is_locked_like_a_known_one(self, client):
        for _ in range(5):
            last = sign_in(client, "nobody-at-all", "wrong")
        assert last.status_code == 429

    def test_from_many_addresses_the_name_locks_more_slowly(self, client, clerk):
        for number in range(20):
            response = sign_in(Client(), "clerk", "wrong", REMOTE_ADDR=f"10.0.0.{number}")
            assert response.status_code == 200
        assert sign_in(Client(), "clerk", REMOTE_ADDR="10.0.1.1").status_code == 429
        with time_machine.travel(_later(hours=1, minutes=1)):
            assert sign_in(Client(), "clerk", REMOTE_ADDR="10.0.1.1").status_code == 302

    def test_it_opens_again_after_a_quarter_of_an_hour(self, client, clerk):
        for _ in range(6):
            sign_in(client, "clerk", "wrong")
        with time_machine.travel(_later(minutes=16)):
            assert sign_in(client, "clerk").status_code == 302


class TestTimeOut:
    def test_half_an_hour_of_silence_ends_a_session(self, client, clerk):
        sign_in(client, "clerk")
        with time_machine.travel(_later(minutes=29)):
            assert is_in(client)
        with time_machine.travel(_later(minutes=58)):
            assert is_in(client)
        with time_machine.travel(_later(minutes=90)):
            assert not is_in(client)

    def test_requests_a_page_makes_by_itself_are_no_sign_of_life(self, client, clerk):
        sign_in(client, "clerk")
        with time_machine.travel(_later(minutes=20)):
            assert client.get("/profile/", headers={"X-Background": "1"}).status_code == 200
        with time_machine.travel(_later(minutes=31)):
            assert not is_in(client)

    def test_after_twelve_hours_it_is_over_however_busy(self, client, clerk):
        sign_in(client, "clerk")
        for number in range(1, 36):
            with time_machine.travel(_later(minutes=20 * number)):
                assert is_in(client)
        with time_machine.travel(_later(hours=12, minutes=1)):
            assert not is_in(client)

    def test_a_fragment_leads_the_whole_browser_to_the_door(self, client):
        response = client.get(
            "/heating/substations/",
            headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/profile/?a=1"},
        )
        assert response.status_code == 401
        assert response["HX-Redirect"] == "/login/?next=%2Fprofile%2F%3Fa%3D1"

    def test_a_post_comes_back_to_the_page_it_was_sent_from(self, client):
        here = client.post("/x/y/", headers={"Referer": "http://testserver/profile/"})
        assert here["Location"] == "/login/?next=%2Fprofile%2F"
        elsewhere = client.post("/x/y/", headers={"Referer": "https://evil.example/"})
        assert elsewhere["Location"] == "/login/?next=%2F"


class TestEndOfAllSessions:
    @pytest.fixture
    def two(self, clerk, signed_in):
        return signed_in(clerk), signed_in(clerk)

    def test_a_new_password_ends_all_but_this_session(self, two):
        here, elsewhere = two
        response = here.post(
            "/profile/password/",
            {
                "old_password": demo.PASSWORD,
                "new_password1": NEW_PASSWORD,
                "new_password2": NEW_PASSWORD,
            },
        )
        assert response.status_code == 302
        assert is_in(here)
        assert not is_in(elsewhere)

    def test_a_password_set_by_somebody_else_ends_all(self, two, clerk):
        services.set_password(clerk, NEW_PASSWORD, actor=None)
        assert not any(is_in(client) for client in two)

    def test_a_changed_posting_ends_all(self, two, clerk):
        services.end_posting(clerk.postings.get(), actor=None)
        assert not any(is_in(client) for client in two)

    def test_a_closed_account_ends_all(self, two, clerk):
        services.close_user(clerk, actor=None)
        assert not any(is_in(client) for client in two)

    def test_signing_out_is_a_post(self, two):
        here, _ = two
        assert here.get("/logout/").status_code == 405
        assert is_in(here)
        assert here.post("/logout/").status_code == 302
        assert not is_in(here)


class TestPassword:
    @pytest.mark.parametrize(
        "password", ["short-1", "1234567890123", "password123456", "Clerk-heat-2026", demo.PASSWORD]
    )
    def test_weak_ones_are_refused_with_a_sentence(self, clerk, signed_in, password):
        response = signed_in(clerk).post(
            "/profile/password/",
            {
                "old_password": demo.PASSWORD,
                "new_password1": password,
                "new_password2": password,
            },
        )
        assert response.status_code == 422
        clerk.refresh_from_db()
        assert clerk.check_password(demo.PASSWORD)

    def test_the_old_one_is_asked_for(self, clerk, signed_in):
        entries = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
        page = signed_in(clerk)
        wrong = page.post("/profile/password/", entries | {"old_password": "wrong"})
        assert wrong.status_code == 422
        assert wrong.context["form"].has_error("old_password", "wrong_password")

    def test_a_first_password_must_be_replaced_before_anything_else(self, clerk, signed_in):
        services.set_password(clerk, NEW_PASSWORD, actor=None)
        clerk.refresh_from_db()
        page = signed_in(clerk)
        assert page.get("/")["Location"] == "/profile/password/"
        assert page.get("/profile/password/").status_code == 200
        assert page.get("/api/v1/").status_code == 403
        fragment = page.get("/", headers={"HX-Request": "true"})
        assert fragment["HX-Redirect"] == "/profile/password/"

    def test_demo_accounts_never_have_to_change_it(self, clerk, client):
        sign_in(client, "clerk")
        assert is_in(client)


class TestProfile:
    def test_language_and_theme_are_one_s_own(self, clerk, signed_in):
        page = signed_in(clerk)
        entries = {"display_name": "许文清", "phone": "", "language": "en", "theme": "dark"}
        assert page.post("/profile/", entries).status_code == 302
        clerk.refresh_from_db()
        assert (clerk.language, clerk.theme) == ("en", "dark")
        assert page.get("/profile/")["Content-Language"] == "en"

    def test_nobody_gives_oneself_a_posting(self, clerk, signed_in):
        entries = {"display_name": "许", "username": "chief", "is_active": "", "postings": "1"}
        signed_in(clerk).post("/profile/", entries)
        clerk.refresh_from_db()
        assert (clerk.username, clerk.is_active, clerk.display_name) == ("clerk", True, "许")

    def test_a_bad_phone_is_named(self, clerk, signed_in):
        entries = {"display_name": "许文清", "phone": "12345"}
        response = signed_in(clerk).post("/profile/", entries)
        assert response.status_code == 422
        assert response.context["form"].has_error("phone")
        assert User.objects.get(pk=clerk.pk).phone == ""


def _later(**span):
    from django.utils import timezone

    return timezone.now() + timedelta(**span)
