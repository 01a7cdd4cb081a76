"""The audit says who did what under which posting, and the database lets nobody take it back."""

import datetime
from decimal import Decimal

import pgtrigger
import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from bureau.core import context
from bureau.people.models import Organisation
from bureau.records import changes, verbs
from bureau.records.choices import RecordVerb
from bureau.records.models import AuditEntry, AuditSeal
from bureau.records.services import record, record_batch, rows_from_ids, rows_of
from tests.factories import OrganisationFactory, PostingFactory

pytestmark = pytest.mark.django_db


def test_an_entry_carries_actor_posting_object_and_origin(clerk):
    station = OrganisationFactory(name="聊城热力")
    with context.coming_from("web", "req-1"):
        entry = record("change", station, actor=clerk, before={"a": 1}, after={"a": 2}, note="n")
    entry.refresh_from_db()
    assert entry.actor == clerk
    assert entry.posting == clerk.postings_in_force[0]
    assert entry.subject == station
    assert entry.object_label == "聊城热力"
    assert (entry.before, entry.after, entry.note) == ({"a": 1}, {"a": 2}, "n")
    assert (entry.request_id, entry.source) == ("req-1", "web")
    assert entry.xid > 0


def test_the_portal_itself_acts_without_actor_and_posting():
    entry = record("change", OrganisationFactory(), actor=None)
    assert entry.actor is None
    assert entry.posting is None


def test_of_two_postings_the_one_that_covers_the_object_is_kept(company):
    second = PostingFactory(user=company, role_code="bureau_clerk")
    company.forget_postings()
    own = record("change", company.organisation, actor=company)
    elsewhere = record("change", OrganisationFactory(name="另一家"), actor=company)
    assert own.posting_id in {posting.pk for posting in company.postings_in_force}
    assert elsewhere.posting == second


def test_values_are_kept_plain_and_only_what_differs(clerk):
    old = OrganisationFactory(name="旧名", hotline="1")
    new = Organisation.objects.get(pk=old.pk)
    new.name = "新名"
    assert changes.diff(old, new, ["name", "hotline"]) == ({"name": "旧名"}, {"name": "新名"})


def test_personal_fields_say_changed_and_the_last_four(monkeypatch):
    monkeypatch.setattr(Organisation, "personal_fields", ("contact_phone",), raising=False)
    old = OrganisationFactory(contact_phone="13800001111")
    new = Organisation.objects.get(pk=old.pk)
    new.contact_phone = "13800002222"
    before, after = changes.diff(old, new, ["contact_phone"])
    assert before == {"contact_phone": {"changed": True, "last_four": "1111"}}
    assert after == {"contact_phone": {"changed": True, "last_four": "2222"}}
    shown = changes.readable(Organisation, before, after)
    assert "1380000" not in str(shown)


def test_every_kind_of_value_can_be_kept_and_read():
    organisation = OrganisationFactory()
    other = OrganisationFactory()
    organisation.name = other
    organisation.hotline = Decimal("1.50")
    organisation.address = datetime.date(2026, 11, 22)
    organisation.short_name = [1, 2]
    kept = changes.values(organisation, ["name", "hotline", "address", "short_name", "pk"])
    assert kept["hotline"] == "1.50"
    assert kept["address"] == "2026-11-22"
    assert kept["name"] == {"id": other.pk, "label": str(other)}
    entry = record("change", OrganisationFactory(), actor=None, after=kept)
    entry.refresh_from_db()
    assert entry.after == kept
    assert len(changes.readable(Organisation, {}, {"kind": "heating_company", "gone": True})) == 2


@pytest.mark.parametrize("verb", [member.value for member in RecordVerb])
def test_registered_verbs_have_words(verb):
    assert verbs.label(verb, "people.organisation") == str(RecordVerb(verb).label)


def test_an_unknown_verb_is_shown_as_stored():
    assert verbs.label("no_such_verb") == "no_such_verb"


def test_a_timeline_shows_the_objects_own_entries_and_its_batches(clerk):
    batch = OrganisationFactory()
    rows = [OrganisationFactory() for _ in range(3)]
    outside = OrganisationFactory()
    own = record("change", rows[1], actor=clerk)
    touched = rows_of(Organisation.objects.filter(pk__in=[row.pk for row in rows]))
    entry = record_batch("create", batch, actor=clerk, rows=touched, total=Decimal("6.50"))
    entry.refresh_from_db()
    assert list(AuditEntry.objects.about(rows[1])) == [entry, own]
    assert list(AuditEntry.objects.about(rows[0])) == [entry]
    assert list(AuditEntry.objects.about(batch)) == [entry]
    assert list(AuditEntry.objects.about(outside)) == []
    assert entry.after == {"count": 3, "ids_hash": touched.ids_hash, "total": "6.50"}


def test_database_and_program_agree_on_the_hash_and_spans_of_ids():
    made = [OrganisationFactory() for _ in range(4)]
    ids = [made[0].pk, made[1].pk, made[3].pk]
    by_database = rows_of(Organisation.objects.filter(pk__in=ids))
    assert by_database == rows_from_ids(Organisation, ids)
    assert rows_of(Organisation.objects.none()).count == 0


def test_a_batch_of_nobody_has_no_rows():
    entry = record_batch("create", OrganisationFactory(), actor=None, count=0, ids_hash="x")
    assert entry.rows is None


@pytest.mark.parametrize("model", [AuditEntry, AuditSeal])
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE {table} SET id = id",
        "DELETE FROM {table}",
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = excluded.id",
    ],
)
def test_raw_sql_cannot_change_what_happened(model, attack):
    record("change", None, actor=None)
    _some_seal()
    table = model._meta.db_table
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack.format(table=table))


def _some_seal():
    AuditSeal.objects.create(
        number=1, first_id=1, last_id=1, count=1, ids=((1, 1),), digest="d", hash="h",
        mark_id=1, mark_xid=1,
    )  # fmt: skip


def test_querysets_cannot_change_what_happened():
    entry = record("change", None, actor=None)
    for attack in (
        lambda: AuditEntry.objects.update(note="x"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: AuditEntry.objects.bulk_update([entry], ["note"]),
        lambda: AuditEntry(pk=entry.pk, verb="x").save(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
    assert AuditEntry.objects.get(pk=entry.pk).note == ""


def test_copy_cannot_put_a_second_row_in_an_entrys_place():
    entry = record("change", None, actor=None)
    table = AuditEntry._meta.db_table
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as out:
        rows = b"".join(bytes(part) for part in out)
    with pytest.raises(psycopg.errors.UniqueViolation), transaction.atomic():
        _copy_into(table, rows)
    assert AuditEntry.objects.filter(pk=entry.pk).count() == 1


def _copy_into(table, rows):
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as into:
        into.write(rows)


@pytest.mark.parametrize("model", [AuditEntry, AuditSeal])
def test_truncate_is_refused(model):
    name = model._meta.model_name
    pgtrigger.enable(f"records.{model.__name__}:{name}_no_truncate")
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
