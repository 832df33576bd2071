"""The four items that a person answers before one subject runs several accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.allowance_words import AllowanceStatus, MultiAccountItem
from accounts.enums import ApplicationStatus, CheckCode
from accounts.models import AccountAllowance, Application, MultiAccountAnswer
from compliance import audit
from compliance.context import record_language
from compliance.errors import ActionRefused, InvalidInput, StaleLease
from compliance.models import Side, StaffUser, WorkItem
from compliance.proposals import take_part
from compliance.provisions import Provision
from compliance.roles import require_permission
from compliance.work import require_lease

REVIEW: Final = "accounts.review_allowance"
REVIEW_APPLICATION: Final = "accounts.review_application"
# Our choice; no article sets it.
LONGEST_REMARK: Final = 400

Asked = Application | AccountAllowance


@dataclass(frozen=True)
class ItemAnswer:
    """What was found about one item: met or not, and a remark where it is not."""

    is_met: bool
    remark: str = ""


def answers_of(asked: Asked) -> dict[str, MultiAccountAnswer]:
    """Return the latest answer to each item, by its code."""
    found = asked.answers if isinstance(asked, AccountAllowance) else asked.multi_account_answers
    return {each.item: each for each in found.select_related("person").order_by("pk")}


def needs_answers(application: Application) -> bool:
    """Return whether the subject of an application runs or asks for other accounts already."""
    return application.checks.filter(code=CheckCode.MULTI_ACCOUNT).exists()


def what_is_unanswered(asked: Asked) -> list[str]:
    """Return the items without an answer, and those that are not met, in words."""
    answers = answers_of(asked)
    missing = []
    for item in MultiAccountItem:
        answer = answers.get(item.value)
        if answer is None:
            missing.append(_("%(item)s: not yet answered") % {"item": item.label})
        elif not answer.is_met:
            missing.append(_("%(item)s: not met") % {"item": item.label})
    return missing


def require_answered(asked: Asked) -> None:
    """
    Refuse as long as one of the four items is open or not met.

    Public Account Provisions, art. 10 §1: nature, qualification for the services, business scope
    and credit evaluation are looked at.

    :raises ActionRefused: with the items.
    """
    missing = what_is_unanswered(asked)
    if missing:
        raise ActionRefused(
            _("Every point has to be met before several accounts are approved: %(points)s.")
            % {"points": _("; ").join(missing)}
        )


@transaction.atomic
def answer_items(
    *,
    asked: Asked,
    answers: Mapping[str, ItemAnswer],
    fence: int,
    actor: StaffUser,
    provision: Provision,
    reason: str,
) -> list[MultiAccountAnswer]:
    """
    Put on record what a person found about the four items; each may be answered again.

    Public Account Provisions, art. 10 §1.

    :raises NotPermitted: if the actor may not review.
    :raises InvalidInput: if nothing was answered, or a "no" stands without a remark.
    :raises StaleLease: if the actor does not hold the item.
    :raises ActionRefused: if it is not in review.
    :raises MissingReason: if the reason is blank.
    """
    is_allowance = isinstance(asked, AccountAllowance)
    require_permission(actor, REVIEW if is_allowance else REVIEW_APPLICATION)
    reason = audit.require_reason(reason)
    item = _open_item(asked)
    if item is None:
        raise StaleLease
    require_lease(work_item=item, actor=actor, fence=fence)
    audit.lock(asked)
    if asked.status not in (ApplicationStatus.IN_REVIEW, AllowanceStatus.IN_REVIEW):
        raise ActionRefused(_("Only what is in review can be answered."))
    if asked.matter is not None:
        take_part(asked.matter, actor, Side.DECIDED)
    given = _checked(answers)
    rows = MultiAccountAnswer.objects.bulk_create(
        MultiAccountAnswer(
            application=asked if isinstance(asked, Application) else None,
            allowance=asked if isinstance(asked, AccountAllowance) else None,
            item=code,
            is_met=each.is_met,
            remark=each.remark.strip(),
            person=actor.person,
        )
        for code, each in given.items()
    )
    with record_language():
        found = {str(MultiAccountItem(code).label): each.is_met for code, each in given.items()}
    audit.record(
        action=f"{asked._meta.label_lower}.tick",
        target=asked,
        actor=actor,
        provision=provision,
        reason=reason,
        changes={"answers": found},
    )
    return rows


def _open_item(asked: Asked) -> WorkItem | None:
    if asked.work_item is None:
        return None
    return WorkItem.objects.open().filter(pk=asked.work_item.pk).first()


def _checked(answers: Mapping[str, ItemAnswer]) -> dict[str, ItemAnswer]:
    if not answers or not set(answers) <= set(MultiAccountItem.values):
        raise InvalidInput(_("Answer at least one of the points."))
    for code, each in answers.items():
        if len(each.remark) > LONGEST_REMARK:
            raise InvalidInput(
                _("A remark has at most %(count)s characters.") % {"count": LONGEST_REMARK}
            )
        if not each.is_met and not each.remark.strip():
            raise InvalidInput(
                _("“%(item)s”: say in the remark what is not met.")
                % {"item": MultiAccountItem(code).label}
            )
    return dict(answers)
