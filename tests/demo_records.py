"""Records of which no demo tells, so that the pages about them have something to show."""

from datetime import timedelta

from django.utils import timezone

from accounts.services.identity_search import search_identity
from compliance import absences, deputies
from compliance.api import clients
from compliance.evidence import services as evidence
from compliance.evidence.incoming import take_in
from compliance.evidence.viewing import take_out_original
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import IdentityValue, RuleDocument, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.recusals import recuse
from compliance.rulebook import changes
from compliance.rulebook.documents import standing_of, texts_of
from compliance.rulebook.drafts import VersionDraft
from compliance.rulebook.filings import file_version
from compliance.rulebook.texts import ClauseText
from compliance.staff import system_actor
from compliance.work.hand_overs import hand_over_item
from enforcement.enums import CaseStatus
from enforcement.models import Case
from enforcement.services.cases import CASES
from enforcement.services.evidence import attach_evidence
from tests.compliance.evidence_files import picture


def grounds(username: str, provision: Provision) -> Grounds:
    """Return the grounds of an act of a login of the demo."""
    actor = StaffUser.objects.get(username=username)
    return Grounds(actor=actor, provision=provision, reason="演示之外的一条记录")


def add_rare_records() -> None:
    """Enter one of each: a reveal, a search, a client of the API, evidence, a change of a rule."""
    vault.reveal(
        value=IdentityValue.objects.earliest("pk"), **grounds("shenhe1", Provision.PIPL_51)
    )
    search_identity(kind="mobile", value="13900000000", **grounds("shenhe1", Provision.PIPL_51))
    clients.register_client(
        name="账号平台",
        contact_post="平台研发值班",
        reads_a_minute=60,
        writes_a_minute=60,
        **grounds("guanli1", Provision.PIPL_51),
    )
    attach_picture()
    change_a_rule()
    share_work()


def share_work() -> None:
    """Enter an absence and a deputy, hand an item over, keep a colleague out of another."""
    now = timezone.now()
    supervisor = grounds("zhuguan1", Provision.OPINIONS_2)
    colleague = StaffUser.objects.get(username="shenhe2").person
    absences.enter_absence(
        person=colleague,
        absent_from=now + timedelta(days=3),
        absent_until=now + timedelta(days=5),
        **supervisor,
    )
    deputies.name_deputy(
        deputy=StaffUser.objects.get(username="zhuguan2").person,
        permission="enforcement.approve_decision",
        valid_from=now,
        valid_until=now + timedelta(days=2),
        **supervisor,
    )
    item, other = WorkItem.objects.filter(queue=CASES, closed_at=None, lease=None)[:2]
    hand_over_item(work_item=item, receiver=colleague, fence=0, **supervisor)
    recuse(person=colleague, work_item=other, **supervisor)


def attach_picture() -> None:
    """Attach a picture to a case, and have it checked as the worker would."""
    case = Case.objects.exclude(status=CaseStatus.CLOSED).earliest("pk")
    (attached,) = attach_evidence(
        case=case,
        files=[take_in("photo.jpg", [picture()])],
        shows="页面截图",
        **grounds("shenhe1", Provision.PUBLIC_ACCOUNT_19_2),
    )
    checked = evidence.check_file(
        file=attached.file,
        actor=system_actor(),
        provision=Provision.PUBLIC_ACCOUNT_19_2,
        reason="检查收到的文件",
    )
    reading = take_out_original(file=checked, **grounds("shenhe1", Provision.PUBLIC_ACCOUNT_19_2))
    assert b"".join(reading)


def change_a_rule() -> None:
    """Announce a new version of a document, file it, and propose the next."""
    document = RuleDocument.objects.get(code="platform-convention")
    clauses = texts_of(standing_of(document, timezone.localdate()).newest)
    for label, days in (("9.1", 30), ("9.2", 60)):
        change = changes.propose_version(
            document=document,
            draft=VersionDraft(
                label=label,
                effective_date=timezone.localdate() + timedelta(days=days),
                change_summary="增加一条",
                clauses=(*clauses, ClauseText("9.9", f"转载应当注明来源（{label}）。")),
            ),
            **grounds("hegui1", Provision.PUBLIC_ACCOUNT_6_2),
        )
        if label == "9.2":
            return
        for approver in ("zhuguan1", "hegui2"):
            changes.approve_change(change=change, **grounds(approver, Provision.PUBLIC_ACCOUNT_6_2))
        file_version(
            version=document.versions.get(label=label),
            filed_with="网信办",
            filed_on=timezone.localdate(),
            **grounds("hegui1", Provision.PUBLIC_ACCOUNT_7_3),
        )
