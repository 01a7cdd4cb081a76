"""One line per measure: its value beside the floor of the same run, and whether the goal holds."""

import gc
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

IMPORTED = int(os.environ.get("BENCH_ROWS", "200000"))
LISTED = int(os.environ.get("BENCH_ROWS", "1000000"))
FIELDS = ("id", "value", "unit", "floor", "ratio", "goal", "holds")


def report(measure: str, value: float, unit: str, floor: float, goal: float) -> bool:
    """Print one measure beside its floor; returns whether its goal, a ratio, holds."""
    ratio = value / floor
    facts = (measure, round(value, 6), unit, round(floor, 6), round(ratio, 3), goal, ratio <= goal)
    return _line(facts)


def report_at_least(measure: str, value: float, unit: str, floor: float, goal: float) -> bool:
    """Print a measure whose ratio must not be smaller than its goal, such as a throughput."""
    ratio = value / floor
    facts = (measure, round(value, 6), unit, round(floor, 6), round(ratio, 3), goal, ratio >= goal)
    return _line(facts)


def _line(facts: tuple[Any, ...]) -> bool:
    sys.stdout.write(f"\n{json.dumps(dict(zip(FIELDS, facts, strict=True)))}\n")
    sys.stdout.flush()
    return bool(facts[-1])


def seconds(step: Callable[[], Any]) -> float:
    """Return what one call takes."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def least(rounds: int, *steps: Callable[[], Any]) -> list[float]:
    """Return the least seconds of each step, taken in turn: others use the machine too."""
    found = [[seconds(step) for step in steps] for _round in range(rounds)]
    return [min(times) for times in zip(*found, strict=True)]


def forget_peak() -> None:
    """Let this process's peak of memory begin anew."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")


def peak_mb(pid: int | str = "self") -> float:
    """Return the peak of resident memory of a process in MB."""
    return _memory(pid, "VmHWM")


def resident_mb(pid: int | str = "self") -> float:
    """Return the resident memory of a process in MB."""
    return _memory(pid, "VmRSS")


def _memory(pid: int | str, word: str) -> float:
    found = re.search(rf"{word}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
