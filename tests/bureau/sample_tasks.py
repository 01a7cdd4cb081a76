"""Tasks that tests order; a worker under test is told to include this module."""

import os
import signal
import time
from pathlib import Path

from bureau.core.errors import BusinessError
from bureau.jobs.registry import handler
from bureau.records.choices import RecordRefusal
from bureau.records.models import AuditEntry
from bureau.records.services import record

RAN = "sample_ran"


def runs(job=None):
    """Return how often sample tasks left their mark, or how often this one did."""
    marks = AuditEntry.objects.filter(verb=RAN)
    return marks.filter(note=str(job.pk)).count() if job else marks.count()


@handler("sample.mark")
def mark(job, report):
    """Leave one mark and be done."""
    report(1, 2, "half way")
    record(RAN, None, actor=None, note=str(job.pk), after={"source_args": job.args})
    report(2, 2)
    return {"url": "/somewhere/", "marks": 1}


@handler("sample.steps")
def steps(job, report):
    """Do ``steps`` marks one by one, leaving out those that an earlier attempt has done."""
    for step in range(job.args["steps"]):
        name = f"{job.pk}:{step}"
        if not AuditEntry.objects.filter(verb=RAN, note=name).exists():
            record(RAN, None, actor=None, note=name)
        report(step + 1, job.args["steps"], f"step {step + 1}")
        _maybe_die(job, step)
        time.sleep(job.args.get("pause", 0))
    return {"steps": job.args["steps"]}


def _maybe_die(job, step):
    """Kill this very process once, as if the power went, when the order says so."""
    flag = job.args.get("die_once")
    if flag and step == 1 and not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)


@handler("sample.die")
def die(job, report):
    """Kill the process every time."""
    os.kill(os.getpid(), signal.SIGKILL)


@handler("sample.refuse")
def refuse(job, report):
    """Say no for a reason of the business."""
    raise BusinessError(RecordRefusal.FILE_EMPTY, name="a.xlsx")


@handler("sample.break")
def break_down(job, report):
    """Stop with a programming error until the third attempt."""
    if job.attempts < job.args.get("good_from", 99):
        raise ZeroDivisionError("a number that nobody may read: 371502199001011234")
    return {}
