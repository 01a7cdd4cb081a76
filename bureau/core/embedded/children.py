"""Child processes that never outlive the process that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 20 * 1024 * 1024
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(sign: signal.Signals) -> None:
    """Ask the kernel to send ``sign`` to this process when its parent thread ends."""
    _libc.prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)


def bound_to(parent: int, sign: signal.Signals) -> Callable[[], None]:
    """Return what a child does before its program: die with ``parent``, even one already gone."""

    def before_program() -> None:
        die_with_parent(sign)
        if os.getppid() != parent:
            os.kill(os.getpid(), sign)

    return before_program


def start(
    command: Sequence[str],
    log: Path,
    *,
    last_word: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, its words in ``log``; it ends when we do.

    ``last_word`` is the signal it gets from the kernel should this process be killed.
    """
    with open_log(log) as words:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
            preexec_fn=bound_to(os.getpid(), last_word),
            **options,
        )


def open_log(path: Path) -> IO[bytes]:
    """Open a log for appending, for the owner alone; past 20 MB it becomes the one old log."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.rename(path.with_suffix(".old.log"))
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def end(children: Sequence[subprocess.Popen[bytes]], sign: signal.Signals, patience: float) -> None:
    """Send ``sign`` to the children; after ``patience`` seconds kill what is left of them."""
    for child in children:
        if child.poll() is None:
            child.send_signal(sign)
    deadline = time.monotonic() + patience
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
    for child in children:
        sweep(child)


def sweep(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the child's session, and the child itself, and reap it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def tail(log: Path, lines: int = 5) -> str:
    """Return the last lines of a log, for an operator's message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
