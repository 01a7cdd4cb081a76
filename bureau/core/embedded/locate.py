"""Where the database and the broker are: the environment's word, else the private servers'."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from bureau.core.embedded import keys

HOST = "127.0.0.1"
NAME = ROLE = "portal"
NOWHERE = 1  # nothing listens there: a command that meets no server fails at once, not elsewhere
READY_LINE = 7  # of postmaster.pid: 0 pid, 3 port, 7 status


def database(var_dir: Path) -> dict[str, Any]:
    """Return Django's settings of the database: ``DATABASE_URL``, else the private PostgreSQL."""
    url = os.environ.get("DATABASE_URL")
    return parse_database_url(url) if url else private_database(var_dir)


def private_database(var_dir: Path) -> dict[str, Any]:
    """Return Django's settings of the private PostgreSQL under ``VAR_DIR``."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": ROLE,
        "PASSWORD": keys.kept(var_dir / "keys" / "database", keys.new_text),
        "HOST": HOST,
        "PORT": str(database_port(var_dir) or NOWHERE),
    }


def broker(var_dir: Path) -> str:
    """Return the address of the broker: ``REDIS_URL``, else the private Valkey's."""
    return os.environ.get("REDIS_URL") or private_broker(var_dir)


def private_broker(var_dir: Path) -> str:
    """Return the address of the private Valkey under ``VAR_DIR``, its password included."""
    password = keys.kept(var_dir / "keys" / "broker", keys.new_text)
    return f"redis://:{password}@{HOST}:{broker_port(var_dir) or NOWHERE}/0"


def parse_database_url(url: str) -> dict[str, Any]:
    """Return Django's settings for ``postgres://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2:
        raise ImproperlyConfigured(
            "DATABASE_URL must read postgres://user:password@host:port/name: "
            "the portal stands on PostgreSQL only."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def database_folder(var_dir: Path) -> Path:
    """Return the data folder of the private PostgreSQL."""
    return var_dir / "postgres" / "data"


def broker_folder(var_dir: Path) -> Path:
    """Return the working folder of the private Valkey."""
    return var_dir / "valkey"


def database_port(var_dir: Path) -> int | None:
    """Return the port of the running private PostgreSQL; None while none accepts connections."""
    try:
        lines = (database_folder(var_dir) / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) <= READY_LINE or lines[READY_LINE].strip() != "ready":
        return None
    return int(lines[3]) if alive(int(lines[0]), database_folder(var_dir)) else None


def broker_port(var_dir: Path) -> int | None:
    """Return the port of the running private Valkey; None while there is none."""
    try:
        pid, port = (broker_folder(var_dir) / "address").read_text().split()
    except (OSError, ValueError):
        return None
    return int(port) if alive(int(pid), broker_folder(var_dir)) else None


def alive(pid: int, folder: Path) -> bool:
    """Tell whether process ``pid`` runs (zombies do not) and works in ``folder``.

    Pid numbers are given out again, soonest in containers, so the pid alone proves nothing.
    """
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in {"Z", "X"} and Path(f"/proc/{pid}/cwd").resolve() == folder.resolve()
    except (OSError, IndexError):
        return False
