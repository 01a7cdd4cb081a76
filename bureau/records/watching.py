"""Watching objects: a person's own list of what happened since they last looked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Max, Model

from bureau.core.errors import BusinessError
from bureau.records.choices import RecordRefusal
from bureau.records.models import AuditEntry, Watch

MOST = 200
TOLD = 5


@dataclass(frozen=True, slots=True)
class News:
    """A watched object with the newest entries that its watcher has not seen, at most ``TOLD``."""

    watch: Watch
    subject: Any
    entries: list[AuditEntry]


def newest_entry(subject: Model) -> int:
    """Return the id of the newest audit entry about an object; 0 without any."""
    entries = AuditEntry.objects.about(subject).order_by()
    return entries.aggregate(newest=Max("id"))["newest"] or 0


@transaction.atomic
def watch(subject: Model, *, actor: Any) -> Watch:
    """Put an object on the list of ``actor``; what happened so far counts as seen.

    A private mark, no event in the object's life: the audit does not tell who watches whom.
    """
    if Watch.objects.filter(user=actor).count() >= MOST:
        raise BusinessError(RecordRefusal.WATCH_FULL, limit=MOST)
    made, _new = Watch.objects.get_or_create(
        user=actor,
        object_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        defaults={"seen": newest_entry(subject)},
    )
    return made


def unwatch(subject: Model, *, actor: Any) -> None:
    """Take an object off the list of ``actor``; nothing happens where it is not on it."""
    Watch.objects.on(subject).filter(user=actor).delete()


def mark_seen(mine: Watch, entry_id: int) -> None:
    """Note that the watcher had everything up to an audit entry before their eyes."""
    if entry_id > mine.seen:
        mine.seen = entry_id
        mine.save(update_fields=["seen"])


# One index look-up per watched object; what the watcher did is no news to the watcher.
_UNSEEN = """
    SELECT watch.id, found.id
    FROM records_watch AS watch
    CROSS JOIN LATERAL (
        SELECT entry.id FROM records_auditentry AS entry
        WHERE entry.object_type_id = watch.object_type_id
          AND entry.object_id = watch.object_id
          AND entry.id > watch.seen AND entry.actor_id IS DISTINCT FROM watch.user_id
        UNION
        SELECT entry.id FROM records_auditentry AS entry
        WHERE entry.rows_type_id = watch.object_type_id
          AND entry.rows IS NOT NULL AND entry.rows @> watch.object_id
          AND entry.id > watch.seen AND entry.actor_id IS DISTINCT FROM watch.user_id
        ORDER BY 1 DESC LIMIT %s
    ) AS found
    WHERE watch.user_id = %s
"""


def _unseen(user: Any) -> dict[int, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN, [TOLD, user.pk])
        found: dict[int, list[int]] = defaultdict(list)
        for watch_id, entry_id in cursor.fetchall():
            found[watch_id].append(entry_id)
    return found


def within_scope(user: Any, watched: Iterable[Watch]) -> dict[int, Any]:
    """Return the objects by the id of the watch, without those that left the user's scope."""
    by_kind: dict[ContentType, list[Watch]] = defaultdict(list)
    for one in watched:
        by_kind[one.object_type].append(one)
    found: dict[int, Any] = {}
    for kind, wishes in by_kind.items():
        model = cast("Any", kind.model_class())
        if model is None:
            continue
        ids = [one.object_id for one in wishes]
        rows = {row.pk: row for row in model._default_manager.visible_to(user).filter(pk__in=ids)}
        found |= {one.pk: rows[one.object_id] for one in wishes if one.object_id in rows}
    return found


def news(user: Any) -> list[News]:
    """Return what ``user`` watches within scope, what changed most recently first."""
    watched = list(Watch.objects.of(user))
    subjects = within_scope(user, watched)
    unseen = _unseen(user) if subjects else {}
    wanted = [pk for watch_id, ids in unseen.items() if watch_id in subjects for pk in ids]
    entries = {
        entry.pk: entry
        for entry in AuditEntry.objects.filter(pk__in=wanted).select_related(
            "actor", "object_type", "rows_type"
        )
    }
    told = [
        News(one, subjects[one.pk], [entries[pk] for pk in sorted(unseen.get(one.pk, ()))[::-1]])
        for one in watched
        if one.pk in subjects
    ]
    return sorted(told, key=lambda one: -(one.entries[0].pk if one.entries else 0))


def count_news(user: Any) -> int:
    """Return how many watched objects within scope changed since the user looked at them."""
    unseen = _unseen(user)
    watched = Watch.objects.of(user).filter(pk__in=unseen)
    return len(within_scope(user, watched)) if unseen else 0
