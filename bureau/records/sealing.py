"""Sealing the audit in blocks that continue each other, and proving the chain (PAY-6)."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any

from django.db import connection, transaction

from bureau.core.errors import BusinessError
from bureau.records.choices import AuditFault
from bureau.records.fields import Spans, spans_of
from bureau.records.models import AuditEntry, AuditProof, AuditSeal

ENTRIES_PER_SEAL = 10_000
LOCK = 0x5EA1
SEALED_COLUMNS = (
    "id", "at", "actor_id", "posting_id", "verb", "object_type_id", "object_id", "object_label",
    "before", "after", "note", "request_id", "source", "rows_type_id", "rows", "xid",
)  # fmt: skip


def canonical(entry: tuple[Any, ...]) -> bytes:
    """Return one entry as the bytes that are hashed: JSON with sorted keys, times in UTC."""
    values = list(entry)
    values[1] = values[1].astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def digest_of(entries: Iterable[tuple[Any, ...]]) -> str:
    """Return the SHA-256 of entries in the order of their ids."""
    running = hashlib.sha256()
    for entry in entries:
        running.update(canonical(entry))
    return running.hexdigest()


def seal_hash(seal: AuditSeal) -> str:
    """Return the hash of a seal over its own facts and the seal before it."""
    facts = [
        seal.number, seal.previous, seal.digest, seal.count, seal.first_id, seal.last_id,
        [list(span) for span in seal.ids],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


# A transaction at or above xmax cannot be one of this server that is still open: its entry came
# with a restored backup, whose counter of transactions was another.
_READY = """
    SELECT id FROM records_auditentry
    WHERE id > %s
      AND (xid < pg_snapshot_xmin(pg_current_snapshot())
           OR xid >= pg_snapshot_xmax(pg_current_snapshot()))
      AND NOT id <@ (SELECT coalesce(range_agg(ids), '{}') FROM records_auditseal
                     WHERE last_id > %s)
    ORDER BY id
"""


@transaction.atomic
def seal(most: int = ENTRIES_PER_SEAL) -> int:
    """Seal every entry whose transaction is over, in blocks; returns how many were sealed.

    Only one process seals at a time, a second one returns at once with 0. An entry of a
    transaction that is still open waits for the next time and never lands under a seal late.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        # The mark is read before the snapshot: every id up to it was given to a transaction
        # that the snapshot knows as open or over.
        cursor.execute("SELECT coalesce(max(id), 0) FROM records_auditentry")
        mark_id = cursor.fetchone()[0]
        cursor.execute(
            "SELECT pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text"
            " FROM pg_current_snapshot() AS s"
        )
        oldest_open, mark_xid = (int(value) for value in cursor.fetchone())
        latest = AuditSeal.objects.order_by("-number").first()
        floor = latest.settled_id if latest else 0
        cursor.execute(_READY, [floor, floor])
        ids = [row[0] for row in cursor.fetchall()]
    settled = max(floor, _settled_by(oldest_open))
    for start in range(0, len(ids), most):
        latest = _seal_block(ids[start : start + most], latest, mark_id, mark_xid, settled)
    return len(ids)


def _settled_by(oldest_open: int) -> int:
    """Return the mark of the last sealing whose then open transactions are all over now."""
    for mark_id, mark_xid in AuditSeal.objects.order_by("-number").values_list(
        "mark_id", "mark_xid"
    )[:50]:
        if mark_xid <= oldest_open:
            return mark_id
    return 0


def _seal_block(
    ids: list[int], before: AuditSeal | None, mark_id: int, mark_xid: int, settled: int
) -> AuditSeal:
    block = AuditSeal(
        number=before.number + 1 if before else 1,
        previous=before.hash if before else "",
        first_id=ids[0],
        last_id=ids[-1],
        count=len(ids),
        ids=spans_of(ids),
        digest=digest_of(entries_of(spans_of(ids))),
        mark_id=mark_id,
        mark_xid=mark_xid,
        settled_id=settled,
    )
    block.hash = seal_hash(block)
    block.save(force_insert=True)
    return block


def entries_of(spans: Spans) -> Iterator[tuple[Any, ...]]:
    """Yield the entries with these ids, in their order, as they are hashed."""
    for first, last in spans:
        yield from (
            AuditEntry.objects.filter(id__gte=first, id__lte=last)
            .order_by("id")
            .values_list(*SEALED_COLUMNS)
            .iterator(2000)
        )


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain, to be kept where the database's owner cannot reach it."""

    number: int
    hash: str
    last_id: int
    sealed_at: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a walk along the chain found; ``fault`` is None when everything holds."""

    seals: int
    entries: int
    unsealed: int
    fault: BusinessError | None = None


def head() -> Head | None:
    """Return the end of the chain; None while nothing was sealed."""
    last = AuditSeal.objects.order_by("-number").first()
    if last is None:
        return None
    moment = last.sealed_at.astimezone(UTC).isoformat(timespec="seconds")
    return Head(last.number, last.hash, last.last_id, moment)


@transaction.atomic
def verify(exported: dict[str, Any] | None = None) -> Proof:
    """Prove the chain from its first seal: nothing changed, deleted, swapped or cut off.

    A tail that was cut off shows only against an ``exported`` head. Entries that are not sealed
    yet are counted, not proved.
    """
    with connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    seals = entries = 0
    fault: BusinessError | None = None
    before: AuditSeal | None = None
    for block in AuditSeal.objects.order_by("number").iterator(200):
        fault = _fault_in(block, before)
        if fault is not None:
            break
        seals, entries, before = seals + 1, entries + block.count, block
    if fault is None and exported is not None:
        fault = _fault_against(exported)
    return Proof(seals, entries, AuditEntry.objects.unsealed().count(), fault)


def prove() -> AuditProof:
    """Walk along the whole chain and keep what was found, for the page of the seals."""
    proof = verify()
    return AuditProof.objects.create(
        seals=proof.seals,
        entries=proof.entries,
        unsealed=proof.unsealed,
        fault=proof.fault.sentence if proof.fault else "",
    )


def _fault_in(block: AuditSeal, before: AuditSeal | None) -> BusinessError | None:
    expected = before.number + 1 if before else 1
    if block.number != expected:
        return BusinessError(AuditFault.SEAL_MISSING, number=expected)
    if seal_hash(block) != block.hash:
        return BusinessError(AuditFault.SEAL_CHANGED, number=block.number)
    if block.previous != (before.hash if before else ""):
        return BusinessError(AuditFault.CHAIN_BROKEN, number=block.number)
    running = hashlib.sha256()
    present: list[int] = []
    for entry in entries_of(block.ids):
        present.append(entry[0])
        running.update(canonical(entry))
    if len(present) != block.count:
        return BusinessError(
            AuditFault.ENTRIES_MISSING,
            number=block.number,
            count=block.count,
            ids=_missing(block.ids, set(present)),
        )
    if running.hexdigest() != block.digest:
        return BusinessError(
            AuditFault.ENTRIES_CHANGED,
            number=block.number,
            first=block.first_id,
            last=block.last_id,
        )
    return None


def _missing(spans: Spans, present: set[int]) -> str:
    gone = [n for first, last in spans for n in range(first, last + 1) if n not in present]
    shown = ", ".join(str(number) for number in gone[:10])
    return shown if len(gone) <= 10 else f"{shown}, … ({len(gone)})"


def _fault_against(exported: dict[str, Any]) -> BusinessError | None:
    number, expected = int(exported["number"]), str(exported["hash"])
    found = AuditSeal.objects.filter(number=number).values_list("hash", flat=True).first()
    if found is None:
        return BusinessError(AuditFault.TAIL_CUT, number=number)
    if found != expected:
        return BusinessError(AuditFault.HEAD_DIFFERS, number=number)
    return None


def head_as_json() -> str:
    """Return the head as the text that ``verify_audit --export-head`` writes."""
    end = head()
    return json.dumps(asdict(end) if end else {"number": 0, "hash": ""}, indent=2) + "\n"
