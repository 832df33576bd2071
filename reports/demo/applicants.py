"""
Made-up applications with well-formed numbers of nobody.

Personal numbers and credit codes carry the division 990101, which is no place; names are made of
words that say that they are made up.
"""

from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Final

from accounts.rules.application_data import COLUMNS, ApplicationData, read_application
from accounts.rules.identity_numbers import personal_check_character, uscc_check_character

UID_PREFIX: Final = "demo-"
SEED: Final = 2021

_DIVISION: Final = "990101"
_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN: Final = ("示范", "样例", "虚构", "假名", "演练", "化名", "模拟", "代称", "试例", "无名")
_PLACES: Final = ("纸上村", "样例湾", "无名镇", "拟城", "空想山", "假想渡", "虚构里", "试验田")
_SUBJECTS: Final = {
    "food": ("家常菜", "早点铺", "烘焙"),
    "travel": ("山野徒步", "周末出行", "老街漫步"),
    "life": ("收纳", "阳台种菜", "旧物改造"),
    "sports": ("晨跑", "羽毛球", "骑行"),
    "culture": ("读书", "老唱片", "手工书"),
    "tech": ("拆机", "开源", "数码"),
    "games": ("桌游", "棋牌", "像素"),
    "parenting": ("绘本", "亲子手工", "辅食"),
    "automobile": ("自驾", "修车铺", "老车"),
    "entertainment": ("老电影", "相声", "舞台"),
}
_ENDINGS: Final = ("笔记", "手册", "日记", "小站", "频道", "记事")
_PROVINCES: Final = ("浙江省", "四川省", "山东省", "湖北省", "广东省", "陕西省", "北京市", "上海市")
# Category, type of certificate, who issues it, background.
_EXPERTS: Final = {
    "education": ("TEACHER", "示范区教育局", "在样例中学任教多年"),
    "health": ("DOC_PRACTICE", "示范区卫生健康局", "样例医院执业医师"),
    "judicial": ("LAWYER", "示范省司法厅", "样例律师事务所执业律师"),
    "economy": ("CPA", "示范省注册会计师协会", "样例会计师事务所注册会计师"),
    "news": ("NEWS_LICENCE", "示范省互联网信息办公室", "持证新闻单位"),
}

Cells = dict[str, str]


class Applicants:
    """Makes one application after the other, the same ones from the same seed."""

    def __init__(
        self, seed: int = SEED, *, uid_prefix: str = UID_PREFIX, first_number: int = 1
    ) -> None:
        self._random = Random(seed)  # noqa: S311 - made-up data, nothing secret
        self._numbers = count(first_number)
        self._prefix = uid_prefix

    def person(self, at: datetime, *, born: date | None = None, **columns: str) -> Cells:
        """Return an application of a natural person that passes every check, with changes."""
        number = next(self._numbers)
        choose = self._random.choice
        category = columns.pop("category", "") or choose(sorted(_SUBJECTS))
        born = born or date(1960, 1, 1) + timedelta(days=self._random.randrange(15_000))
        return self._cells(
            at,
            number,
            category=category,
            **{
                "subject_nature": "natural_person",
                "subject_name": choose(_SURNAMES) + choose(_GIVEN),
                "id_type": "resident_id",
                "id_number": personal_number(born, number),
                **columns,
            },
        )

    def company(self, at: datetime, *, head: str = "91", **columns: str) -> Cells:
        """Return an application of an enterprise that passes every check, with changes."""
        number = next(self._numbers)
        category = columns.pop("category", "") or self._random.choice(sorted(_SUBJECTS))
        place = self._random.choice(_PLACES)
        return self._cells(
            at,
            number,
            category=category,
            **{
                "subject_nature": "enterprise",
                "subject_name": f"{place}样例文化有限公司{number}",
                "id_type": "uscc",
                "id_number": credit_code(head, number),
                "business_scope": "组织文化艺术交流活动；图文设计",
                **columns,
            },
        )

    def expert(self, at: datetime, category: str, **columns: str) -> Cells:
        """Return a person's application in an expert field, with the qualification for it."""
        kind, issuer, background = _EXPERTS[category]
        number = self._random.randrange(10**9, 10**10)
        qualification = {
            "category": category,
            "professional_background": background,
            "qualification_type": kind,
            "qualification_number": f"演示{number}",
            "qualification_issuer": issuer,
        }
        return self.person(at, born=None, **{**qualification, **columns})

    def _cells(self, at: datetime, number: int, *, category: str, **columns: str) -> Cells:
        choose = self._random.choice
        what = choose(_SUBJECTS.get(category, ("知识",)))
        place = choose(_PLACES)
        province = choose(_PROVINCES)
        return {
            **dict.fromkeys(COLUMNS, ""),
            "platform_uid": f"{self._prefix}{number:06d}",
            "account_name": f"{place}{what}{choose(_ENDINGS)}{number}",
            "bio": f"记录{place}的{what}，演示账号。",
            "category": category,
            "mobile": f"1990{number + 1000:07d}",
            "registered_region": province,
            "operating_region": province,
            "contact": f"demo{number}@example.com",
            "applied_at": at.isoformat(),
            **columns,
        }


def personal_number(born: date, number: int) -> str:
    """Return a well-formed personal number of a division that is no place."""
    first = f"{_DIVISION}{born:%Y%m%d}{number % 1000:03d}"
    return first + personal_check_character(first)


def credit_code(head: str, number: int) -> str:
    """Return a well-formed credit code of a division that is no place."""
    first = f"{head}{_DIVISION}MA8{number:06d}"
    return first + uscc_check_character(first)


def application(cells: Cells) -> ApplicationData:
    """
    Return the application that the cells make.

    :raises ValueError: if they make none.
    """
    data = read_application(cells)
    if not isinstance(data, ApplicationData):
        raise ValueError(f"no application: {data}")
    return data
