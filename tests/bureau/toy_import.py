"""A small import for tests of the base: organisations by kind and name."""

from bureau.core import bigrams, pinyin
from bureau.exchange.choices import IssueCode
from bureau.exchange.importer import Column, Importer, Row
from bureau.exchange.parsers import Amount, Choice, Day, Identifier, Text, Year
from bureau.people.models import Organisation


class CompanyImporter(Importer):
    """Heating and property companies, with columns of every type to try the parsers."""

    kind = "companies"
    label = "单位"
    permission = "people.add_organisation"
    columns = (
        Column(
            "name",
            "单位名称",
            ("企业名称",),
            required=True,
            parse=Text(120),
            missing=IssueCode.MISSING_NAME,
        ),
        Column(
            "kind",
            "单位类型",
            required=True,
            parse=Choice({"供热企业": "heating_company", "物业": "property_company"}),
        ),
        Column("short_name", "简称", parse=Text(40)),
        Column("hotline", "客服电话", ("热线",), parse=Text(40)),
        Column("credit_code", "统一社会信用代码", parse=Identifier(), personal=True),
        Column("area", "供热面积（㎡）", parse=Amount(2)),
        Column("year", "成立年份", parse=Year()),
        Column("day", "许可日期", parse=Day()),
    )
    staged = {
        "kind": "text",
        "name": "text",
        "short_name": "text",
        "hotline": "text",
        "pinyin": "text",
        "bigrams": "varchar(2)[]",
    }
    target, key = Organisation, ("kind", "name")
    compared = ("short_name", "hotline")
    watches = (Organisation,)

    def prepare(self, actor):
        return {}

    def judge(self, row: Row, ground: dict) -> None:
        if not row.has("kind", "name"):
            return
        self.once(row, ground, (row["kind"], row["name"]), "name")
        row.stage(
            kind=row["kind"],
            name=row["name"],
            short_name=row["short_name"],
            hotline=row["hotline"],
            pinyin=pinyin.sort_key(row["name"]),
            bigrams=bigrams.of(row["name"]),
        )

    def apply(self, stage, *, actor) -> None:
        stage.insert(Organisation)
        stage.update(Organisation, ("short_name", "hotline"))
