"""Requests that may be sent twice and are carried out once (PAY-3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.desk.choices import AnswerRefusal
from bureau.desk.models.answers import StoredAnswer

KEPT = timedelta(days=30)
PATIENCE = "3s"
LOCK_NOT_AVAILABLE = "55P03"

_TAKE = """
    INSERT INTO desk_storedanswer (user_id, key, request_hash, given_at)
    VALUES (%s, %s, %s, %s) ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""


class Answer(NamedTuple):
    """A status with its body; ``again`` where it was given before."""

    status: int
    body: Any
    again: bool = False


def answer_once(
    user: Any,
    key: str,
    request_hash: str,
    call: Callable[[], tuple[int, Any]],
    refusal: Callable[[Exception], tuple[int, Any] | None] = lambda _error: None,
) -> Answer:
    """Carry a request out and keep its answer, in one transaction; the next time, repeat it.

    Of two at once one waits for the other, three seconds at most. What the rules refuse is an
    answer too: ``refusal`` words it, nothing else of the request remains. Where it returns None
    (malformed, not permitted, somebody else at work, a fault) the error goes on, nothing is kept
    and the key may be used again. Refuses ``idempotency_conflict`` for another request under the
    same key, ``conflict`` while the first one is still under way.
    """
    with transaction.atomic():
        taken = _take(user, key, request_hash)
        if taken is not None:
            status, body = _carried_out(call, refusal)
            StoredAnswer.objects.filter(pk=taken).update(status=status, body=body)
            return Answer(status, body)
    kept = StoredAnswer.objects.filter(user=user, key=key).first()
    if kept is None or kept.status is None:
        raise BusinessError(AnswerRefusal.UNDER_WAY)
    if kept.request_hash != request_hash:
        raise BusinessError(AnswerRefusal.OTHER_REQUEST)
    return Answer(kept.status, kept.body, again=True)


def _carried_out(
    call: Callable[[], tuple[int, Any]],
    refusal: Callable[[Exception], tuple[int, Any] | None],
) -> tuple[int, Any]:
    try:
        with transaction.atomic():
            return call()
    except Exception as error:
        refused = refusal(error)
        if refused is None:
            raise
        return refused


def _take(user: Any, key: str, request_hash: str) -> int | None:
    """Return the id of the new row; None where somebody has, or had, the key."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            cursor.execute(_TAKE, [user.pk, key, request_hash, clock.now()])
            found = cursor.fetchone()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        raise BusinessError(AnswerRefusal.UNDER_WAY) from error
    return found[0] if found else None


def purge() -> int:
    """Delete answers of more than 30 days; return how many they were."""
    old = StoredAnswer.objects.filter(given_at__lt=clock.now() - KEPT)
    deleted, _by_model = old.delete()
    return deleted
