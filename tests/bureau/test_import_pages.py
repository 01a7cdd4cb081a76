"""The pages of an import, every step without JavaScript."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from bureau.exchange import registry, services
from bureau.exchange.choices import RunState
from bureau.exchange.gate import MAX_BYTES
from bureau.exchange.models import ImportRun
from bureau.jobs.models import Job
from bureau.people.models import Organisation
from tests.bureau import sheets
from tests.bureau.test_importer import FAULTY
from tests.bureau.toy_import import CompanyImporter

pytestmark = pytest.mark.django_db
CREATE = "/exchange/imports/new/"


@pytest.fixture(autouse=True)
def _toy_kind(monkeypatch):
    registry.find("")
    monkeypatch.setitem(registry._importers, "companies", CompanyImporter)


@pytest.fixture
def window(signed_in, clerk):
    """Return the clerk's window."""
    return signed_in(clerk)


def upload(window, data, name="a.xlsx", kind="companies"):
    """Send a file through the form."""
    file = SimpleUploadedFile(name, data)
    return window.post(CREATE, {"kind": kind, "file": file})


def checked(window, data, name="a.xlsx"):
    """Send a file and let the worker's part happen here."""
    assert upload(window, data, name).status_code == 302
    return services.check(ImportRun.objects.latest("pk").pk)


def url(run, page="detail"):
    """Return the address of one of a run's pages."""
    return reverse(f"exchange:import_{page}", args=[run.pk])


def test_upload_check_confirm_result(window, clerk):
    answer = upload(window, sheets.texts(sheets.companies(FAULTY)))
    run = ImportRun.objects.get()
    assert answer.url == url(run)
    assert (run.state, run.actor) == (RunState.UPLOADED, clerk)
    assert Job.objects.filter(kind="exchange.check", object_id=run.pk).count() == 1
    page = window.get(url(run)).content.decode()
    assert "<progress" in page
    assert "every 1s" in page
    services.check(run.pk)
    page = window.get(url(run)).content.decode()
    assert 'data-state="checked"' in page
    assert "every 1s" not in page
    for row, code in [(7, "missing_name"), (8, "unknown_choice"), (9, "duplicate_row")]:
        assert f'data-row="{row}" data-code="{code}"' in page
    assert 'value="passing" checked' in page
    refused = window.post(url(run, "confirm"), {"rows": "all"})
    assert refused.status_code == 409
    assert 'data-code="has_rejected_rows"' in refused.content.decode()
    assert window.post(url(run, "confirm"), {"rows": "passing"}).status_code == 302
    assert services.apply(run.pk).state == RunState.DONE
    page = window.get(url(run)).content.decode()
    assert 'data-state="done"' in page
    assert Organisation.objects.filter(name="昌润供热有限公司").exists()


def test_htmx_gets_the_middle_only(window):
    run = checked(window, sheets.xlsx(sheets.companies()))
    part = window.get(url(run), headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="import"')
    assert "HX-Request" in part["Vary"]
    whole = window.get(url(run), headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert b"<html" in whole.content


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.xlsx", "empty_file"),
        (b"<html></html>", "a.xls", "is_web_page"),
        (b"\x89PNG", "a.xlsx", "not_a_workbook"),
        (b"PK\x03\x04" + b"\0" * (MAX_BYTES + 10), "a.xlsx", "file_too_large"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused_at_the_form(window, data, name, code):
    answer = upload(window, data, name)
    assert answer.status_code == 422
    assert f'data-code="{code}"' in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_nothing_of_a_large_upload_touches_the_disk(window, monkeypatch):
    def no_disk(*_args, **_kwargs):
        raise AssertionError("the upload was written in plain")

    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", no_disk)
    assert upload(window, b"x" * 8_000_000, "a.csv").status_code == 302


def test_a_forged_token_and_a_foreign_kind_are_refused(clerk, inspector, signed_in):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(clerk, backend="bureau.people.backends.PortalBackend")
    assert upload(strict, sheets.xlsx(sheets.companies())).status_code == 403
    assert signed_in(inspector).get(CREATE).status_code == 403
    assert upload(signed_in(clerk), sheets.xlsx([["x"]]), kind="ships").status_code == 422
    assert not ImportRun.objects.exists()


def test_an_unusable_file_says_why_and_may_be_matched_by_hand(window):
    rows = [("甲栏", "单位类型"), ("昌润", "供热企业")]
    run = checked(window, sheets.xlsx(rows))
    page = window.get(url(run)).content.decode()
    assert 'data-code="no_table"' in page
    assert window.post(url(run, "match"), {"row": 1}).status_code == 302
    run = services.check(run.pk)
    assert run.refusal_code == "missing_column"
    page = window.get(url(run)).content.decode()
    assert "甲栏" in page
    twice = {"row": 1, "column_name": 0, "column_kind": 0}
    assert window.post(url(run, "match"), twice).status_code == 422
    good = {"row": 1, "column_name": 0, "column_kind": 1}
    assert window.post(url(run, "match"), good).status_code == 302
    assert services.check(run.pk).created == 1


def test_slips_are_paged_to_the_last_one(window):
    rows = [(f"单位{n}", "不明") for n in range(120)]
    run = checked(window, sheets.texts([("单位名称", "单位类型"), *rows]))
    address, seen = url(run), []
    while address:
        answer = window.get(address)
        seen += [issue.row for issue, _sentence in answer.context["issues"]]
        after = answer.context["after"]
        address = f"{url(run)}?show=error&after={after}" if after else ""
    assert seen == list(range(2, 122))
    assert window.get(f"{url(run)}?after=x-y&show=z").status_code == 200


def test_discarding_deletes_the_file(window):
    run = checked(window, sheets.xlsx(sheets.companies()))
    assert window.post(url(run, "discard")).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.path) == (RunState.DISCARDED, "")
    assert window.post(url(run, "discard")).status_code == 409
    assert window.get(url(run)).status_code == 200


def test_scope(window, signed_in, clerk2, auditor, outsider):
    run = checked(window, sheets.texts(sheets.companies(FAULTY)))
    for page in ("detail", "annotated"):
        assert signed_in(clerk2).get(url(run, page)).status_code == 404
        assert signed_in(outsider).get(url(run, page)).status_code == 404
    for page in ("confirm", "discard", "match"):
        assert signed_in(clerk2).post(url(run, page)).status_code == 404
        assert signed_in(auditor).post(url(run, page)).status_code == 403
    assert signed_in(auditor).get(url(run)).status_code == 200
    assert signed_in(auditor).get(url(run, "annotated")).status_code == 403
    assert run.name in signed_in(auditor).get("/exchange/imports/").content.decode()
    assert run.name not in signed_in(clerk2).get("/exchange/imports/").content.decode()
    assert signed_in(outsider).get("/exchange/imports/").status_code == 403


def body(response):
    """Return the bytes of a streamed answer."""
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv"])
def test_the_marked_copy_colours_and_comments_the_faulty_cells(window, name):
    rows = sheets.companies(FAULTY)
    make = {"xlsx": sheets.texts, "xls": sheets.xls, "csv": sheets.csv}[name[2:]]
    rows = [[str(c).replace(",", "，") for c in row] for row in rows]
    run = checked(window, make(rows), name)
    assert run.rejected == 4
    answer = window.get(url(run, "annotated"))
    data = body(answer)
    assert ".xlsx" in answer["Content-Disposition"]
    page = load_workbook(io.BytesIO(data)).active
    for cell in ("A7", "B8", "A9", "A10"):
        assert page[cell].comment.text
        assert page[cell].fill.fill_type == "solid"
    assert page["A4"].comment is None
    assert page["A4"].value == "昌润供热有限公司"
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    corrected = services.start_import("companies", "again.xlsx", data, actor=run.actor, later=False)
    assert services.check(corrected.pk).rejected == 4


def test_a_marked_copy_opens_whatever_a_text_looks_like(window):
    rows = [*sheets.companies(FAULTY), ["<r><t>甲</r>"], ["\x0b<r><t>乙</r>"]]
    run = checked(window, sheets.csv(rows), "a.csv")
    page = load_workbook(io.BytesIO(body(window.get(url(run, "annotated"))))).active
    assert [str(cell.value).strip() for cell in page["A"]][-2:] == ["<r><t>甲</r>", "<r><t>乙</r>"]


def test_templates_have_text_cells_drop_downs_and_notes(window):
    answer = window.get("/exchange/imports/templates/companies/")
    book = load_workbook(io.BytesIO(body(answer)))
    table, notes = book.worksheets
    assert [cell.value for cell in table[1]][:2] == ["单位名称", "单位类型"]
    assert table.column_dimensions["E"].width
    assert table.data_validations.dataValidation[0].formula1 == '"供热企业,物业"'
    assert any("统一社会信用代码" in str(cell.value) for row in notes for cell in row)
    assert window.get("/exchange/imports/templates/ships/").status_code == 404


def test_the_filled_template_is_read_back(window):
    book = load_workbook(io.BytesIO(body(window.get("/exchange/imports/templates/companies/"))))
    book.worksheets[0].append(["昌润供热有限公司", "供热企业"])
    out = io.BytesIO()
    book.save(out)
    run = checked(window, out.getvalue())
    assert (run.state, run.created, run.rejected) == (RunState.CHECKED, 1, 0)


def test_the_list_takes_few_queries_whatever_its_length(
    window, clerk, django_assert_max_num_queries
):
    for _ in range(12):
        services.start_import("companies", "a.csv", b"x,y", actor=clerk)
    with django_assert_max_num_queries(8):
        assert len(window.get("/exchange/imports/").context["runs"]) == 12
