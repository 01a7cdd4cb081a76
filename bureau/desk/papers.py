"""Official papers as .docx, for leaders to edit: A4 with the margins and fonts of GB/T 9704-2012.

    paper = Paper()
    paper.number("聊城管字〔2026〕3号")
    paper.title("关于……的通知")
    paper.addressee("某单位")
    paper.text("……")
    paper.signed("聊城市城市管理局", day)
    return paper.answer("notice-2026-0003")

A paper is written in Chinese whatever language its reader works in: wrap it in
``formats.in_chinese()``.
"""

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponseBase
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from bureau.desk import formats
from bureau.exchange.exporting import as_download

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE, BODY, HEADING, SMALL = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
#: Font → what Word takes where a machine does not have it.
INSTEAD = {TITLE: "宋体", BODY: "仿宋"}
LATIN = "Times New Roman"
#: 二号, 三号 and 四号; lines are 28 points apart, two characters are drawn in.
SIZE_TITLE, SIZE_BODY, SIZE_SMALL, LEADING = Pt(22), Pt(16), Pt(14), Pt(28)
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
#: What XML cannot hold and somebody may yet have typed.
FIGURE = re.compile(r"[-+]?[¥￥]?\d[\d,]*(\.\d+)?%?|—")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Paper:
    """One paper, written from top to bottom."""

    def __init__(self, *, wide: bool = False) -> None:
        self.document = Document()
        self._lay_out(wide)
        self._choose_fonts()
        self._number_pages()

    # --- What stands on it ----------------------------------------------------------------
    def number(self, text: str) -> None:
        """Write the document number, or room for one."""
        self._line(text, align=WD_ALIGN_PARAGRAPH.CENTER)

    def title(self, text: str) -> None:
        """Write the title, with a line of air around it."""
        line = self._line(text, font=TITLE, size=SIZE_TITLE, align=WD_ALIGN_PARAGRAPH.CENTER)
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(14)
        line.paragraph_format.line_spacing = Pt(36)
        line.paragraph_format.keep_with_next = True

    def addressee(self, text: str) -> None:
        """Write to whom the paper goes, with the colon after the name."""
        self._line(f"{text}：")

    def heading(self, text: str) -> None:
        """Write the heading of a part."""
        line = self._line(text, font=HEADING, indent=True)
        line.paragraph_format.keep_with_next = True

    def text(self, text: str) -> None:
        """Write a paragraph, drawn in by two characters; every line of it begins one."""
        for line in str(text).splitlines() or [""]:
            self._line(line, indent=True)

    def table(
        self, rows: Sequence[Sequence[Any]], *, head: bool = True, widths: Sequence[float] = ()
    ) -> None:
        """Write a table with lines; the first row is its head and is repeated on every page.

        ``widths`` are in millimetres. Under a head, figures stand at the right, but for a number
        in front of the row.
        """
        if self.document.paragraphs:
            self.document.paragraphs[-1].paragraph_format.space_after = Pt(6)
        table = self.document.add_table(rows=len(rows), cols=len(rows[0]))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        # Word reads the width of a cell, other programs that of its column.
        for column, width in zip(table.columns, widths, strict=False):
            column.width = Mm(width)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                cell = table.cell(number, place)
                if widths:
                    cell.width = Mm(widths[place])
                paragraph = cell.paragraphs[0]
                shape = paragraph.paragraph_format
                shape.line_spacing_rule = WD_LINE_SPACING.SINGLE
                shape.space_before = shape.space_after = Pt(2)
                is_head = head and number == 0
                self._run(paragraph, value, HEADING if is_head else BODY, Pt(12))
                if is_head:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                elif head and place and FIGURE.fullmatch(str(value)):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _keep_whole(table.rows[number], repeat=head and number == 0)
        self._line("", size=Pt(6)).paragraph_format.line_spacing = Pt(10)

    def signed(self, unit: str, day: date) -> None:
        """Write who issues the paper and when, at the right, as an official paper ends."""
        for number, text in enumerate((unit, formats.day(day))):
            line = self._line(text, align=WD_ALIGN_PARAGRAPH.RIGHT)
            line.paragraph_format.right_indent = Pt(32)
            if not number:
                line.paragraph_format.space_before = Pt(28)
                line.paragraph_format.keep_with_next = True

    def copies(self, text: str) -> None:
        """Write to whom copies go, under everything."""
        line = self._line(text, size=SIZE_SMALL)
        line.paragraph_format.space_before = Pt(14)

    # --- How it leaves --------------------------------------------------------------------
    def content(self) -> bytes:
        """Return the file."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def answer(self, name: str) -> HttpResponseBase:
        """Answer with the file under ``name``."""
        response = FileResponse(io.BytesIO(self.content()), content_type=DOCX)
        return as_download(response, f"{name}.docx")

    # --- How it is made -------------------------------------------------------------------
    def _lay_out(self, wide: bool) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        if wide:
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = TOP, BOTTOM
        section.left_margin, section.right_margin = LEFT, RIGHT

    def _choose_fonts(self) -> None:
        styles = self.document.styles
        # A font of the theme would win over every name that is given below.
        for fonts in styles.element.iter(qn("w:rFonts")):
            for name in [key for key in fonts.attrib if key.endswith("Theme")]:
                del fonts.attrib[name]
        _name_font(styles["Normal"].element.get_or_add_rPr(), BODY)
        styles["Normal"].font.size = SIZE_BODY
        for part in self.document.part.package.iter_parts():
            if part.partname == "/word/fontTable.xml":
                part._blob = _with_fallbacks(part.blob)

    def _number_pages(self) -> None:
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, "— ", SMALL, SIZE_SMALL)
        run = self._run(paragraph, "", SMALL, SIZE_SMALL)
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            if kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
            else:
                mark = OxmlElement("w:instrText")
                mark.text = text
            run._r.append(mark)
        self._run(paragraph, " —", SMALL, SIZE_SMALL)

    def _line(
        self,
        text: Any,
        *,
        font: str = BODY,
        size: Pt = SIZE_BODY,
        align: WD_ALIGN_PARAGRAPH | None = None,
        indent: bool = False,
    ) -> Paragraph:
        paragraph = self.document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LEADING
        shape.alignment = align
        if indent:
            shape.first_line_indent = Pt(32)
        self._run(paragraph, text, font, size)
        return paragraph

    @staticmethod
    def _run(paragraph: Paragraph, text: Any, font: str, size: Pt) -> Any:
        run = paragraph.add_run(ILLEGAL.sub("", str(text)))
        run.font.size = size
        _name_font(run._r.get_or_add_rPr(), font)
        return run


def _name_font(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for word in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(word), LATIN)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _with_fallbacks(table: bytes) -> bytes:
    fonts = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{other}"/></w:font>'
        for font, other in INSTEAD.items()
    )
    return table.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


def _keep_whole(row: Any, *, repeat: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeat:
        properties.append(OxmlElement("w:tblHeader"))
