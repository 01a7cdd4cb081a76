"""The audit entries of what a ledger brought along besides its own rows."""

from collections.abc import Sequence

from django.apps import apps
from django.db.models import Model

from bureau.exchange.staging import Stage
from bureau.people.models import Organisation, User
from bureau.records.choices import RecordVerb
from bureau.records.services import record_batch, rows_from_ids


def note(
    stage: Stage, model: type[Model], ids: Sequence[int], *, actor: User | None, verb: str
) -> None:
    """Write that the import added these rows of ``model``; their timelines show it."""
    if ids:
        rows = rows_from_ids(model, ids)
        record_batch(verb, _run(stage), actor=actor, rows=rows)


def note_organisations(stage: Stage, ids: Sequence[int], *, actor: User | None) -> None:
    """Write that the import added organisations."""
    note(stage, Organisation, ids, actor=actor, verb=RecordVerb.CREATE)


def _run(stage: Stage) -> Model:
    return apps.get_model("exchange", "ImportRun").objects.get(pk=stage.run_id)
