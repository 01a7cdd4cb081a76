"""Who holds a lease: a process by host, number and time of birth, and whether it still lives."""

import os
import socket
from functools import lru_cache
from pathlib import Path
from uuid import uuid4


def new_owner() -> str:
    """Return this process as "host:pid:starttime:token", the token fresh for every lease.

    Process numbers are used again, births are not; the token tells two leases of one process
    apart.
    """
    return f"{me()}:{uuid4().hex[:8]}"


def me() -> str:
    """Return this process as "host:pid:starttime"."""
    return _name_of(os.getpid())


@lru_cache(maxsize=4)
def _name_of(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_birth_of(pid) or 0}"


def _birth_of(pid: int) -> int | None:
    """Clock ticks from boot to the birth of ``pid``; None for a dead process or a zombie."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    state, birth = after_name[0], after_name[19]
    return None if state in "ZX" else int(birth)


def surely_dead(owner: str) -> bool:
    """Whether ``owner`` was a process of this host that is no more; other hosts are unknown."""
    host, _colon, rest = owner.partition(":")
    pid, _colon, rest = rest.partition(":")
    birth = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdigit() or birth in ("", "0"):
        return False
    return _birth_of(int(pid)) != int(birth)
