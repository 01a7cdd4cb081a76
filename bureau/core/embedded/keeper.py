"""Servers for the duration of a command: started with its first one, stopped after the last.

``manage.py`` asks ``open_servers``; if none run, a keeper process starts them, says so, and
waits for the lock that every user shares. It stops them even if the users were killed.
"""

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from bureau.core.embedded import locate, postgres, valkey
from bureau.core.embedded.occupancy import Holder, OccupiedError, Users, command_line
from bureau.core.embedded.privileges import NoWayError

ROOT = Path(__file__).resolve().parents[3]
READY = "ready"
START_SECONDS = 90
STOP_SECONDS = 8
# These ask no server; everything else gets one.
WITHOUT_SERVERS = {
    *("catalogues", "check", "check_templates", "collectstatic", "compilemessages"),
    *("diffsettings", "findstatic", "help", "makemessages", "makemigrations", "spectacular"),
    *("startapp", "version"),
}


def open_servers(words: list[str], var_dir: Path) -> None:
    """Make sure that the servers a command line needs are running until this process ends."""
    command = next((word for word in words if not word.startswith("-")), "help")
    given = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    if given or command in WITHOUT_SERVERS or {"--help", "-h", "--version"} & set(words):
        return
    users = Users(var_dir)
    users.join()
    try:
        keeper = wait_for_servers(var_dir)
    except (OccupiedError, postgres.StartError) as refusal:
        sys.exit(str(refusal))
    atexit.register(close, users, keeper)


def wait_for_servers(var_dir: Path) -> subprocess.Popen[str] | None:
    """Return once servers run: a portal's, another command's, or those of our new keeper."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if running(var_dir):
            return None
        keeper = spawn(var_dir)
        if keeper.stdout and keeper.stdout.readline().strip() == READY:
            return keeper
        refusal = keeper.communicate()[1].strip()
        if keeper.returncode != os.EX_TEMPFAIL:
            raise postgres.StartError(refusal)
        time.sleep(0.2)
    raise OccupiedError(f"The servers in {var_dir} do not come up: {refusal}")


def running(var_dir: Path) -> bool:
    """Tell whether both private servers can be used, those that the environment names aside."""
    database = os.environ.get("DATABASE_URL") or locate.database_port(var_dir)
    broker = os.environ.get("REDIS_URL") or locate.broker_port(var_dir)
    return bool(database and broker)


def spawn(var_dir: Path) -> subprocess.Popen[str]:
    """Start a keeper, away from our terminal: Ctrl-C is for the command."""
    return subprocess.Popen(
        [sys.executable, "-m", "bureau.core.embedded.keeper", str(var_dir), command_line()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


def close(users: Users, keeper: subprocess.Popen[str] | None) -> None:
    """Leave; if the servers were ours and nobody else needs them, wait until they are gone."""
    users.leave()
    if keeper:
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(STOP_SECONDS)


def keep(var_dir: Path, doing: str) -> int:
    """Hold the servers of ``var_dir`` until no user is left; 75 if another process holds them."""
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, lambda *_: sys.exit(0))
    try:
        holder = Holder(var_dir, doing)
    except OccupiedError as refusal:
        print(refusal, file=sys.stderr)
        return os.EX_TEMPFAIL
    servers = contextlib.ExitStack()
    with servers:
        try:
            if not os.environ.get("DATABASE_URL"):
                servers.callback(postgres.stop, postgres.start(var_dir))
            if not os.environ.get("REDIS_URL"):
                servers.callback(valkey.stop, valkey.start(var_dir))
        except (postgres.StartError, NoWayError) as failure:
            print(failure, file=sys.stderr)
            return os.EX_UNAVAILABLE
        print(READY, flush=True)
        Users(var_dir).wait_for_none()
        holder.describe("stopping")
    return 0


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), sys.argv[2]))
