"""Watches over the portal's processes: a dead one is started again, all end together."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bureau.core.embedded import children
from bureau.core.embedded.parent import Parent

TICK = 0.2
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
SECONDS_TO_LEAVE = 5.0

Child = subprocess.Popen[bytes]


class PartFailedError(Exception):
    """A part of the portal ended before the portal was ready; the message holds its last words."""


class StopAsked(BaseException):
    """SIGTERM, SIGINT or SIGHUP came: leave whatever is going on and stop everything."""


def terminate(child: Child) -> None:
    """Stop one process that has two seconds to leave."""
    children.end([child], signal.SIGTERM, patience=2)


@dataclass
class Part:
    """One process of the portal: how it starts, how it stops, where it writes."""

    name: str
    start: Callable[[], Child]
    log: Path
    stop: Callable[[Child], None] = terminate
    child: Child | None = None
    pause: float = 1.0
    started: float = 0.0
    due: float = 0.0

    def run(self) -> None:
        """Start the process."""
        self.child = self.start()
        self.started = time.monotonic()

    def ended(self) -> bool:
        """Tell whether the process has ended without being asked to."""
        return self.child is not None and self.child.poll() is not None

    def last_words(self) -> str:
        """Return a sentence on how the part ended."""
        code = self.child.returncode if self.child else "?"
        return f"{self.name} ended ({code}); {self.log} ends with:\n{children.tail(self.log, 15)}"


class Supervisor:
    """Starts parts in order, keeps them running, stops them in reverse order within seconds."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.parts: list[Part] = []
        self.stopping = False
        self.parent = Parent()
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        self.stopping = True

    def add(self, part: Part) -> None:
        """Start a part and watch it from now on."""
        self.breathe(0)
        self.parts.append(part)
        part.run()

    def breathe(self, seconds: float = TICK) -> None:
        """Let time pass; raise ``StopAsked`` if a signal came meanwhile."""
        if not self.stopping:
            time.sleep(seconds)
        if self.stopping or self.parent.interrupted():
            raise StopAsked

    def complete(self, name: str, command: Sequence[str], env: dict[str, str], log: Path) -> None:
        """Run a step to its end; raise ``PartFailedError`` with its last words if it fails."""
        step = Part(name, lambda: children.start(command, log, env=env), log)
        step.run()
        try:
            while not step.ended():
                self.breathe()
        finally:
            if step.child:
                terminate(step.child)
        if step.child and step.child.returncode:
            raise PartFailedError(step.last_words())

    def wait_until(self, ready: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait for a condition while every part lives; raise ``PartFailedError`` otherwise."""
        deadline = time.monotonic() + seconds
        while not ready():
            for part in self.parts:
                if part.ended():
                    raise PartFailedError(part.last_words())
            if time.monotonic() > deadline:
                raise PartFailedError(f"After {seconds:.0f} s the portal is not ready: {what}")
            self.breathe(0.5)

    def watch(self) -> None:
        """Keep every part running until a signal asks to stop."""
        while True:
            for part in self.parts:
                self.mend(part)
            self.breathe()

    def mend(self, part: Part) -> None:
        """Start a part again that has ended, after a pause that doubles while it keeps ending."""
        now = time.monotonic()
        if not part.child or not part.ended():
            return
        if not part.due:
            if now - part.started > STEADY_SECONDS:
                part.pause = 1.0
            part.due = now + part.pause
            self.say(f"{part.last_words()}\n{part.name} starts again in {part.pause:.0f} s.")
            children.sweep(part.child)
        elif now >= part.due:
            part.due, part.pause = 0.0, min(part.pause * 2, LONGEST_PAUSE)
            try:
                part.run()
            except Exception as failure:  # noqa: BLE001 - the next try comes after a longer pause
                self.say(f"{part.name} does not start: {failure}")

    def stop_all(self, together: set[str]) -> None:
        """Stop the parts named ``together`` at the same time, then the others, last one first."""
        self.stopping = True
        crew = [part.child for part in self.parts if part.name in together and part.child]
        children.end(crew, signal.SIGTERM, SECONDS_TO_LEAVE)
        for part in reversed(self.parts):
            if part.child and part.name not in together:
                part.stop(part.child)
