"""Two made-up colleagues for each role, with the passwords that the command prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Final

from django.db.models import QuerySet

from compliance import roles
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.staff import add_colleague, system_actor

# "Demonstration" is part of every name, so that nobody takes one for a person.
POST: Final = "演示岗位"


@dataclass(frozen=True)
class DemoLogin:
    """A login of the demo; its password is public and therefore of no use in production."""

    role: str
    username: str
    password: str
    name: str


LOGINS: Final = (
    DemoLogin(roles.MODERATOR, "shenhe1", "qingshan-lushui-17", "甲审核（演示）"),
    DemoLogin(roles.MODERATOR, "shenhe2", "huangdou-mihuang-28", "乙审核（演示）"),
    DemoLogin(roles.COMPLAINT_HANDLER, "shensu1", "mantou-doujiang-35", "甲申诉（演示）"),
    DemoLogin(roles.COMPLAINT_HANDLER, "shensu2", "baicai-luobo-46", "乙申诉（演示）"),
    DemoLogin(roles.SUPERVISOR, "zhuguan1", "changcheng-huangsha-52", "甲主管（演示）"),
    DemoLogin(roles.SUPERVISOR, "zhuguan2", "yueliang-dongfeng-63", "乙主管（演示）"),
    DemoLogin(roles.COMPLIANCE_OFFICER, "hegui1", "zhulin-xiaoxi-71", "甲合规（演示）"),
    DemoLogin(roles.COMPLIANCE_OFFICER, "hegui2", "songshu-heliu-84", "乙合规（演示）"),
    DemoLogin(roles.AUDITOR, "shenji1", "bailu-qiufen-92", "甲审计（演示）"),
    DemoLogin(roles.AUDITOR, "shenji2", "lidong-xiaoxue-19", "乙审计（演示）"),
    DemoLogin(roles.SYSTEM_ADMINISTRATOR, "guanli1", "meihua-taohua-23", "甲管理（演示）"),
    DemoLogin(roles.SYSTEM_ADMINISTRATOR, "guanli2", "juhua-lianhua-37", "乙管理（演示）"),
)
USERNAMES: Final = frozenset(login.username for login in LOGINS)


def demo_staff() -> QuerySet[StaffUser]:
    """Return the demo's own logins; a colleague who has such a login name is none of them."""
    return StaffUser.objects.filter(username__in=USERNAMES, person__post=POST)


def logins_here() -> list[DemoLogin]:
    """Return the demo's own logins that this database has, whatever else it holds."""
    found = set(demo_staff().values_list("username", flat=True))
    return [login for login in LOGINS if login.username in found]


def add_staff() -> None:
    """Enter every demo colleague in the staff file."""
    for login in LOGINS:
        add_colleague(
            name=login.name,
            post=POST,
            username=login.username,
            password=login.password,
            role=login.role,
            actor=system_actor(),
            provision=Provision.OPINIONS_10,
            reason="演示数据：建立演示登录名",
        )


class Crew:
    """The demo colleagues by role, taken in turn."""

    def __init__(self) -> None:
        logins = StaffUser.objects.select_related("person").in_bulk(
            list(USERNAMES), field_name="username"
        )
        self._turns = {
            role: cycle([logins[each.username] for each in LOGINS if each.role == role])
            for role in roles.LABELS
        }
        self.system = system_actor()

    def one(self, role: str, person: int) -> StaffUser:
        """Return the colleague of a role who is this person."""
        return next(each for each in self._turns[role] if each.person_id == person)

    def next(self, role: str, *, without: Sequence[StaffUser] = ()) -> StaffUser:
        """Return the next colleague of a role who is none of `without`."""
        taken = {each.person_id for each in without}
        return next(each for each in self._turns[role] if each.person_id not in taken)
