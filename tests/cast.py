"""The people of every test, named once; who they are stands in ``bureau/people/demo.py``.

Import is not needed: ``tests/conftest.py`` names this module as a plugin. A test asks for
``clerk`` or ``outsider`` and gets the account with its posting; nobody else is made.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from rest_framework.test import APIClient

from bureau.people import demo, services
from bureau.people.models import User

_hashed: dict[str, str] = {}


def person(username: str) -> User:
    """Return the account of the demo table, made if this test did not ask for it before."""
    if demo.PASSWORD not in _hashed:
        _hashed[demo.PASSWORD] = make_password(demo.PASSWORD)
    return demo.seed_person(username, _hashed[demo.PASSWORD])


def _fixture_of(username: str) -> Callable:
    @pytest.fixture(name=username)
    def fixture(db) -> User:
        return person(username)

    return fixture


# clerk, clerk2, chief, leader, legal, inspector, inspector2, company, property, village, town,
# town2, town_team, town_team2, county, county2, finance, auditor, admin, security, outsider
globals().update({f"{username}_fixture": _fixture_of(username) for username in demo.PEOPLE})


@pytest.fixture
def nobody(db) -> User:
    """Return an account without any posting."""
    return User.objects.create_user("nobody", display_name="无岗", must_change_password=False)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Return a browser in which somebody has signed in: ``signed_in(clerk).get("/")``."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="bureau.people.backends.PortalBackend")
        return client

    return sign_in


@pytest.fixture
def api() -> Callable[[User | None], APIClient]:
    """Return an API client with a key of its user: ``api(clerk).get("/api/v1/")``."""

    def of(user: User | None = None) -> APIClient:
        client = APIClient()
        if user is not None:
            key = services.issue_token(user, actor=None)
            client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
        client.default_format = "json"
        return client

    return of
