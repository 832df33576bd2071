"""
Words by which a name says that it is the real one, or back again.

Public Account Opinions, point 3: who was closed does not return. A barred name with one of them
before or after it is the barred name come back. Our choice of words, no article.
"""

from collections.abc import Iterator
from typing import Final

_BEFORE: Final = (
    "官方 正版 原版 新版 原创 回归 重生 唯一 真正 新 原 真 正 小号 全新 新晋 转世 the real new official"
).split()
_AFTER: Final = (
    "官方 官方号 官方账号 官方帐号 官微 官网 官号 正版 新号 小号 大号 备用 备用号 副号 二号 三号 号 本尊 "
    "复活 归来 回归 回来了 又来了 重开 重生 再现 重启 复出 转世 新版 新 本人 客服 粉丝团 粉丝群 后援会 "
    "official new real back 2号 3号 20 30 第二号 分号"
).split()


def cores_of(folded: str, *, shortest: int) -> Iterator[tuple[int, int]]:
    """Yield where a folded name stands without such a word before it, after it, or both."""
    begins = [0, *(len(word) for word in _BEFORE if folded.startswith(word))]
    ends = [len(folded), *(len(folded) - len(word) for word in _AFTER if folded.endswith(word))]
    for start in begins:
        for end in ends:
            if end - start >= shortest and (start, end) != (0, len(folded)):
                yield start, end
