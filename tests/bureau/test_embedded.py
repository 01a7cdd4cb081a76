"""The private servers: keys, ways to run them, where they are found, who may hold them."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bureau.core.embedded import keeper, keys, locate, ports, postgres, privileges, valkey
from bureau.core.embedded.occupancy import Holder, OccupiedError
from tests.processes import wait_for


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def no_given_servers(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", *keys.GIVEN_BY):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def closed_folder():
    """Return a folder that nobody but its owner may pass, as a home of mode 0700 is."""
    with tempfile.TemporaryDirectory(prefix="portal-closed-") as name:
        folder = Path(name)
        folder.chmod(0o700)
        yield folder


class TestKeys:
    def test_they_are_made_once_for_the_owner_alone(self, no_given_servers, tmp_path):
        made = keys.load(tmp_path, must_be_given=False)
        assert keys.load(tmp_path, must_be_given=False) == made
        assert mode(tmp_path / "keys") == 0o700
        files = {path.name: mode(path) for path in (tmp_path / "keys").iterdir()}
        assert files == dict.fromkeys(("django", "encryption", "blind_index"), 0o600)
        assert all(len(key) == 32 for key in (*made.encryption.values(), made.blind_index))

    def test_each_portal_has_its_own(self, no_given_servers, tmp_path):
        one, other = (keys.load(tmp_path / name, must_be_given=False) for name in "ab")
        assert one.django != other.django
        assert one.blind_index != other.blind_index

    def test_a_database_elsewhere_wants_them_from_the_environment(
        self, no_given_servers, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("SECRET_KEY", keys.new_text())
        with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS, BLIND_INDEX_KEY"):
            keys.load(tmp_path, must_be_given=True)
        assert not (tmp_path / "keys").exists()

    def test_several_encryption_keys_have_ids(self):
        ring = keys.parse_ring(f"1:{keys.new_key()},2:{keys.new_key()}")
        assert sorted(ring) == [1, 2]

    @pytest.mark.parametrize("text", ["", "abc", "0:QUJD", "1:short", "x:QUJD", "1:QUJD,1:QUJD"])
    def test_a_broken_ring_is_refused_without_quoting_it(self, text):
        with pytest.raises(ImproperlyConfigured) as refusal:
            keys.parse_ring(text)
        assert "QUJD" not in str(refusal.value)


class TestWhere:
    def test_a_database_url_is_read_whole(self):
        found = locate.parse_database_url(
            "postgres://us%40er:p%2Fw@db.example:6543/n?sslmode=require"
        )
        assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("us@er", "p/w", "db.example")
        assert (found["PORT"], found["NAME"]) == ("6543", "n")
        assert found["OPTIONS"] == {"sslmode": "require"}

    @pytest.mark.parametrize("url", ["mysql://a@b/c", "postgres://host", "sqlite:///x"])
    def test_another_database_is_refused(self, url):
        with pytest.raises(ImproperlyConfigured):
            locate.parse_database_url(url)

    def test_a_pid_given_to_another_program_is_no_server(self, tmp_path):
        data = locate.database_folder(tmp_path)
        data.mkdir(parents=True)
        lines = [str(os.getpid()), str(data), "0", "5432", "", "127.0.0.1", "0", "ready"]
        (data / "postmaster.pid").write_text("\n".join(lines))
        assert locate.database_port(tmp_path) is None
        postgres.wait_for_predecessor(data)
        assert not (data / "postmaster.pid").exists()


class TestServers:
    def test_both_come_up_and_leave_in_a_closed_folder(self, no_given_servers, closed_folder):
        var_dir = closed_folder / "var"
        var_dir.mkdir()
        database = postgres.start(var_dir, throw_away=True)
        broker = valkey.start(var_dir)
        try:
            assert locate.database_port(var_dir)
            assert Path(f"/proc/{broker.pid}/comm").read_text().strip() == "valkey-server"
            assert Path(f"/proc/{broker.pid}/cwd").resolve() == var_dir / "valkey"
            assert ports.taken(locate.broker_port(var_dir))
        finally:
            postgres.stop(database)
            valkey.stop(broker)
        assert database.returncode == 0
        assert locate.database_port(var_dir) is None
        assert locate.broker_port(var_dir) is None
        assert mode(closed_folder) == 0o700

    def test_the_portal_is_no_superuser(self, db):
        where = settings.DATABASES["default"]
        with psycopg.connect(
            host=where["HOST"],
            port=where["PORT"],
            user=where["USER"],
            password=where["PASSWORD"],
            dbname=locate.NAME,
        ) as link:
            asked = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            assert link.execute(asked).fetchone() == (False,)

    def test_nobody_enters_without_the_password(self):
        where = settings.DATABASES["default"]
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                host=where["HOST"],
                port=where["PORT"],
                user="postgres",
                password="",
                dbname="postgres",
            )

    def test_a_killed_parent_takes_the_servers_along(self, no_given_servers, tmp_path):
        script = (
            "import os, signal, sys; from pathlib import Path;"
            "from bureau.core.embedded import postgres, valkey;"
            "var = Path(sys.argv[1]);"
            "print(postgres.start(var, throw_away=True).pid, valkey.start(var).pid, flush=True);"
            "os.kill(os.getpid(), signal.SIGKILL)"
        )
        outcome = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == -signal.SIGKILL
        places = (locate.database_folder(tmp_path), locate.broker_folder(tmp_path))
        pids = [int(pid) for pid in outcome.stdout.split()]
        assert len(pids) == 2
        pairs = list(zip(pids, places, strict=True))
        wait_for(lambda: not any(locate.alive(*pair) for pair in pairs), 5, "orphans to leave")


class TestRoot:
    @pytest.fixture(autouse=True)
    def root_without_namespaces(self, monkeypatch):
        monkeypatch.setattr(privileges.os, "geteuid", lambda: 0)
        monkeypatch.setattr(privileges, "works", lambda _command: False)

    def test_without_namespaces_a_system_user_is_taken_and_only_our_folder_opened(
        self, no_given_servers
    ):
        programs = Path(tempfile.mkdtemp(prefix="portal-programs-"))
        programs.chmod(0o755)
        with tempfile.TemporaryDirectory(prefix="portal-open-") as name:
            way = privileges.find(Path(name), programs)
            assert way.user == privileges.SYSTEM_USER
            assert mode(Path(name)) == 0o711
        programs.rmdir()

    def test_a_closed_folder_above_is_named_and_not_touched(self, no_given_servers, closed_folder):
        var_dir = closed_folder / "var"
        var_dir.mkdir()
        with pytest.raises(privileges.NoWayError, match=str(closed_folder)):
            privileges.find(var_dir, Path("/"))
        assert mode(closed_folder) == 0o700


class TestHolding:
    def test_the_second_holder_is_told_who_the_first_is(self, tmp_path):
        first = Holder(tmp_path, "the portal on port 8000")
        with pytest.raises(OccupiedError, match=f"process {os.getpid()} .*port 8000"):
            Holder(tmp_path, "another")
        first.file.close()
        Holder(tmp_path, "another").file.close()


@pytest.mark.slow
class TestCommands:
    ASK = (
        "from django.db import connection as c; c.ensure_connection(); "
        "print(c.settings_dict['PORT'])"
    )

    def manage(self, var_dir: Path, *words: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
            env=os.environ | {"VAR_DIR": str(var_dir), "DJANGO_SETTINGS_MODULE": "bureau.settings"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def test_a_command_brings_servers_for_its_duration(self, no_given_servers, tmp_path):
        command = self.manage(tmp_path, "shell", "-v", "0", "-c", self.ASK)
        out, err = command.communicate(timeout=60)
        assert command.returncode == 0, err
        assert int(out) > 0
        assert not keeper.running(tmp_path)

    def test_a_killed_command_leaves_no_servers(self, no_given_servers, tmp_path):
        command = self.manage(tmp_path, "shell", "-c", "import time; time.sleep(60)")
        wait_for(lambda: keeper.running(tmp_path), 30, "the command's servers")
        command.kill()
        command.communicate()
        wait_for(lambda: not locate.database_port(tmp_path), 10, "the servers to leave")
        wait_for(lambda: not locate.broker_port(tmp_path), 10, "the servers to leave")

    def test_a_command_without_need_starts_nothing(self, no_given_servers, tmp_path):
        command = self.manage(tmp_path, "check")
        _out, err = command.communicate(timeout=60)
        assert command.returncode == 0, err
        assert not (tmp_path / "postgres").exists()
