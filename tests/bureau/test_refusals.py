"""What production must not start with, one reason at a time."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from bureau.core import refusals
from bureau.core.embedded import keys
from bureau.people.demo import seed_people
from tests.processes import manage

pytestmark = pytest.mark.django_db
GOOD_KEY = "mT7-pY2_qL9xVw4Zr8Kc1Hd6Nf3Jb5Gs0Ta-uEoIiRzXyQkWvBn"


@pytest.fixture
def production(settings):
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.SECRET_KEY = GOOD_KEY
    settings.ALLOWED_HOSTS = ["portal.example"]
    return settings


def reasons() -> set[str]:
    found = refusals.settings_refused(None) + refusals.accounts_refused(None, ["default"])
    return {message.id for message in found}


def test_a_safe_production_starts(production):
    assert reasons() == set()
    assert not refusals.is_weak(keys.new_text())


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DEBUG", True, "portal.E001"),
        ("SECRET_KEY", "django-insecure-" + GOOD_KEY, "portal.E002"),
        ("SECRET_KEY", "x" * 60, "portal.E002"),
        ("SECRET_KEY", GOOD_KEY[:30], "portal.E002"),
        ("ENCRYPTION_KEYS", {1: bytes(32)}, "portal.E003"),
        ("BLIND_INDEX_KEY", b"a" * 32, "portal.E003"),
        ("CLOCK_OFFSET", 60.0, "portal.E004"),
        ("ALLOWED_HOSTS", ["*"], "portal.E005"),
    ],
)
def test_each_unsafe_setting_is_a_reason(production, name, value, code):
    setattr(production, name, value)
    assert reasons() == {code}


def test_an_active_demo_account_is_a_reason(production):
    people = seed_people()
    assert reasons() == {"portal.E006"}
    type(people["clerk"]).objects.update(is_active=False)
    assert reasons() == set()


def test_one_machine_may_do_all_of_this(settings):
    settings.DEBUG = True
    settings.CLOCK_OFFSET = 60.0
    seed_people()
    assert reasons() == set()


@pytest.mark.slow
def test_the_web_server_does_not_come_up(transactional_db):
    outcome = manage(
        "shell", "-c", "import bureau.wsgi", PORTAL_ENV="production", DEBUG="1", ALLOWED_HOSTS="x"
    )
    assert outcome.returncode != 0
    assert "portal.E001" in outcome.stderr


def test_every_reason_is_said_at_once(production):
    production.DEBUG = True
    production.CLOCK_OFFSET = 1.0
    with pytest.raises(ImproperlyConfigured, match=r"portal\.E001.*portal\.E004"):
        refusals.refuse_unsafe_start()
