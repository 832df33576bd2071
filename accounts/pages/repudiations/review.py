"""The page on which a claim of an identity used without consent is looked into."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PublicAccount, Repudiation
from accounts.pages.repudiations.presentation import (
    material_context,
    repudiation_badge,
    repudiation_facts,
    repudiation_url,
)
from accounts.repudiation_words import RepudiationStatus
from accounts.services.repudiations import notices, outcome, review
from accounts.services.repudiations.submission import QUEUE, accounts_in_the_name
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import ResponseInvitation, StaffUser, WorkItem
from compliance.pages.door import posted_number, staff_of
from compliance.pages.timeline import timeline_of
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction, Choice
from compliance.ui.pages import register_page
from compliance.work import Queue, register_queue

URL_NAME: Final = "review_repudiation"
# Acts after which the holder goes on with the same item.
_STAYING: Final = frozenset({"verify", "name_account", "protect"})
S = RepudiationStatus


class RepudiationReviewPage(WorkItemPage):
    """One claim: who claims, what stands in the name, what both sides sent, what may be done."""

    queue = QUEUE
    template_name = "accounts/repudiations/review.html"

    def find_record(self, item: WorkItem) -> Repudiation:
        found = Repudiation.objects.with_identity().select_related(
            "decided_by", "work_item__clock", "matter", "unknown_subject"
        )
        return found.get(work_item=item)

    def get_title(self) -> str:
        return _("Claim %(reference)s") % {"reference": self.record.reference}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, staff = self.record, staff_of(self.request)
        return {
            "badge": repudiation_badge(record),
            "page_url": repudiation_url(record),
            "facts": repudiation_facts(record, staff),
            "steps": timeline_of(record, *ResponseInvitation.objects.about(record)),
            **material_context(record, staff),
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        record = self.record
        told = _("Reason told to the claimant")
        end = [
            self.action(
                "refuse",
                _("Not upheld"),
                reason_label=told,
                hint=_("The way to appeal is added to what you write."),
                tone="danger",
                key="r",
            ),
            self.action("withdraw", _("Withdrawn by the claimant")),
        ]
        ask_claimant = self.action(
            "ask_claimant",
            _("Ask the claimant"),
            reason_label=_("What the claimant has to supply"),
            key="m",
        )
        if record.status == S.SUBMITTED:
            return [
                self.action(
                    "verify",
                    _("Identity seen by document"),
                    hint=_("Only then is it shown what stands in the claimant’s name."),
                    tone="primary",
                    key="y",
                ),
                ask_claimant,
                *end,
            ]
        if record.status != S.IN_REVIEW:
            return []
        choose = self.action(
            "name_account",
            _("Say which account it is about"),
            choices_name="account",
            choices_label=_("Account"),
            choices=[
                Choice(str(each.pk), f"{each.name} {each.platform_uid}")
                for each in accounts_in_the_name(record.subject)
            ],
            tone="" if record.account is not None else "primary",
            key="c",
        )
        if record.account is None:
            return [choose, ask_claimant, *end]
        return [
            self.action(
                "uphold",
                _("Propose to uphold"),
                reason_label=_("Reason told to both sides; it does not name the claimant"),
                hint=_("Somebody else approves it. The account leaves the name then."),
                tone="primary",
                key="a",
            ),
            self.action(
                "ask_operator",
                _("Ask the operator for a statement"),
                reason_label=_("What the operator is asked; it does not name the claimant"),
                key="o",
            ),
            ask_claimant,
            self.action(
                "protect",
                _("Suspend the service meanwhile"),
                reason_label=_("Reason told to the operator"),
                hint=_("Where nothing comes of the claim, the account is back at once."),
                tone="danger",
                key="l",
            ),
            choose,
            *end,
        ]

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        on: dict[str, Any] = {
            "repudiation": self.record,
            "fence": fence,
            "expected_version": version,
            **Grounds(actor=actor, provision=Provision.PUBLIC_ACCOUNT_8_1, reason=reason),
        }
        if act == "name_account":
            review.name_account(**on, account=self._chosen())
            return _("It is on record which account the claim is about.")
        acts: dict[str, tuple[Callable[..., object], str]] = {
            "verify": (review.verify_by_document, _("Verified.")),
            "uphold": (partial(outcome.propose_uphold, told=reason), _("Proposed.")),
            "ask_operator": (
                partial(review.ask_side, purpose=notices.STATEMENT, told=reason),
                _("The operator is asked for a statement."),
            ),
            "ask_claimant": (
                partial(review.ask_side, purpose=notices.MATERIAL, told=reason),
                _("The claimant is asked for material."),
            ),
            "protect": (
                partial(review.protect_account, told=reason),
                _("The service is suspended meanwhile."),
            ),
            "refuse": (partial(review.refuse_repudiation, told=reason), _("Not upheld.")),
            "withdraw": (review.withdraw_repudiation, _("Withdrawn.")),
        }
        service, said = acts[act]
        service(**on)
        return said

    def _chosen(self) -> PublicAccount:
        number = posted_number(self.request, "account")
        for each in accounts_in_the_name(self.record.subject):
            if each.pk == number:
                return each
        raise InvalidInput(_("This account does not stand in the claimant’s name."))

    def go_on(self, actor: StaffUser, said: str) -> HttpResponse:
        if self.request.POST.get("action") in _STAYING:
            return self.redirect(self.request.path, said)
        return super().go_on(actor, said)


def repudiations_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about; never who claims."""
    found = Repudiation.objects.filter(work_item__in=items).select_related("account")
    return {
        each.work_item_id: (
            f"{each.reference} {each.account.name}" if each.account is not None else each.reference
        )
        for each in found
    }


def register() -> None:
    """Give the page its address and the queue its place on the desk; called when apps are ready."""
    register_page("repudiations/<int:pk>/review/", RepudiationReviewPage, name=URL_NAME)
    register_queue(
        Queue(
            code=QUEUE,
            label=gettext_lazy("Identities used without consent"),
            permission=review.REVIEW,
            url_name=f"admin:{URL_NAME}",
            key="n i",
            describe=repudiations_in_words,
        ),
        order=17,
    )
