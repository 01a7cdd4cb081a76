"""Large exports: written by a worker, sealed at rest, fetched by their owner, gone in a week."""

import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bureau.core import clock, crypto
from bureau.exchange import rules
from bureau.exchange.choices import ExportVerb
from bureau.exchange.exporting import Block, Blocks, ExportColumn, csv_lines, write_xlsx
from bureau.exchange.models import ExportRun
from bureau.jobs.models import Job
from bureau.jobs.services import enqueue
from bureau.records.services import record

KIND = "exchange.export"
FOLDER = "exports"
PIECE = 4 * 1024 * 1024
HEAD = 4

Report = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is written: columns, the rows that the owner may see at this moment, their cells."""

    columns: Sequence[ExportColumn]
    rows: QuerySet
    cells: Blocks


# --- Ordering and writing ---------------------------------------------------------------------
@transaction.atomic
def order_export(*, actor: Any, source: str, words: str, name: str, fmt: str) -> Job:
    """Order the export of a list: its address's name and words, a file name, csv or xlsx.

    The same export ordered twice while it waits or runs is one.
    """
    key = crypto.blind_index(f"{actor.pk}\n{source}\n{words}\n{fmt}", "exchange.export")
    live = Job.objects.live().filter(kind=KIND, unique_key=key).first()
    if live is not None:
        return live
    run = ExportRun.objects.create(actor=actor, source=source, words=words, name=name, fmt=fmt)
    job = enqueue(KIND, actor=actor, args={"run": run.pk}, subject=run, unique_key=key)
    run.job = job
    run.save(update_fields=["job"])
    record(ExportVerb.EXPORT_ORDERED, run, actor=actor, after={"source": source, "format": fmt})
    return job


def carry_out(job: Job, report: Report, open_sheet: Callable[[ExportRun], Sheet]) -> dict[str, Any]:
    """Write the export that the task names; safe to run again from the start."""
    run = ExportRun.objects.select_related("actor").get(pk=job.args["run"])
    sheet = open_sheet(run)
    total = sheet.rows.count()
    with tempfile.TemporaryFile() as file:
        cells = Blocks(_reported(sheet.cells, total, report))
        if run.fmt == "csv":
            for piece in csv_lines(sheet.columns, cells):
                file.write(piece.encode())
        else:
            write_xlsx(file, sheet.columns, cells)
        run.size = file.tell() if run.fmt == "csv" else file.seek(0, 2)
        file.seek(0)
        path = seal_file(run.pk, file)
    with transaction.atomic():
        remove(run.path)
        run.path, run.rows = path, total
        run.save(update_fields=["path", "rows", "size", "updated_at"])
        record(ExportVerb.EXPORT_WRITTEN, run, actor=run.actor, after={"rows": total})
    return {"rows": total, "url": run.get_absolute_url()}


def _reported(cells: Blocks, total: int, report: Report) -> Iterator[Block]:
    phase, number = _("Writing the rows"), 0
    for block in cells:
        yield block
        number += len(block[0])
        report(number, total, phase)


def purge_exports() -> int:
    """Delete the files of exports after seven days; the counts stay."""
    count = 0
    old = ExportRun.objects.filter(created_at__lt=clock.now() - rules.EXPORTS_KEPT_FOR)
    for run in old.filter(purged_at__isnull=True):
        with transaction.atomic():
            path, run.path, run.purged_at = run.path, "", clock.now()
            run.save(update_fields=["path", "purged_at", "updated_at"])
            record(ExportVerb.EXPORT_PURGED, run, actor=None)
        remove(path)
        count += 1
    _remove_orphans()
    return count


# --- The file at rest ---------------------------------------------------------------------------
def _context(run_id: int, number: int, *, last: bool) -> str:
    return f"exchange_exportrun.file.{run_id}.{number}.{'last' if last else 'more'}"


def seal_file(run_id: int, file: BinaryIO) -> str:
    """Keep a file sealed piece by piece; returns its path below MEDIA_ROOT."""
    path = f"{FOLDER}/{clock.today():%Y%m}/{uuid.uuid4().hex}"
    place = Path(settings.MEDIA_ROOT) / path
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.touch(mode=0o600)
    with place.open("wb") as out:
        piece, number = file.read(PIECE), 0
        while piece or number == 0:
            following = file.read(PIECE)
            sealed = crypto.seal(piece, _context(run_id, number, last=not following))
            out.write(len(sealed).to_bytes(HEAD, "big") + sealed)
            piece, number = following, number + 1
    return path


def unsealed(run: ExportRun) -> Iterator[bytes]:
    """Yield a kept file piece by piece; raises SealBrokenError for one that was changed or cut."""
    with (Path(settings.MEDIA_ROOT) / run.path).open("rb") as file:
        size, number = file.read(HEAD), 0
        while size:
            piece = file.read(int.from_bytes(size, "big"))
            size = file.read(HEAD)
            yield crypto.unseal(piece, _context(run.pk, number, last=not size))
            number += 1


def is_kept(run: ExportRun) -> bool:
    """Whether the file still lies there."""
    return bool(run.path) and (Path(settings.MEDIA_ROOT) / run.path).is_file()


def remove(path: str) -> None:
    """Delete a kept file; nothing happens where it is gone already."""
    if path:
        (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


def _remove_orphans() -> None:
    """Delete what an interrupted task left."""
    root = Path(settings.MEDIA_ROOT)
    known = set(ExportRun.objects.exclude(path="").values_list("path", flat=True))
    before = (clock.now() - rules.ORPHANS_AFTER).timestamp()
    for place in (root / FOLDER).glob("*/*"):
        path = str(place.relative_to(root))
        if path not in known and place.stat().st_mtime < before:
            place.unlink(missing_ok=True)
