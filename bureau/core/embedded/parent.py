"""What ``make`` does not tell its child: that Ctrl-C was meant for both.

On SIGTERM make passes the signal on and waits. On SIGINT it only waits, trusting that the
terminal has told the whole group; a SIGINT sent to make alone would leave both waiting for ever.
But make resets its handler first, and the kernel shows who catches what.
"""

import os
import signal
from pathlib import Path

MAKES = {"make", "gmake"}


class Parent:
    """The process that started us, looked at from outside."""

    def __init__(self, pid: int | None = None) -> None:
        self.pid = pid or os.getppid()
        self.watched = self.name() in MAKES and self.catches(signal.SIGINT)

    def interrupted(self) -> bool:
        """Tell whether a make that started us has got SIGINT since."""
        return self.watched and not self.catches(signal.SIGINT)

    def name(self) -> str:
        """Return the parent's program name; empty once it is gone."""
        try:
            return Path(f"/proc/{self.pid}/comm").read_text().strip()
        except OSError:
            return ""

    def catches(self, sign: signal.Signals) -> bool:
        """Tell whether the parent has a handler for the signal; a vanished one has none."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return False
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (sign - 1) & 1)
