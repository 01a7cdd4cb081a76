"""How villages write technologies, devices and names in their registers (花名册)."""

import re
from functools import lru_cache

from bureau.core.tidiness import HAN
from grants.choices import HeatPump, Technology

GAS = Technology.COAL_TO_GAS.value
POWER = Technology.COAL_TO_ELECTRICITY.value
GROUND = Technology.COAL_TO_GEOTHERMAL.value
OTHER = "other"
"""A technology that people know and no scheme names."""
AIR_SOURCE = HeatPump.AIR_SOURCE.value

TECHNOLOGIES = {
    "气代煤": GAS, "煤改气": GAS, "以气代煤": GAS, "燃气": GAS, "天然气": GAS, "天然气改造": GAS,
    "气": GAS, "燃气壁挂炉": GAS, "壁挂炉": GAS, "coal_to_gas": GAS,
    "煤改燃气": GAS, "燃气代煤": GAS, "煤改天然气": GAS, "天然气代煤": GAS, "天燃气": GAS,
    "煤改天燃气": GAS, "燃气采暖炉": GAS, "燃气炉": GAS,
    "电代煤": POWER, "煤改电": POWER, "以电代煤": POWER, "电": POWER, "电能替代": POWER,
    "电采暖": POWER, "电取暖": POWER, "电暖器": POWER, "电锅炉": POWER, "蓄热式电暖器": POWER,
    "碳晶板": POWER, "coal_to_electricity": POWER,
    "电暖气": POWER, "直热式电暖器": POWER, "直热式电暖气": POWER, "蓄热式电暖气": POWER,
    "蓄热式电锅炉": POWER, "碳晶": POWER, "碳纤维": POWER, "石墨烯": POWER, "电地暖": POWER,
    "电热膜": POWER, "发热电缆": POWER, "电壁挂炉": POWER,
    "空气源热泵": AIR_SOURCE, "空气源": AIR_SOURCE, "空气能": AIR_SOURCE,
    "空气能热泵": AIR_SOURCE, "空气源热泵热风机": AIR_SOURCE, "热泵热风机": AIR_SOURCE,
    "低温空气源热泵": AIR_SOURCE, "空气源热风机": AIR_SOURCE, "空气能热风机": AIR_SOURCE,
    "热风机": AIR_SOURCE,
    "煤改地热": GROUND, "地热": GROUND, "地热代煤": GROUND, "地热能": GROUND,
    "地源热泵": GROUND, "coal_to_geothermal": GROUND,
    "生物质": OTHER, "煤改生物质": OTHER, "生物质代煤": OTHER, "生物质炉": OTHER,
    "太阳能": OTHER, "光伏": OTHER, "煤改光伏": OTHER, "光热": OTHER, "醇基燃料": OTHER,
    "集中供热": OTHER, "集中供暖": OTHER, "煤改热": OTHER, "余热": OTHER, "洁净煤": OTHER,
    "型煤": OTHER, "清洁煤": OTHER,
}  # fmt: skip
"""Every accepted word for a technology; one that names the device tells the heat pump too."""

_OTHER_PUMPS = ("地源", "水源", "土壤源")
_AIR = ("空气源", "空气能", "热风机")
_ELECTRIC = ("电暖", "电锅炉", "电热", "电采暖", "电取暖", "电壁挂", "电炉", "电磁", "直热",
             "蓄热", "储热", "碳晶", "碳纤维", "石墨烯", "发热电缆", "电缆")  # fmt: skip
_GAS_DEVICES = ("燃气", "天然气", "壁挂炉")
_PARTS = re.compile(r"[()\[\]【】/+\-—–、,;:\s“”‘’\"']+")
_NOTHING_MORE = re.compile(r"(改造)?(工程|项目|改造)$")
_TITLE = re.compile(r"(先生|女士|同志|户主|书记|主任|老人|[(].*[)])$")
_NAME = re.compile(r"(?:[^\W\d_]|[·〇 \ue000-\uf8ff]){2,}")
_DOTS = re.compile(rf"[•‧・∙⋅．●]|(?<=[{HAN}])\.(?=[{HAN}])")


@lru_cache(maxsize=4096)
def technology_of(text: str) -> str | None:
    """Return the technology of a cell whose parts are known words that agree, else None.

    煤改电（空气源热泵） names one device; 太阳能+空气源 leaves open which is meant.
    """
    parts = [_NOTHING_MORE.sub("", part) for part in _PARTS.split(text)]
    meant = {TECHNOLOGIES.get(part) for part in parts if part}
    if meant == {POWER, AIR_SOURCE}:
        return AIR_SOURCE
    return meant.pop() if len(meant) == 1 else None


@lru_cache(maxsize=4096)
def is_other_device(device: str, technology: str) -> bool:
    """Whether a device, as written, belongs to another technology than the claimed one."""
    if technology == GAS:
        return heat_pump_of(device) is not None
    gas = any(word in device for word in _GAS_DEVICES)
    return technology == POWER and gas and heat_pump_of(device) is None


@lru_cache(maxsize=4096)
def heat_pump_of(device: str) -> str | None:
    """Return whether a device, as written, is an air-source heat pump; None where it tells not."""
    if any(word in device for word in _OTHER_PUMPS):
        return HeatPump.NONE.value
    if any(word in device for word in _AIR):
        return AIR_SOURCE
    return HeatPump.NONE.value if any(word in device for word in _ELECTRIC) else None


@lru_cache(maxsize=4096)
def is_odd_name(name: str) -> bool:
    """Whether a name holds more or less than a person's name: a title, a sign, one character."""
    return _NAME.fullmatch(name) is None or _TITLE.search(name) is not None


def read_name(text: str) -> str:
    """Return a person's name with the one dot between its parts that papers use: 阿不都·热合曼."""
    return _DOTS.sub("·", text)
