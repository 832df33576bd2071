"""Rule documents for tests, made by the services as colleagues would."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from compliance.models import RuleChange, RuleDocument, RuleVersion, StaffUser
from compliance.provisions import Provision
from compliance.rulebook import changes
from compliance.rulebook.drafts import VersionDraft
from compliance.rulebook.texts import ClauseText

TEXT = (
    ClauseText("第一条", "本公约适用于全体运营者。", heading="适用范围"),
    ClauseText("第二条", "发布内容应当注明来源。", heading="来源"),
)


class RuleStaff:
    """One person for each part that a change of a rule takes."""

    def __init__(self, staff_user: Callable[..., StaffUser]) -> None:
        self.proposer = staff_user("compliance_officer")
        self.supervisor = staff_user("supervisor")
        self.officer = staff_user("compliance_officer")


def because(actor: StaffUser, reason: str = "测试") -> dict[str, object]:
    """Return the grounds of an act."""
    return {"actor": actor, "provision": Provision.PUBLIC_ACCOUNT_6_2, "reason": reason}


def add_document(
    staff: RuleStaff, kind: str = "content_security", *, code: str = "", is_public: bool = True
) -> RuleDocument:
    """Enter a document."""
    return changes.add_document(
        code=code or kind.replace("_", "-"),
        kind=kind,
        title=f"测试文件（{kind}）",
        is_public=is_public,
        **because(staff.proposer),
    )


def draft(
    label: str = "1.0",
    *,
    days: int = 8,
    clauses: tuple[ClauseText, ...] = TEXT,
    accept_days: int | None = None,
    summary: str = "首次制定",
) -> VersionDraft:
    """Return a draft that comes into force in so many days."""
    effective = timezone.localdate() + timedelta(days=days)
    return VersionDraft(
        label=label,
        effective_date=effective,
        change_summary=summary,
        clauses=clauses,
        accept_until=None if accept_days is None else effective + timedelta(days=accept_days),
    )


def propose(staff: RuleStaff, document: RuleDocument, version: VersionDraft) -> RuleChange:
    """Propose a version."""
    return changes.propose_version(document=document, draft=version, **because(staff.proposer))


def approve(staff: RuleStaff, change: RuleChange) -> None:
    """Give both approvals."""
    changes.approve_change(change=change, **because(staff.supervisor))
    changes.approve_change(change=change, **because(staff.officer))


def announce(staff: RuleStaff, document: RuleDocument, version: VersionDraft) -> RuleVersion:
    """Propose and approve a version; return what was announced."""
    change = propose(staff, document, version)
    approve(staff, change)
    return RuleVersion.objects.select_related("document").get(proposal=change.proposal)
