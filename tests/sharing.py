"""How the tests are shared out over the machine's processors (``make test``)."""

import gc
import os

import pytest
from xdist.scheduler import LoadFileScheduling

MOST_PROCESSES = 4
#: Files whose tests start portals, workers or browsers beside themselves: one after the other.
#: They come first, for long tests at the end would leave the other processes waiting.
CROWDED = (
    "tests/bureau/test_supervisor.py",
    "tests/bureau/test_jobs_worker.py",
    "tests/bureau/test_embedded.py",
    "tests/bureau/test_import_resume.py",
    "tests/browser/test_story_of_a_station.py",
)
#: Then come those that look at everything there is.
LONG = (
    "tests/browser/test_accessibility.py",
    "tests/test_roles_matrix.py",
    "tests/test_scope_matrix.py",
    "tests/test_headers.py",
    "tests/test_permissions.py",
    "tests/test_api_fuzz.py",
    "tests/test_scope_writes.py",
)
FIRST = {name: place for place, name in enumerate((*CROWDED, *LONG))}


class ByFile(LoadFileScheduling):
    """Keeps the tests of a file together, and the crowded files in one process."""

    def _split_scope(self, nodeid: str) -> str:
        name = super()._split_scope(nodeid)
        return "crowded" if name in CROWDED else name


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """Share the tests out by file."""
    return ByFile(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """Take the machine's processors, but not all of a big one: each process has its servers."""
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest."""
    items.sort(key=lambda item: FIRST.get(item.nodeid.partition("::")[0], len(FIRST)))


def pytest_configure() -> None:
    """Look for circular garbage rarely: it took a fifth of the time, and little is there."""
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_finish() -> None:
    """Never again look at what all tests share: the code, and the tests themselves."""
    gc.freeze()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name files after their argument: a zip holds its time, and all processes must agree."""
    return argname if isinstance(val, bytes) else None
