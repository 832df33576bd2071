"""The page on which a moderator reviews what an operator answered to a correction."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.correction_words import AnswerKind, CorrectionStatus
from accounts.models import Correction, CorrectionAnswer
from accounts.pages.corrections.pictures import avatar_pairs
from accounts.pages.corrections.presentation import (
    VIEW,
    checks_of_answer,
    correction_facts,
    correction_url,
    documents_context,
    profile_changes,
    state_badge,
)
from accounts.services.corrections import ordering, review
from accounts.services.corrections.answers import QUEUE
from accounts.services.reason_templates import reason_templates
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, ReasonTemplate
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue

URL_NAME: Final = "review_correction"


def templates_for(act: str) -> list[ReasonTemplate]:
    """Return the ready-made reasons for an act about a correction."""
    return [ReasonTemplate(each.label, each.text) for each in reason_templates(f"correction_{act}")]


class CorrectionReviewPage(WorkItemPage):
    """One answer: the old profile beside the new one, what the checks say, and the files."""

    queue = QUEUE
    permission = VIEW
    template_name = "accounts/corrections/review.html"

    def find_record(self, item: WorkItem) -> Correction:
        answer = CorrectionAnswer.objects.select_related(
            "correction__account__subject",
            "correction__clause__rule_version__document",
            "correction__clock",
            "correction__decided_by",
            "correction__ordered_by",
            "correction__work_item__clock",
            "receipt",
        ).get(work_item=item)
        self.answer = answer
        return answer.correction

    def get_title(self) -> str:
        return _("Correction %(reference)s of %(name)s") % {
            "reference": self.record.reference,
            "name": self.record.account.name,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        return {
            "badge": state_badge(record),
            "answer": self.answer,
            "changes": profile_changes(record, self.answer),
            "pictures": avatar_pairs(record, self.answer),
            "checks": checks_of_answer(self.answer),
            "is_correction": self.answer.kind == AnswerKind.CORRECTED,
            "facts": correction_facts(record, staff),
            "page_url": correction_url(record),
            "steps": timeline_of(record),
            **documents_context(record, staff),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != CorrectionStatus.SUBMITTED or self.item.closed_at is not None:
            return []
        told = _("Reason told to the operator")
        actions = []
        if self.answer.kind == AnswerKind.CORRECTED:
            actions.append(
                self.action(
                    "accept_correction",
                    _("Accept"),
                    hint=_("The new profile is shown and the service resumes, at once."),
                    reason_templates=templates_for("accept"),
                    key="a",
                    tone="primary",
                )
            )
        if self.request.user.has_perm(ordering.WITHDRAW):
            actions.append(
                self.action(
                    "withdraw_order",
                    _("The operator is right: withdraw the order"),
                    reason_label=told,
                    reason_templates=templates_for("withdraw_order"),
                    hint=_("The service resumes at once; the profile stays as it is."),
                    key="w",
                )
            )
        return [
            *actions,
            self.action(
                "reject",
                _("Reject"),
                reason_label=told,
                reason_templates=templates_for("reject"),
                hint=_("The operator is told what is still wrong; the rest of the time runs on."),
                tone="danger",
                key="r",
            ),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        grounds = Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_8_2, reason=reason)
        acts: dict[str, tuple[Callable[..., object], str]] = {
            "accept_correction": (
                review.accept_correction,
                _("Accepted; the service resumes."),
            ),
            "withdraw_order": (
                partial(ordering.withdraw_correction, told=reason),
                _("Withdrawn; the service resumes."),
            ),
            "reject": (partial(review.reject_answer, told=reason), _("Rejected.")),
        }
        service, said = acts[act]
        service(correction=self.record, fence=fence, expected_version=version, **grounds)
        return said


def corrections_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the corrections' queue are about."""
    found = CorrectionAnswer.objects.filter(work_item__in=items).select_related(
        "correction__account"
    )
    return {
        each.work_item_id: f"{each} · {each.correction.account.name}"
        for each in found
        if each.work_item_id is not None
    }


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("corrections/<int:pk>/review/", CorrectionReviewPage, name=URL_NAME)
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Corrections to review"),
            permission=review.REVIEW,
            url_name=f"admin:{URL_NAME}",
            key="n k",
            describe=corrections_in_words,
        ),
        order=16,
    )
