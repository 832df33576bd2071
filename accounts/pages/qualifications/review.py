"""The page on which a moderator reviews a qualification, its documents beside the checklist."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Qualification
from accounts.pages.qualifications.presentation import (
    checklist_rows,
    documents_context,
    lookup_check,
    qualification_facts,
    qualification_url,
    same_number_facts,
    state_badge,
)
from accounts.qualification_words import LookupMethod, LookupResult, QualificationStatus
from accounts.services.qualifications import checking, review, standing
from accounts.services.qualifications.checking import Tick
from accounts.services.qualifications.cover import provision_of
from accounts.services.qualifications.submission import QUEUE
from accounts.services.reason_templates import reason_templates
from compliance.context import record_language
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.ui.admin import DateWidget, SelectWidget, TextInputWidget
from compliance.ui.kit import AllowedAction, ReasonTemplate
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue

URL_NAME: Final = "review_qualification"
_INSTANT: Final = "%Y-%m-%d %H:%M"
# Acts after which the holder goes on with the same item.
_STAYING: Final = frozenset({"tick", "look_up", "correct"})


class LookupForm(forms.Form):
    """How the qualification was held against its issuer's record, and what was found."""

    method = forms.ChoiceField(
        label=gettext_lazy("How"), choices=LookupMethod.choices, widget=SelectWidget
    )
    result = forms.ChoiceField(
        label=gettext_lazy("Result"), choices=LookupResult.choices, widget=SelectWidget
    )
    found = forms.CharField(
        label=gettext_lazy("What was found"),
        max_length=checking.LONGEST_REMARK,
        widget=TextInputWidget,
    )
    looked_up_at = forms.DateTimeField(
        label=gettext_lazy("Looked up at, as 2026-03-01 09:30"),
        input_formats=[_INSTANT],
        widget=TextInputWidget,
    )


class CorrectionForm(forms.Form):
    """What the document says where something else was declared."""

    issuer = forms.CharField(
        label=gettext_lazy("Issuer"), max_length=200, required=False, widget=TextInputWidget
    )
    scope = forms.CharField(
        label=gettext_lazy("Scope of practice"),
        max_length=400,
        required=False,
        widget=TextInputWidget,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"), required=False, widget=DateWidget
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"), required=False, widget=DateWidget
    )


def templates_for(act: str) -> list[ReasonTemplate]:
    """Return the ready-made reasons for an act about a qualification."""
    return [
        ReasonTemplate(each.label, each.text) for each in reason_templates(f"qualification_{act}")
    ]


class QualificationReviewPage(WorkItemPage):
    """One qualification: documents, checklist, look-ups, and what may be decided."""

    queue = QUEUE
    template_name = "accounts/qualifications/review.html"

    def find_record(self, item: WorkItem) -> Qualification:
        found = Qualification.objects.with_identity().select_related("work_item__clock")
        return found.get(work_item=item)

    def get_title(self) -> str:
        return str(self.record)

    @property
    def is_recheck(self) -> bool:
        """Whether what was verified is looked at again."""
        return bool(self.record.status == QualificationStatus.VERIFIED)

    def may_work(self) -> bool:
        """Return whether the person at the screen can tick and look up now."""
        return self.is_mine and self.record.status in (
            QualificationStatus.IN_REVIEW,
            QualificationStatus.VERIFIED,
        )

    def _posted(self, act: str) -> Any | None:
        return self.request.POST if self.request.POST.get("action") == act else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        item = record.work_item
        context: dict[str, Any] = {
            "badge": state_badge(record),
            "is_recheck": self.is_recheck,
            "page_url": qualification_url(record),
            "attach_url": (
                reverse("admin:attach_qualification_documents", args=[record.pk])
                if staff.has_perm("accounts.submit_qualification")
                else ""
            ),
            "facts": qualification_facts(record, staff),
            "same_number": same_number_facts(record),
            "may_work": self.may_work(),
            "checklist": checklist_rows(record, self._posted("tick")),
            "lookups": [lookup_check(each) for each in checking.lookups_of(item)],
            "missing": checking.what_is_missing(record, item) if self.may_work() else [],
            "steps": timeline_of(record),
            **documents_context(record, staff),
        }
        if self.may_work():
            now = timezone.localtime().strftime(_INSTANT)
            context["lookup_form"] = LookupForm(
                self._posted("look_up"), initial={"looked_up_at": now}
            )
            context["correction_form"] = CorrectionForm(
                self._posted("correct"),
                initial={
                    name: getattr(record, name)
                    for name in ("issuer", "scope", "valid_from", "valid_until")
                },
            )
        return {**context, **super().get_context_data(**kwargs)}

    def offered_acts(self) -> set[str]:
        return super().offered_acts() | (_STAYING if self.may_work() else set())

    def allowed_actions(self) -> list[AllowedAction]:
        if not self.may_work():
            return []
        told = _("Reason told to the operator")
        appeal = _("The way to appeal is added to what you write.")
        if self.is_recheck:
            return [
                self.action(
                    "confirm",
                    _("Still in force"),
                    reason_templates=templates_for("confirm"),
                    tone="primary",
                    key="a",
                ),
                self.action(
                    "revoke",
                    _("Revoke"),
                    reason_label=told,
                    reason_templates=templates_for("revoke"),
                    hint=appeal,
                    tone="danger",
                    key="r",
                ),
            ]
        return [
            self.action(
                "verify",
                _("Verify"),
                reason_label=told,
                reason_templates=templates_for("verify"),
                hint=_("The account gets its mark; the document's name is published, no number."),
                tone="primary",
                key="a",
            ),
            self.action(
                "refuse",
                _("Refuse"),
                reason_label=told,
                reason_templates=templates_for("refuse"),
                hint=appeal,
                tone="danger",
                key="r",
            ),
            self.action(
                "ask_for_material",
                _("Ask for material"),
                reason_label=_("What the operator has to supply"),
                reason_templates=templates_for("ask_for_material"),
                key="m",
            ),
            self.action(
                "withdraw",
                _("Withdrawn by the operator"),
                reason_templates=templates_for("withdraw"),
            ),
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        if act in _STAYING:
            return self.note(act, actor, fence, version)
        grounds = Grounds(
            actor=actor,
            provision=provision_of(self.record.field),
            # What is told is the reason on record too.
            reason=reason,
        )
        acts: dict[str, tuple[Callable[..., object], str]] = {
            "verify": (partial(review.verify_qualification, told=reason), _("Verified.")),
            "refuse": (partial(review.refuse_qualification, told=reason), _("Refused.")),
            "ask_for_material": (
                partial(review.ask_for_qualification_material, told=reason),
                _("The operator is asked for material."),
            ),
            "withdraw": (review.withdraw_qualification, _("Withdrawn.")),
            "confirm": (standing.confirm_qualification, _("Confirmed.")),
            "revoke": (partial(standing.revoke_qualification, told=reason), _("Revoked.")),
        }
        service, said = acts[act]
        service(qualification=self.record, fence=fence, expected_version=version, **grounds)
        return said

    def note(self, act: str, actor: StaffUser, fence: int, version: int) -> str:
        """Put on record what was found so far; the item stays with its holder."""
        posted = self.request.POST
        with record_language():
            reasons = {
                "tick": _("Checklist filled in"),
                "look_up": _("Looked up at the issuer"),
                "correct": _("As the document says"),
            }
        on: dict[str, Any] = {
            "qualification": self.record,
            "fence": fence,
            "actor": actor,
            "provision": provision_of(self.record.field),
            "reason": reasons[act],
        }
        if act == "tick":
            checking.tick_checklist(**on, ticks=self._ticks())
            return _("The checklist is on record.")
        form = LookupForm(posted) if act == "look_up" else CorrectionForm(posted)
        if not form.is_valid():
            raise InvalidInput(
                _("; ").join(
                    f"{form.fields[name].label}: {errors[0]}"
                    for name, errors in form.errors.items()
                )
            )
        if act == "look_up":
            checking.record_lookup(**on, **form.cleaned_data)
            return _("The look-up is on record.")
        checking.correct_qualification(**on, expected_version=version, **form.cleaned_data)
        return _("What the document says is on record.")

    def _ticks(self) -> dict[str, Tick]:
        posted = self.request.POST
        return {
            row.code: Tick(
                posted[f"tick-{row.code}"] == "yes", posted.get(f"remark-{row.code}", "")
            )
            for row in checklist_rows(self.record)
            if posted.get(f"tick-{row.code}") in ("yes", "no")
        }

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        if self.request.POST.get("action") in _STAYING:
            return self.redirect(self.request.path, said)
        return super().go_on(actor, said)


def qualifications_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the qualifications' queue are about."""
    found = Qualification.objects.filter(work_item__in=items).select_related("account")
    return {
        each.work_item_id: f"{each} · {each.account.name}"
        for each in found
        if each.work_item_id is not None
    }


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("qualifications/<int:pk>/review/", QualificationReviewPage, name=URL_NAME)
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Qualifications to review"),
            permission=checking.REVIEW,
            url_name=f"admin:{URL_NAME}",
            key="n q",
            describe=qualifications_in_words,
        ),
        order=15,
    )
