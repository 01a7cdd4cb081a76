"""The sealed chain: what it covers, and that it finds every way of tampering (PAY-6)."""

import json
import threading
from contextlib import contextmanager

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from bureau.records import sealing
from bureau.records.choices import AuditFault
from bureau.records.models import AuditEntry, AuditSeal
from bureau.records.services import record
from tests import processes

pytestmark = pytest.mark.django_db(transaction=True)


def write(count, note="n"):
    return [record("change", None, actor=None, note=f"{note}{i}") for i in range(count)]


@contextmanager
def owner_without_scruples(*models):
    """Work as whoever owns the tables and switches their triggers off."""
    guards = [f"records.{model}:{model.lower()}_no_change" for model in models]
    pgtrigger.disable(*guards)
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        pgtrigger.enable(*guards)


ENTRIES, SEALS = "records_auditentry", "records_auditseal"
ENTRY, SEAL = "AuditEntry", "AuditSeal"


@pytest.fixture
def chain():
    """Three seals over twelve entries."""
    entries = []
    for _ in range(3):
        entries += write(4)
        assert sealing.seal() == 4
    assert sealing.verify().fault is None
    return entries


def found(exported=None):
    fault = sealing.verify(exported).fault
    return fault.code if fault else None


def test_everything_is_sealed_once_and_only_once(chain):
    assert sealing.seal() == 0
    assert sealing.verify() == sealing.Proof(seals=3, entries=12, unsealed=0)
    write(2)
    assert sealing.verify() == sealing.Proof(seals=3, entries=12, unsealed=2)
    assert sealing.seal() == 2
    assert AuditEntry.objects.unsealed().count() == 0


def test_a_large_backlog_becomes_several_blocks():
    write(10)
    assert sealing.seal(most=4) == 10
    assert list(AuditSeal.objects.order_by("number").values_list("count", flat=True)) == [4, 4, 2]
    assert found() is None


def test_an_entry_of_an_open_transaction_waits_and_is_never_forgotten():
    opened, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                write(1, "slow")
                opened.set()
                go_on.wait(10)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert opened.wait(10)
    write(3)
    assert sealing.seal() == 0, "younger transactions than the open one wait as well"
    with transaction.atomic():
        write(1)
    sealing.seal()
    go_on.set()
    thread.join()
    assert sealing.seal() == 5
    for _ in range(3):
        write(1)
        assert sealing.seal() == 1
    assert sealing.verify().unsealed == 0
    assert found() is None


def test_entries_under_an_older_seal_are_not_looked_at_again(chain):
    write(1)
    sealing.seal()
    last = AuditSeal.objects.latest("number")
    assert last.settled_id == chain[-1].pk


def test_two_processes_sealing_at_once_make_one_chain():
    write(20)
    start = threading.Barrier(4)
    sealed = []

    def work():
        try:
            start.wait()
            sealed.append(sealing.seal(most=5))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sealed) == [0, 0, 0, 20]
    assert found() is None


def test_a_restored_backup_with_another_transaction_counter_is_sealed_as_well(chain):
    with owner_without_scruples(ENTRY) as cursor:
        write(1)
        cursor.execute(
            f"UPDATE {ENTRIES} SET xid = '999999999999' WHERE id = (SELECT max(id) FROM {ENTRIES})"
        )
    assert sealing.seal() == 1
    assert found() is None


def test_a_changed_byte_is_found(chain):
    with owner_without_scruples(ENTRY) as cursor:
        cursor.execute(f"UPDATE {ENTRIES} SET note = 'N0' WHERE id = %s", [chain[5].pk])
    assert found() == AuditFault.ENTRIES_CHANGED
    assert sealing.verify().fault.values["number"] == 2


@pytest.mark.parametrize("column", ["before", "after"])
def test_a_changed_value_in_a_document_is_found(chain, column):
    with owner_without_scruples(ENTRY) as cursor:
        cursor.execute(
            f"UPDATE {ENTRIES} SET {column} = '{{\"a\": 1}}' WHERE id = %s", [chain[0].pk]
        )
    assert found() == AuditFault.ENTRIES_CHANGED


def test_every_column_is_under_the_seal():
    columns = {field.attname for field in AuditEntry._meta.concrete_fields}
    assert columns == set(sealing.SEALED_COLUMNS)


def test_a_deleted_row_is_found_and_named(chain):
    with owner_without_scruples(ENTRY) as cursor:
        cursor.execute(f"DELETE FROM {ENTRIES} WHERE id = %s", [chain[6].pk])
    assert found() == AuditFault.ENTRIES_MISSING
    assert sealing.verify().fault.values["ids"] == str(chain[6].pk)


def test_two_swapped_rows_are_found(chain):
    one, two = chain[1].pk, chain[2].pk
    with owner_without_scruples(ENTRY) as cursor:
        for old, new in ((one, -1), (two, one), (-1, two)):
            cursor.execute(f"UPDATE {ENTRIES} SET id = %s WHERE id = %s", [new, old])
    assert found() == AuditFault.ENTRIES_CHANGED


def test_a_row_put_under_an_old_seal_shows_as_unsealed(chain):
    gap = chain[0].pk - 1
    with owner_without_scruples(ENTRY) as cursor:
        cursor.execute(
            f"INSERT INTO {ENTRIES} (id, at, verb, object_label, before, after, note, request_id,"
            " source) VALUES (%s, now(), 'x', '', '{}', '{}', '', '', 'web')",
            [gap],
        )
    assert sealing.verify().unsealed == 1


def test_a_missing_seal_is_found(chain):
    with owner_without_scruples(SEAL) as cursor:
        cursor.execute(f"DELETE FROM {SEALS} WHERE number = 2")
    assert found() == AuditFault.SEAL_MISSING


def test_a_seal_made_to_fit_a_forged_entry_is_found(chain):
    with owner_without_scruples(ENTRY, SEAL) as cursor:
        cursor.execute(f"UPDATE {ENTRIES} SET note = 'forged' WHERE id = %s", [chain[4].pk])
        block = AuditSeal.objects.get(number=2)
        digest = sealing.digest_of(sealing.entries_of(block.ids))
        cursor.execute(f"UPDATE {SEALS} SET digest = %s WHERE number = 2", [digest])
    assert found() == AuditFault.SEAL_CHANGED
    with owner_without_scruples(SEAL) as cursor:
        block.refresh_from_db()
        cursor.execute(f"UPDATE {SEALS} SET hash = %s WHERE number = 2", [sealing.seal_hash(block)])
    assert found() == AuditFault.CHAIN_BROKEN


def test_a_cut_tail_is_found_against_the_exported_head(chain):
    exported = json.loads(sealing.head_as_json())
    with owner_without_scruples(ENTRY, SEAL) as cursor:
        cursor.execute(f"DELETE FROM {ENTRIES} WHERE id >= %s", [chain[8].pk])
        cursor.execute(f"DELETE FROM {SEALS} WHERE number = 3")
    assert found() is None, "without the head nobody can know"
    assert found(exported) == AuditFault.TAIL_CUT


def test_a_tail_cut_and_grown_anew_is_found_against_the_exported_head(chain):
    exported = json.loads(sealing.head_as_json())
    with owner_without_scruples(ENTRY, SEAL) as cursor:
        cursor.execute(f"DELETE FROM {ENTRIES} WHERE id >= %s", [chain[8].pk])
        cursor.execute(f"DELETE FROM {SEALS} WHERE number = 3")
    write(4)
    sealing.seal()
    assert found(exported) == AuditFault.HEAD_DIFFERS


def test_the_chain_may_have_grown_since_the_head_was_exported(chain):
    exported = json.loads(sealing.head_as_json())
    write(1)
    sealing.seal()
    assert found(exported) is None


def test_the_command_proves_exports_and_compares(chain, tmp_path, capsys):
    head = tmp_path / "head.json"
    call_command("verify_audit", export_head=str(head))
    call_command("verify_audit", head=str(head), json=True)
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (answer["ok"], answer["seals"], answer["unsealed"]) == (True, 3, 0)
    with owner_without_scruples(ENTRY) as cursor:
        cursor.execute(f"DELETE FROM {ENTRIES} WHERE id = %s", [chain[0].pk])
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit", json=True)
    assert stop.value.code == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["code"] == "entries_missing"


def test_an_empty_chain_holds_and_its_head_demands_nothing(tmp_path):
    head = tmp_path / "head.json"
    call_command("verify_audit", export_head=str(head))
    call_command("verify_audit", head=str(head))


@pytest.mark.parametrize(
    "content", [None, "", "[]", '{"number": 1}', '{"number": "x", "hash": ""}']
)
def test_an_unreadable_head_is_refused_in_a_sentence(tmp_path, content):
    head = tmp_path / "head.json"
    if content is not None:
        head.write_text(content)
    with pytest.raises(CommandError):
        call_command("verify_audit", head=str(head))


def test_as_a_process_it_answers_by_its_exit_code(chain):
    write(2)
    done = processes.manage("verify_audit")
    assert done.returncode == 0, done.stderr
    with owner_without_scruples(ENTRY) as cursor:
        cursor.execute(f"UPDATE {ENTRIES} SET verb = 'other' WHERE id = %s", [chain[0].pk])
    done = processes.manage("verify_audit")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
