"""A village register of claims as large as wanted, and what django-import-export does with it."""

import io
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from import_export import resources

from bureau.core import personal
from grants.models import BankAccount, Claim, Dwelling, Household, Membership, Person
from tests.bench.ledgers import places
from tests.grants.registers import HEADINGS, card, id_number

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰德福生春海文志长胜梅国永建"
REMARKS = 7


def names() -> Iterator[str]:
    """Return names as people bear them: common surnames often, a fifth with one given name."""
    chance = random.Random(1)  # noqa: S311 - the same names every time
    frequent = [1 / (rank + 3) for rank in range(len(SURNAMES))]
    while True:
        for surname in chance.choices(SURNAMES, frequent, k=1000):
            yield surname + "".join(chance.choices(GIVEN, k=1 if chance.random() < 0.2 else 2))


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """Return ``count`` households over every village of the city, in the order of HEADINGS."""
    ground, called = places(), names()
    for n in range(count):
        gas = n % 3
        yield (
            n + 1, *ground[n * len(ground) // count], next(called), id_number(n), f"138{n:08d}",
            f"37{n:08d}", f"G{n:08d}" if gas else "", "气代煤" if gas else "电代煤",
            "壁挂炉" if gas else "空气源热泵", f"SN{n:07d}",
            (date(2018, 4, 1) + timedelta(days=n % 120)).isoformat(), "农村商业银行", card(n),
            "二次网已改造" if n % REMARKS == 0 else "",
        )  # fmt: skip


def workbook(count: int) -> bytes:
    """Return the register as .xlsx."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, list(HEADINGS.values()))
        for number, row in enumerate(rows(count), start=1):
            page.write_row(number, 0, row)
    return out.getvalue()


class ClaimResource(resources.ModelResource):
    """The same register as django-import-export reads it: row by row, through the models."""

    class Meta:
        model = Claim
        import_id_fields = ("dwelling", "programme_year")
        fields = ("dwelling", "programme_year", "household", "village", "filed_by", "name",
                  "technology", "heat_pump", "device_model", "device_serial", "completed_on",
                  "remarks")  # fmt: skip

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Open the household's file by hand, since a resource knows one model only."""
        home, _made = Dwelling.objects.get_or_create(
            village_id=row["village"], account_number=row["account"],
            defaults={"gas_account": row["gas"]},
        )  # fmt: skip
        owner, made = Household.objects.get_or_create(
            dwelling=home, valid_to=None, defaults={"name": row["name"]}
        )
        if made:
            self._settle(owner, row)
        row["dwelling"], row["household"] = home.pk, owner.pk

    @staticmethod
    def _settle(owner: Household, row: Any) -> None:
        owner.call(row["name"])
        owner.save()
        head = Person.objects.create(name=row["name"])
        head.call(row["name"])
        personal.keep(head, "id_number", "id_number", row["id_number"])
        personal.keep(head, "phone", "phone", row["phone"])
        head.save()
        Membership.objects.create(household=owner, person=head, relation="head")
        account = BankAccount.objects.create(
            household=owner, holder=head, holder_name=row["name"], bank=row["bank"]
        )
        personal.keep(account, "card", "card", row["card"])
        account.save()
