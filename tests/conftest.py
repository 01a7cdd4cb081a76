"""What every test may lean on: throw-away servers, a clean slate, a browser, a true worker."""

from collections.abc import Callable, Iterator

import pytest
from django.test import TransactionTestCase

from tests import clean_slate, processes, quick_migrations

pytest_plugins = ["tests.cast", "tests.sharing"]

APT = "apt-get install -y chromium fonts-noto-cjk"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> Iterator[None]:
    """Make the test database quickly."""
    with quick_migrations.undrawn():
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Make the test database and remember what the migrations wrote into it."""
    with django_db_blocker.unblock():
        clean_slate.allow_truncate()
        clean_slate.keep()
    TransactionTestCase._fixture_teardown = lambda _case: clean_slate.restore()


@pytest.fixture
def portal_env(transactional_db) -> dict[str, str]:
    """Return the environment in which another process stands on this test's servers."""
    return processes.environment()


@pytest.fixture
def start_worker(transactional_db) -> Iterator[Callable[..., processes.Worker]]:
    """Return a function that starts true Celery workers: words of its command line, environment."""
    workers = []
    processes.empty_broker()

    def start(*words: str, **env: str) -> processes.Worker:
        worker = processes.Worker(*words, **env)
        workers.append(worker)
        worker.start()
        return worker

    yield start
    for worker in workers:
        worker.drop()


@pytest.fixture
def real_worker(start_worker) -> processes.Worker:
    """Start one true Celery worker on the test's broker and database."""
    return start_worker()


@pytest.fixture
def wait_for() -> Callable:
    """Return the patient friend of tests on processes: ``wait_for(condition, seconds, what)``."""
    return processes.wait_for


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args) -> dict:
    """Use the Chromium of the machine; tests never download a browser."""
    chromium = processes.find_chromium()
    if chromium is None:
        pytest.fail(f"Browser tests need Chromium: {APT} (or set CHROMIUM to its path).")
    return browser_type_launch_args | {"executable_path": chromium, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args) -> dict:
    """Look at the portal as on an office screen in Liaocheng."""
    return browser_context_args | {
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 800},
    }
