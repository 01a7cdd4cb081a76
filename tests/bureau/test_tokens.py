"""Keys for programs: shown once, kept as a hash, worthless with their user."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bureau.people import services
from bureau.people.models import ApiToken
from bureau.records.models import AuditEntry

pytestmark = pytest.mark.django_db

HERE = "/api/v1/organisations/"


def issue(username: str) -> str:
    out = StringIO()
    call_command("issue_token", username, stdout=out)
    return out.getvalue()


def ask(client, header: str) -> int:
    return client.get(HERE, headers={"Authorization": header}).status_code


def test_the_command_prints_the_key_alone_and_it_works(client, clerk):
    printed = issue("clerk")
    key = printed.strip()
    assert printed == f"{key}\n"
    assert len(key) == 64
    assert ask(client, f"Token {key}") == 200


def test_only_a_hash_is_kept(clerk):
    key = issue("clerk").strip()
    token = ApiToken.objects.get()
    assert key not in str(vars(token))
    assert token.digest == ApiToken.digest_of(key)
    written = AuditEntry.objects.get(verb="issue_token")
    assert key not in f"{written.after}{written.note}{written.object_label}"


@pytest.mark.parametrize("username", ["nobody-at-all", "legal"])
def test_no_key_for_unknown_or_closed_accounts(legal, username):
    services.close_user(legal, actor=None)
    with pytest.raises(CommandError):
        issue(username)


@pytest.mark.parametrize(
    "header",
    ["Token", "Token ", "Token a b", "Token wrong", "Token \xff\xfe", "Basic Y2xlcms6ZA==", "x"],
)
def test_anything_else_is_401(client, clerk, header):
    issue("clerk")
    response = client.get(HERE, headers={"Authorization": header})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"


def test_the_hash_is_no_key(client, clerk):
    issue("clerk")
    assert ask(client, f"Token {ApiToken.objects.get().digest}") == 401


def test_a_key_ends_with_its_account(client, clerk):
    key = issue("clerk").strip()
    services.close_user(clerk, actor=None)
    assert ask(client, f"Token {key}") == 401


def test_a_revoked_key_is_worthless_and_the_other_one_works(client, clerk, security):
    first, second = issue("clerk").strip(), issue("clerk").strip()
    token = ApiToken.objects.get(digest=ApiToken.digest_of(first))
    services.revoke_token(token, actor=security)
    assert ask(client, f"Token {first}") == 401
    assert ask(client, f"Token {second}") == 200


def test_a_key_may_what_its_user_may_today(client, clerk):
    key = issue("clerk").strip()
    services.end_posting(clerk.postings.get(), actor=None)
    assert ask(client, f"Token {key}") == 403


def test_a_key_needs_no_csrf_token_and_opens_no_page(clerk):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    header = {"Authorization": f"Token {issue('clerk').strip()}"}
    body = {"kind": "supplier", "name": "甲"}
    made = client.post(HERE, body, content_type="application/json", headers=header)
    assert made.status_code == 201
    assert client.get("/profile/", headers=header).status_code == 302
