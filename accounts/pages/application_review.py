"""The page on which a moderator decides about an application."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ApplicationStatus
from accounts.models import Application
from accounts.pages.blacklist.presentation import matches_panel
from accounts.pages.formulas.links import version_facts
from accounts.pages.guardians.presentation import guardian_facts
from accounts.pages.materials import material_context
from accounts.pages.multi_account import item_rows, posted_answers
from accounts.pages.presentation import (
    accounts_of_subject,
    checks_of,
    declared_facts,
    name_hits,
    verification_fact,
)
from accounts.pages.profiles.presentation import pictures_of_application
from accounts.powers_words import FormulaCode
from accounts.services import review
from accounts.services.allowances.checklist import (
    answer_items,
    needs_answers,
    what_is_unanswered,
)
from accounts.services.guardians.standing import needs_consent
from accounts.services.real_identity import is_confirmed, verify_again
from accounts.services.reason_templates import reason_templates
from accounts.services.registration import QUEUE, stored_checks
from compliance.context import record_language
from compliance.errors import InvalidInput
from compliance.models import ResponseInvitation, StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Input, ReasonTemplate
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue

URL_NAME = "review_application"


class ApplicationReviewPage(WorkItemPage):
    """One application: what was declared, what the checks found, what may be done."""

    queue = QUEUE
    template_name = "accounts/application_review.html"

    def find_record(self, item: WorkItem) -> Application:
        applications = Application.objects.with_identity()
        return applications.prefetch_related("checks").get(work_item=item)

    def get_title(self) -> str:
        return _("Application %(uid)s") % {"uid": self.record.platform_uid}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **application_context(self.record, staff_of(self.request)),
            **self.four_items(),
            **super().get_context_data(**kwargs),
        }

    def four_items(self) -> dict[str, Any]:
        """Return the four items of art. 10 §1, where the subject has other accounts."""
        if not needs_answers(self.record):
            return {}
        posted = self.request.POST if self.request.POST.get("action") == "tick" else None
        return {
            "items": item_rows(self.record, posted),
            "unanswered": what_is_unanswered(self.record),
            "may_work": self.may_answer(),
        }

    def may_answer(self) -> bool:
        """Return whether the person at the screen can answer the four items now."""
        is_open = self.record.status == ApplicationStatus.IN_REVIEW
        return self.is_mine and is_open and needs_answers(self.record)

    def may_verify(self) -> bool:
        """Return whether the identity is not verified, so that nothing can be approved yet."""
        return not is_confirmed(self.record)

    def verify_action(self) -> AllowedAction:
        """Return the act that asks the provider once more, in the place of the approval."""
        return self.action(
            "verify_again",
            _("Verify again"),
            hint=_(
                "The identity is not verified, so the application cannot be approved. The provider "
                "is asked once more; where it still does not confirm, ask for material or refuse."
            ),
            inputs=[
                Input(
                    name="mobile",
                    label=_("Another mobile number"),
                    hint=_("Only where the material shows that the declared one is wrong."),
                    is_needed=False,
                )
            ],
            tone="primary",
        )

    def offered_acts(self) -> set[str]:
        more = {"tick"} if self.may_answer() else set()
        # Whoever posts an approval in spite of it is told why it cannot be.
        return super().offered_acts() | more | ({"approve"} if self.may_verify() else set())

    def allowed_actions(self) -> list[AllowedAction]:
        if self.record.status != ApplicationStatus.IN_REVIEW:
            return []
        told = _("Reason told to the applicant")
        return [
            self.verify_action()
            if self.may_verify()
            else self.action(
                "approve",
                _("Approve"),
                reason_label=told,
                reason_templates=templates_for("approve"),
                tone="primary",
                key="a",
            ),
            self.action(
                "refuse",
                _("Refuse"),
                reason_label=told,
                reason_templates=templates_for("refuse"),
                hint=_("The way to appeal is added to what you write."),
                tone="danger",
                key="r",
            ),
            self.action(
                "ask_for_material",
                _("Ask for material"),
                reason_label=_("What the applicant has to supply"),
                reason_templates=templates_for("ask_for_material"),
                key="m",
            ),
            *self.guardian_action(),
            self.action(
                "withdraw",
                _("Withdrawn by the applicant"),
                reason_templates=templates_for("withdraw"),
            ),
        ]

    def guardian_action(self) -> list[AllowedAction]:
        """Return the act that asks a minor's guardian, where it is needed."""
        if not needs_consent(self.record):
            return []
        return [
            self.action(
                "ask_guardian",
                _("Ask for the guardian’s consent"),
                reason_label=_("What the applicant and the guardian are told"),
                hint=_(
                    "The guardian answers on the response page and is verified by the provider."
                ),
                key="g",
            )
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        # What is told is the reason on record too, unless a note for colleagues was given.
        note = self.request.POST.get("note", "").strip() or reason
        acts: dict[str, tuple[Callable[..., object], str]] = {
            "approve": (partial(review.approve_application, told=reason), _("Approved.")),
            "refuse": (partial(review.refuse_application, told=reason), _("Refused.")),
            "ask_for_material": (
                partial(review.ask_for_material, told=reason),
                _("The applicant is asked for material."),
            ),
            "ask_guardian": (
                partial(review.ask_for_material, told=reason, asks_guardian=True),
                _("The guardian is asked for consent."),
            ),
            "withdraw": (review.withdraw_application, _("Withdrawn.")),
        }
        if act == "tick":
            with record_language():
                filled_in = _("Checklist filled in")
            answer_items(
                asked=self.record,
                answers=posted_answers(self.request.POST),
                fence=fence,
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_10_1,
                reason=filled_in,
            )
            return _("The checklist is on record.")
        if act == "verify_again":
            return self.verify_again(actor, fence, version, note)
        if act not in acts:
            raise InvalidInput
        service, said = acts[act]
        service(
            application=self.record,
            fence=fence,
            expected_version=version,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
            reason=note,
        )
        return said

    def verify_again(self, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        """Have the identity verified once more and say what came of it."""
        is_verified = verify_again(
            application=self.record,
            fence=fence,
            expected_version=version,
            mobile=self.request.POST.get("mobile", ""),
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
            reason=reason,
        )
        if is_verified:
            return _("The identity is verified now.")
        return _("The provider still does not confirm the identity.")

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        if self.request.POST.get("action") in ("tick", "verify_again"):
            return self.redirect(self.request.path, said)
        return super().go_on(actor, said)


def applications_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the applications' queue are about."""
    found = Application.objects.filter(work_item__in=items).values_list(
        "work_item", "platform_uid", "account_name"
    )
    return {number: f"{uid} {name}" for number, uid, name in found}


def application_context(application: Application, staff: StaffUser) -> dict[str, Any]:
    """Return what every page of an application shows of it."""
    return {
        "facts": [
            *declared_facts(application, staff),
            verification_fact(application),
            *version_facts(FormulaCode.REGISTRATION, application.policy, staff),
        ],
        "name_hits": name_hits(stored_checks(application)),
        "checks": checks_of(application),
        "matches_panel": matches_panel(application, staff),
        "pictures": pictures_of_application(application),
        "accounts_of_subject": accounts_of_subject(application),
        "guardian_facts": guardian_facts(application, staff),
        "steps": timeline_of(application, *ResponseInvitation.objects.about(application)),
        **material_context(application, staff),
    }


def templates_for(act: str) -> list[ReasonTemplate]:
    """Return the ready-made reasons for an act, for its form."""
    return [ReasonTemplate(each.label, each.text) for each in reason_templates(act)]


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("applications/<int:pk>/review/", ApplicationReviewPage, name=URL_NAME)
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Applications to review"),
            permission="accounts.review_application",
            url_name=f"admin:{URL_NAME}",
            key="n r",
            describe=applications_in_words,
        ),
        order=10,
    )
