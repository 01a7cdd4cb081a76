"""``make run`` as an operator meets it: side by side, in each other's way, ended in every way."""

import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from bureau.core.embedded import keys, ports
from tests.processes import family, is_alive, wait_for, words_of

pytestmark = pytest.mark.slow
NOT_FOR_PORTALS = {
    *("DATABASE_URL", "REDIS_URL", "VAR_DIR", "DJANGO_SETTINGS_MODULE", *keys.GIVEN_BY),
    *("MAKEFLAGS", "MAKELEVEL", "MFLAGS"),
}
# Half a minute on a quiet machine.
PATIENCE = 300
# Ten on a quiet machine; here other tests use the other processor.
SECONDS_TO_STOP = 20


class MakeRun:
    """One ``make run`` with its own port and folder, its output line by line."""

    def __init__(self, var_dir: Path, port: int | None = None) -> None:
        self.port = port or ports.free()
        ours = {name: value for name, value in os.environ.items() if name not in NOT_FOR_PORTALS}
        self.make = subprocess.Popen(
            ["make", "run", f"PORT={self.port}", f"VAR_DIR={var_dir}"],
            cwd=settings.BASE_DIR,
            env=ours | {"PORTAL_DEMO": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        for line in self.make.stdout:
            self.said.append(line.rstrip())

    def is_up(self) -> bool:
        assert self.make.poll() is None, "\n".join(self.said)
        return f"Ready at http://127.0.0.1:{self.port}" in self.said

    def wait(self) -> "MakeRun":
        wait_for(self.is_up, PATIENCE, "the portal to be ready")
        return self

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            return answer.code
        except urllib.error.URLError:
            return 0

    def find(self, *words: str) -> int:
        """Return the oldest process of this portal whose command line has all the words."""
        matching = (pid for pid in sorted(family(self.make.pid)) if words_of(pid))
        return next(pid for pid in matching if all(word in words_of(pid) for word in words))

    def ends(self, victim: int, sign: signal.Signals) -> None:
        """Send a signal to one process; the whole family must be gone in time, make included."""
        everybody = family(self.make.pid)
        assert len(everybody) > 5
        os.kill(victim, sign)
        left = lambda: [words_of(pid) for pid in everybody if is_alive(pid)]  # noqa: E731
        began = time.monotonic()
        self.make.wait(SECONDS_TO_STOP)
        if sign != signal.SIGKILL:
            assert left() == [], "make ends after its last child"
        wait_for(lambda: not left(), SECONDS_TO_STOP - (time.monotonic() - began), f"{left()}")
        assert not ports.taken(self.port)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portals")
    return folder / "one", folder / "other"


@pytest.fixture(scope="module")
def portals(folders):
    """Two portals side by side."""
    runs = [MakeRun(folder) for folder in folders]
    yield [run.wait() for run in runs]
    for run in runs:
        if run.make.poll() is None:
            run.make.terminate()
            run.make.wait()


def test_two_portals_stand_side_by_side(portals):
    assert [run.status("/readyz") for run in portals] == [200, 200]
    assert portals[0].port != portals[1].port


def test_no_secret_shows_in_a_command_line(portals, folders):
    secrets = [path.read_text().strip() for path in (folders[0] / "keys").iterdir()]
    shown = " ".join(words_of(pid) for pid in family(portals[0].make.pid))
    assert not [secret for secret in secrets if secret in shown]


def test_a_folder_in_use_is_refused_with_the_name_of_its_holder(portals, folders):
    holder = portals[0].find("embedded.portal")
    second = MakeRun(folders[0])
    assert second.make.wait(30) != 0
    said = wait_for(lambda: "\n".join(second.said), 5)
    assert f"process {holder} " in said
    assert str(portals[0].port) in said
    assert portals[0].status("/readyz") == 200


def test_a_port_in_use_is_refused(portals, tmp_path):
    second = MakeRun(tmp_path / "new", port=portals[0].port)
    assert second.make.wait(30) != 0
    assert wait_for(lambda: str(portals[0].port) in "\n".join(second.said), 5)


@pytest.mark.parametrize("words", [("celery", "worker"), ("celery", "beat"), ("valkey-server",)])
def test_a_part_that_is_killed_starts_again(portals, words):
    first = portals[0]
    killed = first.find(*words)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: not is_alive(killed), 5)

    def again() -> bool:
        fresh = [pid for pid in family(first.make.pid) if all(w in words_of(pid) for w in words)]
        return bool(fresh) and killed not in fresh

    wait_for(again, 20, f"a new {words}")
    wait_for(lambda: first.status("/readyz") == 200, 20, "readiness")


# From here on the portals end, one after the other.
def test_sigterm_to_make_alone_ends_everything_but_the_neighbour(portals):
    first, second = portals
    first.ends(first.make.pid, signal.SIGTERM)
    assert second.status("/readyz") == 200


def test_sigint_to_make_alone_ends_everything(portals):
    second = portals[1]
    second.ends(second.make.pid, signal.SIGINT)


def test_a_killed_supervisor_takes_all_along_and_the_next_start_works(portals, folders):
    run = MakeRun(folders[0]).wait()
    run.ends(run.find("embedded.portal"), signal.SIGKILL)
    run = MakeRun(folders[0]).wait()
    run.ends(run.make.pid, signal.SIGKILL)
