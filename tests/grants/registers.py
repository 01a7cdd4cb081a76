"""Village registers for tests: made-up people with numbers that check out, and a sheet of them."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from bureau.exchange.ledger import import_ledger
from tests.bureau.sheets import xlsx

HEADINGS = {
    "serial": "序号", "county": "县（市、区）", "town": "乡镇（街道）", "community": "村（社区）",
    "name": "户主姓名", "id_number": "身份证号", "phone": "联系电话", "account": "电力户号",
    "gas": "燃气户号", "technology": "改造方式", "device": "设备类型", "device_serial": "设备编号",
    "completed_on": "竣工日期", "bank": "开户银行", "card": "一卡通账号", "remarks": "备注",
}  # fmt: skip
BEIYUAN = {"county": "东昌府区", "town": "新区街道", "community": "北苑社区居委会"}
GAOTANG = {"county": "高唐县", "town": "固河镇", "community": "窦集新村村委会"}
STEMS = "甲乙丙丁戊己庚辛壬癸"
_people = count(1)


def id_number(n: int, region: str = "371502") -> str:
    """Return the identity number of made-up person ``n``, signed as GB 11643 says."""
    body = f"{region}{date(1950, 1, 1) + timedelta(days=n % 18000):%Y%m%d}{n // 18000:03d}"
    signs = {i: "10X98765432"[i] for i in range(11)}
    return body + signs[sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(body)) % 11]


def card(n: int) -> str:
    """Return a card number of 19 digits whose last one fits the others."""
    body = f"622319{n:012d}"
    for last in "0123456789":
        digits = [int(d) for d in reversed(body + last)]
        total = sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits))
        if total % 10 == 0:
            return body + last
    raise AssertionError


def household(**other: Any) -> dict[str, Any]:
    """Return a good row of somebody new, with some cells other."""
    n = next(_people)
    return {
        "serial": n, **BEIYUAN, "name": f"试{STEMS[n % 10]}", "id_number": id_number(n),
        "phone": f"138{n:08d}", "account": f"37{n:08d}", "gas": "", "technology": "电代煤",
        "device": "空气源热泵", "device_serial": f"SN{n}", "completed_on": date(2018, 6, 17),
        "bank": "农村商业银行", "card": card(n), "remarks": "",
    } | other  # fmt: skip


def register(*rows: dict[str, Any], columns: tuple[str, ...] = tuple(HEADINGS)) -> bytes:
    """Return a workbook as a village keeps it: title, headings, rows, total and signatures."""
    return xlsx(
        [
            ["2018年冬季清洁取暖改造花名册"],
            ["填报单位：", "", "", "填报日期：2018年8月20日"],
            [HEADINGS[key] for key in columns],
            *([row[key] for key in columns] for row in rows),
            ["合计", "", "", "", f"{len(rows)}户"],
            ["填表人：", "", "", "审核人："],
        ]
    )


FIRST_ROW = 4
"""The sheet's own number of the first household."""


def bring_in(data: bytes, actor: Any, **options: Any) -> dict[str, Any]:
    """Import a register, its passing rows accepted, and return the report."""
    options = {"dry_run": False, "accept_passing": True} | options
    return import_ledger("claims", "花名册.xlsx", data, actor=actor, **options).report


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    """Return created, updated, unchanged and rejected."""
    names = ("created", "updated", "unchanged", "rejected")
    return tuple(report[name] for name in names)  # type: ignore[return-value]


def found(issues: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    """Return row, column and code of every slip."""
    return [(issue["row"], issue["column"], issue["code"]) for issue in issues]
