"""
Names to try screening with: listed ones with one thing changed, and ordinary ones.

The shapes by which characters are exchanged are a list of pairs that are taught as easily confused,
not the product's own table; sounds are those of everyday characters. The same seed gives the same
names.
"""

import string
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from opencc import OpenCC

from accounts.rules.names import fold
from accounts.rules.screening.sounds import readings

SHAPES: Final = """
日曰 未末 土士 己已 已巳 人入 大太 大犬 天夭 千干 千于 田由 甲申 贝见 石右 目日 木本 刀力 王玉 王主 午牛 今令
名各 侯候 拔拨 戌戍 茶荼 冶治 祟崇 亳毫 微徽 折析 乌鸟 鸟岛 免兔 衣农 师帅 旦且 史吏 失矢 生主 住往 没设 清请
请情 情晴 晴睛 抱饱 跑炮 技枝 竞竟 辩辨 幻幼 风凤 孤狐 丸九 儿几 沾沽 拆折 坏环 怀杯 捐损 梢稍 钓钩 味昧 徒徙
栗粟 采釆 券卷 壁璧 暮幕 墓慕 郎朗 卵卯 坐座 又叉 困因 园圆 同回 间问 内肉 西酉 酒洒 百白 早旱 音昔 惜借 爪瓜
来耒 秃秀 季李 查杏 春舂 秦泰 贪贫 货贷 坚竖 负贞 村材 跟根 很恨 狼娘 社杜 视祝 华毕 京亮 膏豪 讯迅 阿啊 里甲
理埋 部陪 育盲 公分 案按 电龟 招拓 行衍 建健 工土 民氏 国囯 团困 会合 交文 警擎 院皖 检捡 高嵩 法怯 居屈 古占
宫官 博搏 物吻 馆绾 图圆 铁铗 由曲 政攻 应庆 急忽 全金 经泾 济挤 财材 中申 央夹 银锒 京享 东车 科料 报极
"""
# The characters of the first level of GB 2312, the most used.
EVERYDAY: Final = bytes(
    byte
    for high in range(0xB0, 0xD8)
    for low in range(0xA1, 0xFF)
    if (high, low) < (0xD7, 0xFA)
    for byte in (high, low)
).decode("gb2312")
_SEPARATORS: Final = " ·-_　.・"
_PLACES: Final = [
    "半夏",
    "松间",
    "竹里",
    "晨光",
    "南巷",
    "北岸",
    "远山",
    "海岛",
    "星野",
    "麦田",
    "青禾",
    "白鹭",
    "老街",
    "橙子",
    "芒果",
    "银杏",
    "小满",
    "云上",
]
_TOPICS: Final = [
    "读书",
    "电影",
    "骑行",
    "烘焙",
    "手账",
    "露营",
    "编程",
    "篮球",
    "历史",
    "绘本",
    "美食",
    "旅行",
    "数码",
    "摄影",
    "音乐",
    "健身",
    "钓鱼",
]
_ENDINGS: Final = [
    "日记",
    "笔记",
    "小站",
    "频道",
    "研究所",
    "工作室",
    "同好会",
    "碎碎念",
    "周记",
    "指南",
    "说",
    "君",
    "观察",
    "杂谈",
]
_GIVEN: Final = [
    "小明",
    "阿强",
    "老王",
    "大刘",
    "丽丽",
    "豆豆",
    "阿宝",
    "小雨",
    "老张",
    "娜娜",
    "大熊",
    "阿飞",
    "小鱼",
    "圆圆",
    "老李",
    "美美",
]
_DOES: Final = [
    "爱吃饭",
    "在路上",
    "的日常",
    "的小院",
    "讲故事",
    "的厨房",
    "看世界",
    "聊汽车",
    "学做菜",
    "的一天",
    "带娃记",
    "种花记",
]


@dataclass(frozen=True)
class Case:
    """A name made from a listed one, and by which change."""

    name: str
    listed: str
    change: str


@cache
def _shapes() -> dict[str, str]:
    found: dict[str, str] = defaultdict(str)
    for one, other in SHAPES.split():
        found[one] += other
        found[other] += one
    return dict(found)


@cache
def _homophones() -> dict[str, str]:
    found: dict[str, str] = defaultdict(str)
    for character in EVERYDAY:
        found[readings(character)[0]] += character
    return dict(found)


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")


def _replaced(name: str, place: int, character: str) -> str:
    return name[:place] + character + name[place + 1 :]


def changed(name: str, random: Random) -> Iterator[Case]:
    """Yield one name of each kind of change that is possible with a listed name."""
    places = list(range(len(name)))
    random.shuffle(places)
    shapes = [place for place in places if name[place] in _shapes()]
    for place in shapes[:1]:
        other = random.choice(_shapes()[name[place]])
        yield Case(_replaced(name, place, other), name, "shape")
    for place in places:
        sound = readings(name[place])
        others = [c for c in _homophones().get(sound[0], "") if c != name[place]] if sound else []
        if others and not name[place].isascii():
            yield Case(_replaced(name, place, random.choice(others)), name, "sound")
            break
    place = places[0]
    other = random.choice(EVERYDAY)
    yield Case(_replaced(name, place, other), name, "replaced")
    yield Case(name[:place] + other + name[place:], name, "inserted")
    yield Case(name[:place] + name[place + 1 :], name, "left out")
    inside = random.randrange(1, len(name))
    yield Case(name[:inside] + random.choice(_SEPARATORS) + name[inside:], name, "separator")
    traditional = _traditional().convert(name)
    if traditional != name:
        yield Case(traditional, name, "traditional")
    wide = name.translate({ord(c): ord(c) + 0xFEE0 for c in string.ascii_letters + string.digits})
    if wide != name:
        yield Case(wide, name, "width")
        yield Case(name.swapcase(), name, "case")


def cases(listed: Sequence[str], *, rounds: int, seed: int = 2021) -> list[Case]:
    """Return listed names with one thing changed, each a few times over."""
    random = Random(seed)
    known = {fold(name) for name in listed}
    return [
        case
        for _round in range(rounds)
        for name in listed
        for case in changed(name, random)
        # One change may lead from one listed name to another.
        if fold(case.name) not in known - {fold(case.listed)}
    ]


def ordinary(count: int, *, seed: int = 2021) -> list[str]:
    """Return names such as people give their accounts."""
    random = Random(seed)
    patterns = (
        (_PLACES, _TOPICS, _ENDINGS),
        (_PLACES, _PLACES, _TOPICS, _ENDINGS),
        (_GIVEN, _DOES),
        (_TOPICS, _ENDINGS),
        (_GIVEN, _TOPICS, _ENDINGS),
    )
    made: dict[str, None] = {}
    while len(made) < count:
        name = "".join(random.choice(words) for words in random.choice(patterns))
        if random.random() < 0.1:
            name += str(random.randrange(100))
        made[name] = None
    return list(made)
