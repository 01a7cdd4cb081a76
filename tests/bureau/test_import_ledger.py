"""The command: one JSON object on stdout, an exit code, never a traceback."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from bureau.exchange import registry
from bureau.exchange.gate import MAX_BYTES
from bureau.exchange.models import ImportRun
from bureau.people.models import Organisation
from tests import processes
from tests.bureau import sheets
from tests.bureau.test_importer import FAULTY
from tests.bureau.toy_import import CompanyImporter

KEYS = ["kind", "rows", "created", "updated", "unchanged", "rejected", "errors", "warnings"]


@pytest.fixture(autouse=True)
def _toy_kind(monkeypatch):
    registry.find("")
    monkeypatch.setitem(registry._importers, "companies", CompanyImporter)


@pytest.fixture
def ledger(tmp_path):
    """Return a function that writes a file and imports it by command."""

    def run(data: bytes | None, *words: str, kind="companies", name="a.xlsx", user="clerk"):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        out, code = StringIO(), 0
        try:
            call_command("import_ledger", kind, str(path), "--as", user, *words, stdout=out)
        except SystemExit as end:
            code = int(end.code or 0)
        report = json.loads(out.getvalue())
        assert list(report) == KEYS
        assert report["rows"] == sum(report[name] for name in KEYS[2:6])
        return report, code

    return run


def unusable(report):
    """Return the word of a file that could not be used, after a look at the rest."""
    assert report["rows"] == 0
    assert report["warnings"] == []
    (error,) = report["errors"]
    assert error["row"] is None
    assert error["message"]
    return error["code"]


@pytest.mark.django_db
def test_good_rows_are_written_and_the_code_is_0(clerk, ledger):
    report, code = ledger(sheets.xlsx(sheets.companies()))
    assert (report["created"], code) == (3, 0)
    assert Organisation.objects.filter(name="昌润供热有限公司").exists()
    report, code = ledger(sheets.xlsx(sheets.companies()))
    assert (report["unchanged"], code) == (3, 0)


@pytest.mark.django_db
def test_rejected_rows_write_nothing_and_the_code_is_1(clerk, ledger):
    before = Organisation.objects.count()
    data = sheets.texts(sheets.companies(FAULTY))
    report, code = ledger(data)
    assert (report["created"], report["rejected"], code) == (3, 4, 1)
    assert Organisation.objects.count() == before
    error = report["errors"][0]
    assert (error["row"], error["column"], error["code"]) == (7, "单位名称", "missing_name")
    report, code = ledger(data, "--accept-passing", "--dry-run")
    assert (report["created"], code, Organisation.objects.count()) == (3, 1, before)
    report, code = ledger(data, "--accept-passing")
    assert (report["created"], code, Organisation.objects.count()) == (3, 1, before + 3)


@pytest.mark.django_db
def test_a_dry_run_predicts_and_leaves_nothing(clerk, ledger):
    before = Organisation.objects.count()
    report, code = ledger(sheets.xlsx(sheets.companies()), "--dry-run")
    assert (report["created"], code, Organisation.objects.count()) == (3, 0, before)
    assert not ImportRun.objects.exclude(path="").exists()


@pytest.mark.django_db
def test_what_cannot_be_used_is_one_error_and_the_code_is_2(clerk, outsider, ledger, tmp_path):
    good = sheets.xlsx(sheets.companies())
    cases = [
        (ledger(good, kind="ships"), "unknown_kind"),
        (ledger(good, user="no-one"), "unknown_user"),
        (ledger(good, user="outsider"), "not_permitted"),
        (ledger(None, name="missing.xlsx"), "file_not_found"),
        (ledger(None, name="."), "file_not_found"),
        (ledger(b"", name="empty.xlsx"), "empty_file"),
        (ledger(b"<html>", name="page.xls"), "is_web_page"),
        (ledger(good[:-100], name="cut.xlsx"), "damaged_file"),
        (ledger(b"x" * (MAX_BYTES + 1), name="big.xlsx"), "file_too_large"),
        (ledger(sheets.xlsx([["姓名"], ["甲"]]), name="other.xlsx"), "no_table"),
        (ledger(sheets.xlsx([sheets.HEADINGS]), name="bare.xlsx"), "no_rows"),
        (
            ledger(sheets.xlsx([["单位名称", "简称"], ["甲", "乙"]]), name="half.xlsx"),
            "missing_column",
        ),
    ]
    for (report, code), word in cases:
        assert (unusable(report), code) == (word, 2)


@pytest.mark.django_db
def test_an_inactive_user_is_unknown(clerk, ledger):
    clerk.is_active = False
    clerk.save()
    report, code = ledger(sheets.xlsx(sheets.companies()))
    assert (unusable(report), code) == ("unknown_user", 2)


@pytest.mark.django_db
def test_a_fault_of_the_program_is_no_traceback(clerk, ledger, monkeypatch):
    def broken(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(CompanyImporter, "judge", broken)
    before = Organisation.objects.count()
    report, code = ledger(sheets.xlsx(sheets.companies()))
    assert (unusable(report), code) == ("internal_error", 2)
    assert Organisation.objects.count() == before


@pytest.mark.django_db
def test_messages_are_in_the_users_own_language(clerk, ledger):
    data = sheets.texts(sheets.companies(FAULTY))
    chinese = ledger(data)[0]["errors"][0]["message"]
    clerk.language = "en"
    clerk.save()
    english = ledger(data)[0]["errors"][0]["message"]
    assert english.endswith("is empty. Fill it in.")
    assert chinese != english
    assert not chinese.isascii()


@pytest.mark.django_db
def test_lists_are_complete_however_long(clerk, ledger):
    rows = [(f"单位{n}", "不明") for n in range(3000)]
    report, code = ledger(sheets.texts([("单位名称", "单位类型"), *rows]))
    assert (len(report["errors"]), report["rejected"], code) == (3000, 3000, 1)
    assert [error["row"] for error in report["errors"]] == list(range(2, 3002))


@pytest.mark.django_db(transaction=True)
def test_as_a_process_it_says_one_object_and_nothing_else(clerk, tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(sheets.xlsx([["x"]]))
    done = processes.manage("import_ledger", "ships", str(path), "--as", "clerk", LANG="C")
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["code"] == "unknown_kind"
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr
