"""People, accounts and cases that need no fixtures: for tests and for benchmarks alike."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from django.utils import timezone

from accounts.enums import Category, IdType, SubjectNature
from accounts.models import Application, PublicAccount, RegistrationPolicy, Subject
from accounts.services.name_keys import index_accounts
from accounts.services.registration.facts import subject_purpose
from compliance import audit, staff, work
from compliance.identity import vault
from compliance.models import StaffUser, WorkItem
from compliance.provisions import Provision
from enforcement.enums import CaseSource
from enforcement.models import Case, Decision
from enforcement.services import cases
from enforcement.services.decision_content import MeasureOrder
from tests.accounts.fixtures import unused_personal_number
from tests.enforcement.conftest import propose

P: Final = Provision.PUBLIC_ACCOUNT_19_2
REASON: Final = "测试理由"
# Whom every act finds at work.
ROLES: Final = {
    "moderator": "moderator",
    "supervisor": "supervisor",
    "officer": "compliance_officer",
    "handler": "complaint_handler",
}
_numbers = count(1)


def grounds(actor: StaffUser, reason: str = REASON) -> dict[str, Any]:
    """Return the grounds of an act."""
    return {"actor": actor, "provision": P, "reason": reason}


@dataclass
class World:
    """Colleagues by the name of what they are for, each a person of their own."""

    people: dict[str, StaffUser] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, role in ROLES.items():
            self.colleague(name, role)

    @property
    def system(self) -> StaffUser:
        """The login as which the system acts."""
        return staff.system_actor()

    def colleague(self, name: str, *roles: str) -> StaffUser:
        """Return a colleague of this name, who is made with these roles at the first call."""
        if name not in self.people:
            number = next(_numbers)
            person = staff.add_person(
                name=f"同事{number}", post="测试", **grounds(self.system, "测试数据")
            )
            login = staff.create_login(
                person=person,
                username=f"proof{number}",
                password="korrekt-pferd-batterie-9",
                **grounds(self.system, "测试数据"),
            )
            for role in roles:
                staff.assign_role(staff=login, role=role, **grounds(self.system, "测试数据"))
            self.people[name] = StaffUser.objects.select_related("person").get(pk=login.pk)
        return self.people[name]

    @property
    def moderator(self) -> StaffUser:
        """Who opens cases and proposes."""
        return self.people["moderator"]

    @property
    def supervisor(self) -> StaffUser:
        """Who approves first."""
        return self.people["supervisor"]

    @property
    def officer(self) -> StaffUser:
        """Who approves second."""
        return self.people["officer"]

    @property
    def handler(self) -> StaffUser:
        """Who undoes decisions."""
        return self.people["handler"]

    def subject(self) -> Subject:
        """Return another natural person, whose number nobody else has."""
        key, _plain = vault.new_key()
        # Found by its number, as every subject of a registration is.
        found_by = [subject_purpose(IdType.RESIDENT_ID)]
        number = unused_personal_number()
        return audit.create(
            Subject(
                key=key,
                nature=SubjectNature.NATURAL_PERSON,
                id_type=IdType.RESIDENT_ID,
                id_number=vault.store(key, "id_number", number, purposes=found_by),
                name=vault.store(key, "name", "欧阳测试"),
            ),
            **grounds(self.system, "测试数据"),
        )

    def account(self, subject: Subject | None = None) -> PublicAccount:
        """Return another active account, of a new subject or of the one that is given."""
        number = next(_numbers)
        names = {"platform_uid": f"proof{number}", "folded_name": f"验证账号{number}"}
        mine = subject or self.subject()
        application = audit.create(
            Application(
                source="api",
                subject=mine,
                account_name=names["folded_name"],
                content_digest="0" * 64,
                policy=RegistrationPolicy.objects.latest("effective_from"),
                **names,
            ),
            **grounds(self.system, "测试数据"),
        )
        account = audit.create(
            PublicAccount(
                name=names["folded_name"],
                category=Category.LIFE,
                subject=mine,
                application=application,
                registered_at=timezone.now(),
                **names,
            ),
            **grounds(self.system, "测试数据"),
        )
        # Its name is screened against, as that of every account.
        index_accounts([account])
        return account

    def case(self, account: PublicAccount | None = None) -> Case:
        """Return a case that was just opened about an account, a new one unless it is given."""
        return cases.open_case(
            account=account or self.account(),
            source=CaseSource.PATROL,
            summary="疑似发布虚假信息",
            **{**grounds(self.moderator), "provision": Provision.PUBLIC_ACCOUNT_19_1},
        )

    def proposed(
        self, *measures: MeasureOrder, case: Case | None = None, **changes: Any
    ) -> Decision:
        """Return a decision that waits for its approvals, its operator heard."""
        mine = case or self.case()
        if measures:
            changes["measures"] = measures
        return propose(mine, changes.pop("actor", self.moderator), **changes)

    def claim(self, item: WorkItem, actor: StaffUser) -> int:
        """Return the fence of the lease with which somebody takes an item."""
        return work.claim_item(work_item=item, actor=actor).fence
