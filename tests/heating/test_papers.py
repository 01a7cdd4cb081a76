"""Papers that leaders edit, opened again as the office program would open them."""

import io
from datetime import date

import pytest
from django.urls import reverse
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt

from bureau.core import clock
from bureau.desk.papers import BODY, DOCX, TITLE, Paper
from heating.reports.brief import brief
from tests.heating.factories import GAOTANG_COMMUNITY, EstateFactory, HouseholdCountFactory
from tests.heating.handover_story import NUMBER, Story, a_station


def opened(answer):
    """Open what was downloaded."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == DOCX
    assert "attachment" in answer["Content-Disposition"]
    return Document(io.BytesIO(b"".join(answer.streaming_content)))


def words(document):
    """Return everything that the paper says."""
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([one.text for one in document.paragraphs] + cells)


class TestBuilder:
    def test_the_sheet_is_an_official_papers(self):
        paper = Paper()
        paper.title("关于移交的通知")
        paper.text("正文")
        document = Document(io.BytesIO(paper.content()))
        section = document.sections[0]
        sizes = (section.page_width, section.page_height, section.top_margin,
                 section.bottom_margin, section.left_margin, section.right_margin)  # fmt: skip
        assert [round(size.mm) for size in sizes] == [210, 297, 37, 35, 28, 26]
        title, body = document.paragraphs
        fonts = [one.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) for one in (title, body)]
        assert fonts == [TITLE, BODY]
        assert title.runs[0].font.size == Pt(22)
        assert body.runs[0].font.size == Pt(16)
        assert body.paragraph_format.line_spacing == Pt(28)
        assert body.paragraph_format.line_spacing_rule == WD_LINE_SPACING.EXACTLY
        assert body.paragraph_format.first_line_indent == Pt(32)
        assert "PAGE" in section.footer._element.xml

    def test_a_missing_font_has_another_in_its_place(self):
        document = Document(io.BytesIO(Paper().content()))
        parts = {str(part.partname): part for part in document.part.package.iter_parts()}
        table = parts["/word/fontTable.xml"].blob.decode()
        assert f'w:name="{TITLE}"><w:altName' in table

    def test_what_xml_cannot_hold_is_left_out(self):
        paper = Paper()
        paper.text("甲\x00乙\ud800丙<w:t>&")
        paper.table([["一\x0b", "二"], ["三", "四"]], widths=(30, 30))
        assert "甲乙丙<w:t>&" in words(Document(io.BytesIO(paper.content())))

    def test_the_head_of_a_table_is_repeated(self):
        paper = Paper()
        paper.table([["头"], ["行"]])
        xml = Document(io.BytesIO(paper.content())).tables[0]._tbl.xml
        assert xml.count("w:tblHeader") == 1

    def test_every_program_finds_the_widths_and_figures_stand_at_the_right(self):
        paper = Paper()
        paper.table([["序号", "缺陷", "户数"], ["1", "阀门", "1,806"]], widths=(16, 80, 26))
        table = Document(io.BytesIO(paper.content())).tables[0]
        assert [round(column.width.mm) for column in table.columns] == [16, 80, 26]
        ends = [cell.paragraphs[0].alignment for cell in table.rows[1].cells]
        assert ends == [None, None, WD_ALIGN_PARAGRAPH.RIGHT]


@pytest.mark.django_db
class TestHandoverPapers:
    def test_the_notice_says_what_was_issued_in_chinese(self, signed_in):
        story = Story.of_the_cast()
        handover = story.tell(a_station("湖畔站"), until="noticed")
        client = signed_in(story.clerk)
        client.cookies["django_language"] = "en"
        address = reverse("heating:handover_notice_paper", args=[handover.pk])
        said = words(opened(client.get(address)))
        assert NUMBER in said
        assert "湖畔站" in said
        assert "hand the station over" in said
        assert f"{clock.today().year}年" in said

    def test_a_draft_leaves_room_for_the_number(self, signed_in):
        story = Story.of_the_cast()
        handover = story.tell(a_station(), until="registered")
        address = reverse("heating:handover_notice_paper", args=[handover.pk])
        assert "〔" in words(opened(signed_in(story.clerk).get(address)))

    def test_the_record_names_defects_and_the_three_parties(self, signed_in):
        story = Story.of_the_cast()
        handover = story.tell(a_station(), until="archived")
        address = reverse("heating:handover_record_paper", args=[handover.pk])
        document = opened(signed_in(story.clerk).get(address))
        said = words(document)
        for word in ("leak", "paint", "签字：", "苗家和", "岳温良", "郭建功", handover.number):
            assert word in said
        assert len(document.tables) == 3

    @pytest.mark.parametrize("name", ["handover_notice_paper", "handover_record_paper"])
    def test_papers_of_another_county_do_not_exist(self, signed_in, outsider, name):
        handover = Story.of_the_cast().tell(a_station(), until="noticed")
        address = reverse(f"heating:{name}", args=[handover.pk])
        assert signed_in(outsider).get(address).status_code == 404


@pytest.mark.django_db
class TestBrief:
    ADDRESS = reverse("heating:handover_brief")

    def test_the_brief_says_the_figures_of_the_day(self, signed_in, chief):
        story = Story.of_the_cast()
        story.tell(a_station("一站"), until="noticed")
        story.tell(a_station("二站"), until="connected")
        estate = EstateFactory()
        HouseholdCountFactory(estate=estate, as_of=date(2026, 1, 1), connected=200, direct=50)
        HouseholdCountFactory(estate=estate, as_of=clock.today(), connected=200, direct=150)
        found = brief(chief, clock.today())
        assert (found.funnel.total, found.done, found.open) == (2, 1, 1)
        assert str(found.change) == "50.00"
        document = opened(signed_in(chief).get(self.ADDRESS))
        said = words(document)
        assert "75.00" in said
        assert "50.00" in said
        assert document.tables

    def test_an_earlier_day_has_its_own_figures(self, signed_in, chief):
        Story.of_the_cast().tell(a_station(), until="noticed")
        HouseholdCountFactory(as_of=date(2026, 1, 1))
        found = brief(chief, date(2026, 2, 1))
        assert found.funnel.total == 0
        assert found.weekly.total.supply.direct == 60
        answer = signed_in(chief).get(self.ADDRESS, {"as_of": "2026-02-01"})
        assert "2026年2月1日" in words(opened(answer))

    def test_another_countys_figures_are_its_own(self, outsider):
        Story.of_the_cast().tell(a_station(), until="noticed")
        HouseholdCountFactory()
        HouseholdCountFactory(estate=EstateFactory(place=GAOTANG_COMMUNITY), connected=10, direct=1)
        found = brief(outsider, clock.today())
        assert found.funnel.total == 0
        assert found.weekly.total.supply.connected == 10

    def test_without_anything_it_still_opens(self, signed_in, chief):
        assert opened(signed_in(chief).get(self.ADDRESS)).paragraphs

    def test_who_may_see_no_handover_gets_none(self, signed_in, nobody):
        assert signed_in(nobody).get(self.ADDRESS).status_code == 403
