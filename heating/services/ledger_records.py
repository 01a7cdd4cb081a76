"""The audit entries of an imported ledger: one for each table that it changed."""

from collections.abc import Sequence

from django.apps import apps
from django.db.models import Model

from bureau.exchange.staging import Stage
from bureau.people.choices import PeopleVerb
from bureau.people.models import Organisation, User
from bureau.records.services import record_batch, rows_of, touched


def note(
    stage: Stage, model: type[Model], ids: Sequence[int], *, actor: User | None, verb: str
) -> None:
    """Write that the import added these rows of ``model``; their timelines show it."""
    if ids:
        rows = rows_of(model._default_manager.filter(pk__in=ids))
        record_batch(verb, _run(stage), actor=actor, rows=rows)


def note_organisations(stage: Stage, ids: Sequence[int], *, actor: User | None) -> None:
    """Write that the import added organisations."""
    note(stage, Organisation, ids, actor=actor, verb=PeopleVerb.CREATE_ORGANISATION)


def note_rows(stage: Stage, model: type[Model], *, actor: User | None, verb: str) -> None:
    """Write which objects the import created and changed, with both numbers."""
    counts = stage.counts()
    if not counts["created"] + counts["updated"]:
        return
    rows = touched(
        model, f"SELECT target_id FROM {stage.table} WHERE action IN ('created', 'updated')"
    )
    after = {"created": counts["created"], "updated": counts["updated"]}
    record_batch(verb, _run(stage), actor=actor, rows=rows, after=after)


def _run(stage: Stage) -> Model:
    return apps.get_model("exchange", "ImportRun").objects.get(pk=stage.run_id)
