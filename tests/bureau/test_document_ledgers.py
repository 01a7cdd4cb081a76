"""The ledgers of documents and of numbers: what the paper registers hold comes in once."""

from datetime import date

import pytest

from bureau.core import clock
from bureau.core.errors import BusinessError
from bureau.documents import services
from bureau.documents.models import Document, DocumentNumber, NumberSeries
from bureau.exchange.ledger import import_ledger
from bureau.records.models import AuditEntry
from tests.bureau.sheets import xlsx

pytestmark = pytest.mark.django_db

DOCUMENTS = ("文件名称", "类别", "文号", "版本", "发文层级", "发文机关", "发布日期", "施行日期",
             "失效日期", "来源")  # fmt: skip
LAW = ("山东省城市热力办法", "条例", "鲁政办字〔2020〕8号", "2020", "省", "省政府", "2020-03-01",
       "2020-05-01", "", "省政府网站")  # fmt: skip
NUMBERS = ("文号", "标题", "文种", "发文日期", "作废原因")


def bring_in(kind, head, *rows, actor, **options):
    data = xlsx([["聊城市城市管理局登记簿"], head, *rows])
    options = {"dry_run": False, "accept_passing": True} | options
    return import_ledger(kind, "登记簿.xlsx", data, actor=actor, **options).report


def documents(actor, *rows, **options):
    return bring_in("documents", DOCUMENTS, *rows, actor=actor, **options)


def numbers(actor, *rows, **options):
    return bring_in("document_numbers", NUMBERS, *rows, actor=actor, **options)


def law(**changes):
    return [changes.get(heading, value) for heading, value in zip(DOCUMENTS, LAW, strict=True)]


def errors(report):
    return [(issue["row"], issue["column"], issue["code"]) for issue in report["errors"]]


class TestDocuments:
    def test_a_document_comes_in_with_its_dates_and_is_found(self, legal):
        report = documents(legal, LAW)
        assert (report["created"], report["errors"]) == (1, [])
        made = Document.objects.get(title="山东省城市热力办法")
        assert (made.kind, made.level, made.number) == ("regulation", 1, "鲁政办字〔2020〕8号")
        assert (made.issued_on, made.in_force_from) == (date(2020, 3, 1), date(2020, 5, 1))
        assert made.in_force_until is None
        assert list(Document.objects.named_like("热力办法")) == [made]
        assert AuditEntry.objects.about(made).exists()

    def test_what_the_register_holds_stays_as_it_is(self, legal):
        documents(legal, LAW)
        report = documents(legal, law(发文机关="另一机关"), law(版本="2021"))
        assert (report["created"], report["updated"], report["unchanged"]) == (1, 0, 1)
        assert Document.objects.get(edition="2020", number=LAW[2]).issuer == "省政府"

    @pytest.mark.parametrize(
        ("changes", "column", "code"),
        [
            ({"文件名称": ""}, "文件名称", "missing_name"),
            ({"类别": "歌曲"}, "类别", "unknown_choice"),
            ({"类别": ""}, "类别", "missing_value"),
            ({"发文层级": "街道"}, "发文层级", "unknown_choice"),
            ({"失效日期": "2020-04-01"}, "失效日期", "dates_crossed"),
            ({"施行日期": "明年"}, "施行日期", "bad_date"),
            ({"发布日期": "2999-01-01"}, "发布日期", "future_date"),
            ({"文件名称": "长" * 201}, "文件名称", "too_long"),
        ],
    )
    def test_one_slip_keeps_the_row_out(self, legal, changes, column, code):
        report = documents(legal, law(**changes), law(版本="2021"))
        assert errors(report) == [(3, column, code)]
        assert report["created"] == 1

    def test_the_same_row_twice_comes_in_once(self, legal):
        report = documents(legal, LAW, LAW)
        assert errors(report) == [(4, "文件名称", "duplicate_row")]
        assert Document.objects.filter(title=LAW[0]).count() == 1

    def test_looking_alone_writes_nothing(self, legal):
        assert documents(legal, LAW, dry_run=True)["created"] == 1
        assert not Document.objects.filter(title=LAW[0]).exists()

    def test_only_who_keeps_the_register_brings_documents_in(self, county):
        with pytest.raises(BusinessError):
            documents(county, LAW)


class TestNumbers:
    @pytest.fixture
    def year(self):
        return clock.today().year

    def test_the_paper_register_comes_in_with_its_holes(self, clerk, year):
        report = numbers(
            clerk,
            (f"聊城管字[{year}]1号", "关于换热站移交的函", "函", f"{year}-01-05", ""),
            (f"聊城管字〔{year}〕３号", "关于检修的通知", "通知", f"{year}-01-09", "号码写错"),
            (f"鲁建城字〔{year}〕7号", "转发省厅通知", "", "", ""),
        )
        assert (report["created"], report["errors"]) == (3, [])
        assert [one["code"] for one in report["warnings"]] == ["foreign_number"]
        states = DocumentNumber.objects.order_by("text").values_list("text", "state", "paper")
        assert list(states) == [
            (f"聊城管字〔{year}〕1号", "issued", "letter"),
            (f"聊城管字〔{year}〕3号", "void", "notice"),
            (f"鲁建城字〔{year}〕7号", "issued", "other"),
        ]
        series = NumberSeries.objects.get(code="official")
        given = [services.reserve_number(series, actor=clerk).n for _time in range(2)]
        assert not {1, 3} & set(given)

    def test_what_the_register_holds_stays_and_is_said(self, clerk, year):
        text = f"聊城管字〔{year}〕1号"
        services.take_number(text, actor=clerk, subject="先登记的")
        report = numbers(clerk, (text, "后来的", "函", "", ""))
        assert (report["created"], report["unchanged"]) == (0, 1)
        assert [one["code"] for one in report["warnings"]] == ["known_number"]
        assert DocumentNumber.objects.get().subject == "先登记的"

    @pytest.mark.parametrize(
        ("changes", "column", "code"),
        [
            ({"文号": "三号文件"}, "文号", "not_a_number"),
            ({"文号": "聊城管字〔2998〕1号"}, "文号", "not_a_number"),
            ({"文号": f"聊城管字〔{clock.today().year + 1}〕1号"}, "文号", "number_ahead"),
            ({"标题": ""}, "标题", "missing_value"),
            ({"文种": "诗"}, "文种", "unknown_choice"),
            ({"发文日期": "2026-02-30"}, "发文日期", "bad_date"),
        ],
    )
    def test_one_slip_keeps_the_number_out(self, clerk, year, changes, column, code):
        good = dict(zip(NUMBERS, (f"聊城管字〔{year}〕5号", "函件", "函", "", ""), strict=True))
        report = numbers(clerk, list((good | changes).values()))
        assert errors(report) == [(3, column, code)]
        assert not DocumentNumber.objects.exists()

    def test_two_writings_of_one_number_are_one(self, clerk, year):
        rows = [(f"聊城管字{a}{year}{b}2号", "函件", "责令", "", "") for a, b in ("〔〕", "[]")]
        report = numbers(clerk, *rows)
        assert errors(report) == [(4, "文号", "duplicate_row")]
        assert DocumentNumber.objects.get().paper == "order"
