"""Written forms of region names: cleaned text, bare names without their level word, and what may follow a bare name.

Nothing here knows any particular place: only the level words of the country's five levels and the names of its peoples.
"""

import re
from typing import Final

_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_GAPS: Final = dict.fromkeys(map(ord, " \t\r\n\v\f\u00a0\u3000\u200b\ufeff\"'“”‘’"), None)
_FORMS: Final = str.maketrans("〔［【〕］】—－―‐、，。；：", "((()))----,,.;:")
_CLEAN: Final = {**_WIDE, **_GAPS, **_FORMS}


def clean(text: str) -> str:
    """``text`` with full-width signs made half-width and without spaces and quotes."""
    return text.translate(_CLEAN)


SKIPPED: Final = frozenset(",.-;:()/、")
"""Signs between names that mean nothing."""

PEOPLES: Final = (
    "蒙古族", "回族", "藏族", "维吾尔族", "维吾尔", "苗族", "彝族", "壮族", "布依族", "朝鲜族", "满族", "侗族",
    "瑶族", "白族", "土家族", "哈尼族", "哈萨克族", "哈萨克", "傣族", "黎族", "傈僳族", "佤族", "畲族", "高山族",
    "拉祜族", "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜族", "柯尔克孜", "土族", "达斡尔族", "仫佬族", "羌族",
    "布朗族", "撒拉族", "毛南族", "仡佬族", "锡伯族", "锡伯", "阿昌族", "普米族", "塔吉克族", "塔吉克", "怒族",
    "乌孜别克族", "俄罗斯族", "鄂温克族", "德昂族", "保安族", "裕固族", "京族", "塔塔尔族", "独龙族", "鄂伦春族",
    "赫哲族", "门巴族", "珞巴族", "基诺族", "蒙古", "各族", "民族",
)  # fmt: skip
_PEOPLES: Final = re.compile(f"(?:{'|'.join(sorted(PEOPLES, key=len, reverse=True))})+$")

PROVINCE_WORDS: Final = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市")
CITY_WORDS: Final = ("自治州", "地区", "市", "盟", "州")
COUNTY_WORDS: Final = ("自治县", "自治旗", "林区", "特区", "新区", "矿区", "县", "区", "市", "旗")
STREET_WORDS: Final = ("街道办事处", "街道办", "街道", "地区", "苏木", "镇", "乡")
VILLAGE_WORDS: Final = (
    "社区居民委员会", "社区村民委员会", "社区委员会", "社区居委会", "社区村委会", "村民委员会", "居民委员会",
    "家委会", "居委会", "村委会", "社区村", "社区", "嘎查", "居民区", "村",
)  # fmt: skip


def bare(name: str, words: tuple[str, ...]) -> str:
    """``name`` without its level word and the peoples named in it; unchanged where fewer than two characters stay."""
    for word in words:
        if name.endswith(word) and len(name) >= len(word) + 2:
            name = name[: -len(word)]
            break
    short = _PEOPLES.sub("", name)
    return short if len(short) >= 2 else name


_ROAD: Final = "路|街(?!道)|大道|巷|弄|里弄|胡同|公路|国道|省道"
_STREET_WORD: Final = re.compile(
    f"街道办事处|街道办|街道|(?:{'|'.join(PEOPLES)})*(?:镇(?!海(?:区|市|$))|乡(?!村))|苏木|地区办事处"
)
_VILLAGE_WORD: Final = re.compile(
    "|".join(VILLAGE_WORDS[:-1]) + f"|行政村|自然村|村(?![东南西北中前后新老]?(?:{_ROAD}))"
)
_TURNS: Final = "东南西北中上下内外前后新老环大小横直第一二三四五六七八九十"
_BEGINS_ANOTHER: Final = re.compile(
    f"街道|[{_TURNS}]{{0,3}}(?:{_ROAD}|道(?!士))|"
    "国际|大厦|大楼|宾馆|饭店|酒店|商城|商厦|市场|商场|小区|花园|花苑|公寓|新村|广场|医院|学校|中学|小学|大学|学院|"
    "车站|火车站|码头|机场(?!路)|家园|名都|名苑|家苑|嘉苑"
)
_MAY_BEGIN_ANOTHER: Final = re.compile(
    "[大小新老]?(?:桥|河|江|湖|山|港|湾|岛|塘|洋|浦|溪|岭|寺|庙|府|苑|里|坊|村|镇|乡|市|县|区|城(?!区|关|镇|厢|[东南西北中]))"
)
_HOMES: Final = re.compile(
    "[\u4e00-\u9fff]{1,5}?(?:花园|家园|苑|园(?!区|路|艺|林)|庭|邸|轩|阁|墅|公馆|华府|名府|公寓|豪庭|山庄)"
)
"""Housing estates are named after what is near and pretty, in whatever street they are."""
_OWN_NAME: Final = re.compile(f"([\u4e00-\u9fff]{{2,6}}?)(?:{_ROAD}|村)")
_ZONE: Final = re.compile(
    "[\u4e00-\u9fff]{0,10}?(?:高新技术产业开发区|经济技术开发区|经济开发区|开发区|高新技术产业园区|高新技术产业园|高新区|"
    "保税区|保税港区|度假区|风景区|管理区|示范区|集聚区|新区|港区|工业园区|工业园|工业区|产业园|科技园|园区)"
)
_GOES_ON: Final = re.compile("街道|域|[镇乡村](?:$|[\\d(),.;:\\-])")
_GENERIC: Final = re.compile(
    "[省市县区国营属经济技术高新产业工科农现代综合城东南西北滨海江湖临港沿空]*"
    "(?:开发区|高新区|工业园区|工业园|园区|产业园|工业区|新区|新城|示范区|管理区|农场|林场|盐场|牧场|良种场|原种场|种畜场|"
    "苗圃|茶场|渔场|果林场|度假区|风景区|城|街|东|南|西|北)"
)
_LATER: Final = re.compile("街道|镇|乡")
_TOWN: Final = re.compile(f"[\u4e00-\u9fff]{{2,4}}?(?:街道(?:办事处)?|镇|乡)(?!村|{_ROAD})")
_STOPS: Final = re.compile(
    r"$|[\d(),.;:\-#A-Za-z]|内|原|旧|第|[东南西北](?:侧|面|边|首)|境内|范围|自然村|[一二三四五六七八九十]+[组队]"
)


def goes_on(text: str, at: int) -> bool:
    """Whether a county's full name that ends at ``at`` is only the beginning of a town's (新县镇, 南城区街道)."""
    return _GOES_ON.match(text, at) is not None


def is_generic(name: str) -> bool:
    """Whether a park's or farm's name says only what it is: a city has many of them (经济开发区, 盐场)."""
    return _GENERIC.fullmatch(name) is not None


def street_word(text: str, at: int) -> int:
    """Where the level word of a street or town that begins at ``at`` ends; 0 when there is none."""
    found = _STREET_WORD.match(text, at)
    return found.end() if found else 0


def village_word(text: str, at: int) -> int:
    """Where the level word of a village that begins at ``at`` ends; 0 when there is none."""
    found = _VILLAGE_WORD.match(text, at)
    return found.end() if found else 0


def stands_alone(text: str, at: int) -> bool:
    """Whether a bare name that ends at ``at`` is not merely the beginning of a road's or building's name.

    霞浦路 and 霞浦江 are names of their own, 霞浦浦江路 is 浦江路 in 霞浦.
    """
    if _BEGINS_ANOTHER.match(text, at):
        return False
    if _HOMES.match(text, at):
        return False
    if not _MAY_BEGIN_ANOTHER.match(text, at):
        return True
    own = _OWN_NAME.match(text, at)
    return own is not None and not all(sign in _TURNS for sign in own[1])


def zone_end(text: str, at: int) -> int:
    """Where a development zone, park or similar named at ``at`` ends; 0 when none is."""
    found = _ZONE.match(text, at)
    return found.end() if found else 0


def later_street_words(text: str, at: int) -> list[int]:
    """Where level words of streets and towns begin in the rest of ``text``."""
    return [found.start() for found in _LATER.finditer(text, at)]


def town_end(text: str, at: int) -> int:
    """Where a name with a town's or street's level word that begins at ``at`` ends; 0 when there is none."""
    found = _TOWN.match(text, at)
    return found.end() if found else 0


def stops(text: str, at: int) -> bool:
    """Whether the name that ends at ``at`` ends there for certain: a number, a bracket, the end of the text."""
    return _STOPS.match(text, at) is not None
