"""The office's ledgers of documents and of numbers; ``imports`` declares them."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.documents import rules, services
from bureau.documents.choices import (
    DocumentKind,
    DocumentRefusal,
    IssuerLevel,
    LedgerSlip,
    PaperKind,
)
from bureau.documents.models import Document, DocumentNumber, NumberSeries
from bureau.exchange.choices import IssueCode
from bureau.exchange.importer import Column, Importer, Row
from bureau.exchange.parsers import Choice, Day, Text
from bureau.exchange.registry import register
from bureau.exchange.staging import Stage

KINDS = {
    "法律": DocumentKind.LAW, "条例": DocumentKind.REGULATION, "法规": DocumentKind.REGULATION,
    "规范性文件": DocumentKind.NORMATIVE, "标准": DocumentKind.STANDARD,
    "方案": DocumentKind.SCHEME, "政策": DocumentKind.POLICY, "通知": DocumentKind.NOTICE,
    "批复": DocumentKind.REPLY, "征求意见稿": DocumentKind.DRAFT, "草案": DocumentKind.DRAFT,
}  # fmt: skip
LEVELS = {
    "国家": str(IssuerLevel.NATION.value), "省": str(IssuerLevel.PROVINCE.value),
    "市": str(IssuerLevel.CITY.value), "县": str(IssuerLevel.COUNTY.value),
    "本局": str(IssuerLevel.OFFICE.value),
}  # fmt: skip
PAPERS = {
    "函": PaperKind.LETTER, "通知": PaperKind.NOTICE, "责令书": PaperKind.ORDER,
    "通报": PaperKind.CIRCULAR, "决定": PaperKind.DECISION, "报告": PaperKind.REPORT,
    "纪要": PaperKind.MINUTES, "其他": PaperKind.OTHER, "责令": PaperKind.ORDER,
}  # fmt: skip


@dataclass(slots=True)
class Known:
    """What the register holds, and what earlier rows of the sheet bring."""

    held: dict[Any, str] = field(default_factory=dict)
    seen: dict[Any, int] = field(default_factory=dict)
    series: list[NumberSeries] = field(default_factory=list)


@register
class DocumentImporter(Importer):
    """Laws, schemes and drafts: what the register lacks is added, what it holds stays."""

    kind = "documents"
    label = _("Documents")
    permission = "documents.add_document"
    columns = (
        Column(
            "title", "文件名称", ("标题", "名称", "title"),
            required=True, parse=Text(200), missing=IssueCode.MISSING_NAME,
            example="山东省供热条例",
        ),
        Column(
            "kind", "类别", ("文件类别", "kind"),
            required=True, parse=Choice(KINDS, tuple(KINDS)), example="条例",
        ),
        Column("number", "文号", ("发文字号", "number"), parse=Text(80)),
        Column("edition", "版本", ("文本", "edition"), parse=Text(60), example="2014"),
        Column(
            "level", "发文层级", ("层级", "level"),
            required=True, parse=Choice(LEVELS, tuple(LEVELS)), example="省",
        ),
        Column("issuer", "发文机关", ("制定机关", "issuer"), parse=Text(120)),
        Column("issued_on", "发布日期", ("印发日期", "issued_on"), parse=Day()),
        Column("in_force_from", "施行日期", ("生效日期", "in_force_from"), parse=Day(future=True)),
        Column("in_force_until", "失效日期", ("废止日期",), parse=Day(future=True)),
        Column("source", "来源", ("出处", "source"), parse=Text(300)),
    )  # fmt: skip
    staged = {
        "title": "text", "kind": "text", "number": "text", "edition": "text", "level": "smallint",
        "issuer": "text", "issued_on": "date", "in_force_from": "date", "in_force_until": "date",
        "source": "text",
    }  # fmt: skip
    target = Document
    key = ("title", "edition", "number")
    compared = ("title",)
    watches = (Document,)
    sentences = (LedgerSlip,)
    notes = (_("A document that the register holds already stays as it is."),)

    def prepare(self, actor: Any) -> Known:
        """Start with nothing seen."""
        return Known()

    def judge(self, row: Row, ground: Known) -> None:
        """Judge one document."""
        if row.rejected:
            return
        key = (row["title"], row["edition"] or "", row["number"] or "")
        if not self.once(row, ground.seen, key, "title"):
            return
        since, until = row["in_force_from"], row["in_force_until"]
        if since and until and until <= since:
            row.error("in_force_until", LedgerSlip.DATES_CROSSED, since=since, until=until)
            return
        texts = ("number", "edition", "issuer", "source")
        row.stage(
            title=row["title"],
            kind=row["kind"],
            level=int(row["level"]),
            issued_on=row["issued_on"],
            in_force_from=since,
            in_force_until=until,
            **{name: row[name] or "" for name in texts},
        )

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Hand the new documents to the service."""
        names = tuple(self.staged)
        fetched = _new_rows(stage, names)
        services.import_documents(fetched, actor=actor)


@register
class NumberImporter(Importer):
    """The numbers that the paper register holds already."""

    kind = "document_numbers"
    label = _("Document numbers")
    permission = "documents.add_documentnumber"
    columns = (
        Column(
            "number", "文号", ("发文字号", "编号", "number"),
            required=True, parse=Text(80), example="聊城管字〔2026〕1号",
        ),
        Column(
            "subject", "标题", ("事由", "文件标题", "subject"), required=True, parse=Text(200),
            example="关于换热站移交的函",
        ),
        Column("paper", "文种", ("类型", "paper"), parse=Choice(PAPERS, tuple(PAPERS))),
        Column("issued_on", "发文日期", ("印发日期", "日期", "issued_on"), parse=Day()),
        Column("void_reason", "作废原因", ("作废", "void_reason"), parse=Text(500)),
    )  # fmt: skip
    staged = {
        "text": "text", "series_id": "bigint", "year": "smallint", "n": "integer",
        "subject": "text", "paper": "text", "issued_on": "date", "void_reason": "text",
    }  # fmt: skip
    target = DocumentNumber
    key = ("text",)
    compared = ("text",)
    sources = {"text": "number"}
    watches = (DocumentNumber, NumberSeries)
    sentences = (LedgerSlip, DocumentRefusal)
    notes = (_("A number that the register holds already stays as it is."),)

    def prepare(self, actor: Any) -> Known:
        """Load the numbers that the register holds, and the series."""
        held = dict(DocumentNumber.objects.values_list("text", "subject"))
        return Known(held=held, series=list(NumberSeries.objects.order_by("pk")))

    def judge(self, row: Row, ground: Known) -> None:
        """Judge one number: put right, of a series or another office's, once."""
        if row.rejected:
            return
        try:
            text, series, place = services.place_number(row["number"], ground.series)
        except BusinessError as refusal:
            row.refuse("number", refusal)
            return
        if place.year > clock.today().year:
            row.error("number", DocumentRefusal.NUMBER_AHEAD, number=text)
            return
        if not self.once(row, ground.seen, text, "number", text):
            return
        if text in ground.held:
            row.warn("number", LedgerSlip.KNOWN_NUMBER, number=text, subject=ground.held[text])
        elif series is None:
            row.warn("number", LedgerSlip.FOREIGN_NUMBER, number=text)
        self._stage(row, text, series, place)

    @staticmethod
    def _stage(row: Row, text: str, series: NumberSeries | None, place: rules.Place) -> None:
        row.stage(
            text=text,
            series_id=series.pk if series else None,
            year=place.year,
            n=place.n,
            subject=row["subject"],
            paper=row["paper"] or PaperKind.OTHER.value,
            issued_on=row["issued_on"],
            void_reason=row["void_reason"] or "",
        )

    def apply(self, stage: Stage, *, actor: Any) -> None:
        """Hand the new numbers to the service."""
        services.import_numbers(_new_rows(stage, tuple(self.staged)), actor=actor)


def _new_rows(stage: Stage, names: tuple[str, ...]) -> list[dict[str, Any]]:
    found = Stage.fetch(
        f"SELECT {', '.join(names)} FROM {stage.table} "  # noqa: S608
        "WHERE action = 'created' ORDER BY row_number"
    )
    return [dict(zip(names, values, strict=True)) for values in found]
