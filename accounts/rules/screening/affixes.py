"""
Words by which a name says that it is the real one, whose it is, or that it is back again.

Public Account Provisions, art. 8 §2 and §3; Opinions, point 3: who was closed does not return. What
is left of a name without such a word before or after it is compared as if it were the name. Our
choice of words, no article. Those of one character are edits anyway. They stand as names are
folded: "20" and "30" are what is left of "2.0" and "3.0".
"""

from collections.abc import Iterator
from typing import Final

_BEFORE: Final = """
官方 正版 原版 新版 全新 新晋 唯一 真正 回归 重生 转世 小号 the real new official
""".split()  # noqa: SIM905 (words in a text are read more easily)
_AFTER: Final = """
官方 官方号 官方账号 官方客服 官方客服中心 官方网站 官方微信 官方微博 官方旗舰店 官微 官网 官号 正版 新版
新号 小号 大号 副号 备用 备用号 二号 三号 第二号 2号 3号 本尊 本人 复活 归来 回归 回来了 又来了 重开 重启
重生 再现 复出 转世 账号 客服 客服中心 客户端 视频号 服务号 订阅号 公众号 旗舰店 直播间 海外版 粉丝团 粉丝群
后援会 20 30 official new real back kefu guanfang
""".split()  # noqa: SIM905


def cores_of(folded: str, *, shortest: int) -> Iterator[tuple[int, int]]:
    """Yield where a folded name stands without such a word before it, after it, or both."""
    begins = [0, *(len(word) for word in _BEFORE if folded.startswith(word))]
    ends = [len(folded), *(len(folded) - len(word) for word in _AFTER if folded.endswith(word))]
    for start in begins:
        for end in ends:
            if end - start >= shortest and (start, end) != (0, len(folded)):
                yield start, end
