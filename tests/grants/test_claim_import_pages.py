"""The pages of a register: template, marked copy, what passes, and the way on to its claims."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from bureau.exchange import services
from bureau.exchange.models import ImportRun
from grants.models import Claim
from tests.grants.registers import FIRST_ROW, HEADINGS, bring_in, household, register

pytestmark = pytest.mark.django_db


def test_a_village_uploads_mends_and_goes_on_to_its_claims(village, clerk, signed_in):
    bring_in(register(household()), clerk)
    window, bad = signed_in(village), household(id_number="371502198503120015")
    data = register(household(), household(), bad)
    file = SimpleUploadedFile("花名册.xlsx", data)
    page = window.post(reverse("exchange:import_create"), {"kind": "claims", "file": file})
    run = services.check(ImportRun.objects.latest("pk").pk)
    assert page.url == run.get_absolute_url()
    page = window.get(page.url).content.decode()
    assert f'data-row="{FIRST_ROW + 2}" data-code="id_checksum"' in page
    assert bad["id_number"] not in page
    copy = window.get(reverse("exchange:import_annotated", args=[run.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(copy))).active
    marked = sheet.cell(FIRST_ROW + 2, 1 + list(HEADINGS).index("id_number"))
    assert marked.comment.text
    assert bad["id_number"] not in marked.comment.text
    window.post(reverse("exchange:import_confirm", args=[run.pk]), {"rows": "passing"})
    services.apply(run.pk)
    address = f"{reverse('grants:claim_list')}?brought={run.pk}"
    assert f'href="{address}"' in window.get(run.get_absolute_url()).content.decode()
    rows = window.get(address).context["page"].rows
    own = Claim.objects.filter(filed_by=village)
    assert {row.pk for row in rows} == set(own.values_list("pk", flat=True))
    assert len(rows) == 2


def test_the_template_has_notes_drop_downs_and_text_cells(village, signed_in):
    answer = signed_in(village).get(reverse("exchange:import_template", args=["claims"]))
    book = load_workbook(io.BytesIO(b"".join(answer)))
    sheet, notes = book.worksheets
    headings = [cell.value for cell in sheet[1]]
    assert [heading for heading in HEADINGS.values() if heading not in headings] == ["序号"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    offers = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in sheet.data_validations.dataValidation
    }
    assert offers[f"{letters['改造方式']}2"] == '"气代煤,电代煤"'
    columns = sheet.column_dimensions.values()
    as_text = {
        n for one in columns if one.number_format == "@" for n in range(one.min, one.max + 1)
    }
    for heading in ("身份证号", "电力户号", "一卡通账号", "联系电话"):
        assert headings.index(heading) + 1 in as_text
    told = " ".join(str(cell.value) for row in notes for cell in row if cell.value)
    assert "村级花名册" in book.sheetnames[0]
    assert "户主身份证号" in told
