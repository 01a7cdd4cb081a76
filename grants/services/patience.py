"""How long money waits for money: at most three seconds for somebody else's lock, then says so."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, connection, transaction

from bureau.core.errors import BusinessError
from grants.choices import BatchRefusal

LOCK_TIMEOUT = "3s"
BUSY = frozenset({"55P03", "40P01", "40001"})
"""What PostgreSQL calls a lock not to be had, a deadlock and a write that came too late."""
ONCE = frozenset(
    {"entitlement_build_once", "entitlement_season_once", "paymentline_one_live", "receipt_once"}
)
"""Constraints that only a race for the same money breaks."""


@contextmanager
def patient() -> Iterator[None]:
    """Run a step on money in one transaction; raises ``conflict`` when somebody else was first.

    Also a decorator: ``@patient()``.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") not in BUSY:
            raise
        raise BusinessError(BatchRefusal.BUSY) from error
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", "") not in ONCE:
            raise
        raise BusinessError(BatchRefusal.BUSY) from error
