"""A city's ledger of heat substations as large as wanted, as offices write them."""

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter

from bureau.places.models import Division

HEADINGS = (
    "换热站名称", "所属小区", "县（市、区）", "乡镇（街道）", "社区", "管理方式", "管理单位",
    "供热企业", "热源", "投运年份", "供热面积（㎡）", "实供面积（㎡）", "供热户数", "直供户数",
    "变压器（台）", "经度", "纬度", "备注",
)  # fmt: skip
FIRST = (
    "阳光", "金鼎", "水岸", "东昌", "华府", "书香", "锦绣", "御景", "星光", "昌润", "裕昌", "民生",
    "滨河", "凤凰", "龙湾", "月亮", "建设", "柳园", "新东方", "当代",
)  # fmt: skip
SECOND = ("花园", "小区", "家园", "公馆", "新城", "名郡", "嘉园", "国际", "首府", "苑")
MODES = ("直管", "非直管", "自管", "托管")


def workbook(count: int) -> bytes:
    """Return a ledger of ``count`` stations, two to an estate, over every town of the city."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADINGS)
        for number, row in enumerate(_rows(count), start=1):
            page.write_row(number, 0, row)
    return out.getvalue()


def estate_name(number: int) -> str:
    """Return the name of the estate of this number; no two are alike."""
    first, rest = FIRST[number % len(FIRST)], number // len(FIRST)
    return f"{first}{SECOND[rest % len(SECOND)]}{rest // len(SECOND) + 1}期"


def places() -> list[tuple[str, str, str]]:
    """Return county, town and community of every village and community in force."""
    rows = Division.objects.current().of_level(5).filter(parent__valid_to=None)
    found = rows.order_by("code").values_list("parent__parent__name", "parent__name", "name")
    return list(found)


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    ground = places()
    for n in range(count):
        estate = estate_name(n // 2)
        mode, households = MODES[n % 4], 80 + n % 400
        manager = "" if mode in ("直管", "自管") else f"{FIRST[n % 20]}物业服务第{n % 1500}公司"
        area = round(9000 + n % 9973 + n % 100 / 100, 2)
        yield (
            f"{estate}{n % 2 + 1}号换热站", estate, *ground[n // 2 % len(ground)], mode, manager,
            f"聊城第{n % 12 + 1}热力公司", f"第{n % 40 + 1}热电厂", 1996 + n % 29, area,
            round(area * 0.8, 2), households, households if mode == "直管" else households // 3,
            1 + n % 2, round(115.4 + n % 60000 / 100000, 5), round(36.1 + n % 50000 / 100000, 5),
            "二次网已改造" if n % 7 == 0 else "",
        )  # fmt: skip
