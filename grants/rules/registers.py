"""How villages write technologies, devices and names in their registers (花名册)."""

import re
from functools import lru_cache

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
    "电代煤": POWER, "煤改电": POWER, "以电代煤": POWER, "电": POWER, "电能替代": POWER,
    "电采暖": POWER, "电取暖": POWER, "电暖器": POWER, "电锅炉": POWER, "蓄热式电暖器": POWER,
    "碳晶板": POWER, "coal_to_electricity": POWER,
    "空气源热泵": AIR_SOURCE, "空气源": AIR_SOURCE, "空气能": AIR_SOURCE,
    "空气能热泵": AIR_SOURCE, "空气源热泵热风机": AIR_SOURCE, "热泵热风机": AIR_SOURCE,
    "电代煤（空气源热泵）": AIR_SOURCE, "煤改电（空气源热泵）": AIR_SOURCE,
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
_DOTS = re.compile("[•‧・∙⋅．●]")


@lru_cache(maxsize=4096)
def heat_pump_of(device: str) -> str | None:
    """Return whether a device, as written, is an air-source heat pump; None where it tells not."""
    if any(word in device for word in _OTHER_PUMPS):
        return HeatPump.NONE.value
    if any(word in device for word in _AIR):
        return AIR_SOURCE
    return HeatPump.NONE.value if any(word in device for word in _ELECTRIC) else None


def read_name(text: str) -> str:
    """Return a person's name with the one dot between its parts that papers use: 阿不都·热合曼."""
    return _DOTS.sub("·", text)
