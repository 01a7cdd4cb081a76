"""The life of a background task as a table, and how long to wait between attempts."""

from datetime import timedelta

from bureau.core.transitions import Transition, Workflow

MAX_ATTEMPTS = 3
LEASE = timedelta(seconds=60)
RENEWAL = timedelta(seconds=20)
# A message still on its way is not sent again before this.
PATIENCE = timedelta(seconds=5)

CHANGE = ("jobs.change_job",)

WORKFLOW: Workflow = (
    Transition("enqueue", (), "queued", ()),
    Transition("claim", ("queued",), "running", ()),
    Transition("give_back", ("running",), "queued", ()),
    Transition("finish", ("running",), "done", ()),
    Transition("fail", ("running", "queued"), "failed", ()),
    Transition("retry", ("failed", "cancelled"), "queued", CHANGE),
    Transition("cancel", ("queued", "running"), "cancelled", CHANGE),
)


def wait_before(attempt: int) -> timedelta:
    """Return how long a task rests before its next attempt: 5 s after the first, then 25 s."""
    return timedelta(seconds=5**attempt)


def seconds_left(done: int, total: int, elapsed: float) -> int | None:
    """Return the seconds still to go at the pace so far; None while nobody can tell."""
    if done <= 0 or total <= 0 or elapsed <= 0:
        return None
    return round(elapsed * max(total - done, 0) / done)


def percent(done: int, total: int) -> int | None:
    """Return the share done in whole percent, rounded down; None without a total."""
    return min(100 * done // total, 100) if total > 0 else None
