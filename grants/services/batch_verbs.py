"""Every verb of a batch by its name, so that page and API offer exactly what the table lists."""

from collections.abc import Callable
from typing import Any

from grants.choices import BatchVerb as Verb
from grants.models import PaymentBatch
from grants.services.bank_files import export_batch
from grants.services.batches import (
    abort_batch,
    approve_business,
    approve_finance,
    close_batch,
    lock_batch,
    unlock_batch,
)
from grants.services.receipts import import_receipt, import_returns

SERVICES: dict[str, Callable[..., PaymentBatch]] = {
    Verb.LOCK.value: lock_batch,
    Verb.UNLOCK.value: unlock_batch,
    Verb.APPROVE_BUSINESS.value: approve_business,
    Verb.APPROVE_FINANCE.value: approve_finance,
    Verb.EXPORT.value: export_batch,
    Verb.IMPORT_RECEIPT.value: import_receipt,
    Verb.CLOSE.value: close_batch,
    Verb.IMPORT_RETURNS.value: import_returns,
    Verb.ABORT.value: abort_batch,
}


def do(verb: str, batch: PaymentBatch, *, actor: Any, **given: Any) -> PaymentBatch:
    """Carry out a verb of the table; KeyError for any other word."""
    return SERVICES[verb](batch, actor=actor, **given)
