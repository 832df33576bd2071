"""The page on which a correction is ordered: the service is suspended with it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.correction_words import CorrectionGround, Mismatch
from accounts.enums import AccountStatus, FindingKind
from accounts.models import Correction, Finding, PublicAccount
from accounts.pages.account import limits_panel, profile_facts, subject_panel
from accounts.pages.corrections.presentation import correction_url
from accounts.pages.findings import FindingAct, register_finding_act
from accounts.pages.of_account import FromFindingPage, register_link_of_open
from accounts.services.corrections import ordering
from accounts.services.corrections.ordering import CorrectionDraft, clauses_to_cite
from accounts.services.reason_templates import reason_templates
from compliance.clocks import rules
from compliance.clocks.calendar import stored_calendar
from compliance.clocks.limits import as_rule, limit_for
from compliance.grounds import Grounds
from compliance.models import Clause, StaffUser
from compliance.models.limits import EXTENSIONS
from compliance.pages.door import staff_of
from compliance.pages.record import RecordLink
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import SelectWidget, TextareaWidget
from compliance.ui.kit import ReasonTemplate
from compliance.ui.pages import register_page

# Findings that say that what is shown does not agree with who runs the account: a patrol looked at
# name, avatar and introduction, or a document ended by which they say what the operator may do.
CORRECTABLE: Final = frozenset({FindingKind.PATROL_FAILED, FindingKind.LICENCE_DEAD})
_USUAL_CLAUSE: Final = "public-account-2021:18(1)"


class _ByDocument(ModelChoiceIterator):
    """Clauses under the titles of their documents."""

    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        for document, clauses in groupby(self.queryset, lambda each: each.rule_version.document):
            yield document.title, [self.choice(each) for each in clauses]


class ClauseField(forms.ModelChoiceField):
    """A clause with its number and its text, under its document."""

    iterator = _ByDocument

    def label_from_instance(self, obj: Any) -> str:
        """Return what a clause is called."""
        return f"{obj.number} {obj.text}"


class CorrectionForm(forms.Form):
    """What is said when a correction is ordered; what is needed is the matter of the service."""

    mismatches = forms.MultipleChoiceField(
        label=gettext_lazy("What is wrong"),
        choices=Mismatch.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    ground = forms.ChoiceField(
        label=gettext_lazy("In what way"),
        choices=[("", gettext_lazy("Choose")), *CorrectionGround.choices],
        widget=SelectWidget,
    )
    facts = forms.CharField(
        label=gettext_lazy("Facts told to the operator"),
        widget=TextareaWidget,
        help_text=gettext_lazy("What was found and why it does not agree; the operator reads it."),
    )
    clause = ClauseField(
        label=gettext_lazy("Clause cited beside art. 8 §2"),
        queryset=Clause.objects.none(),
        widget=SelectWidget,
    )
    private_note = forms.CharField(
        label=gettext_lazy("Private note, never told"), required=False, widget=TextareaWidget
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=TextareaWidget,
        help_text=gettext_lazy("Why it is ordered; kept on record among colleagues."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clause = self.fields["clause"]
        assert isinstance(clause, forms.ModelChoiceField)
        clause.queryset = clauses_to_cite()
        # The head of art. 18 that asks for the same.
        clause.initial = clause.queryset.filter(provision=_USUAL_CLAUSE).first()


class OrderCorrectionPage(FromFindingPage[CorrectionForm]):
    """Orders a correction; what follows at once stands beside the form."""

    title = gettext_lazy("Order a correction")
    permission = ordering.ORDER
    template_name = "accounts/corrections/order.html"
    form_class = CorrectionForm

    def accounts(self) -> QuerySet[PublicAccount]:
        related = ("activity", "application", "subject__id_number", "subject__name")
        return super().accounts().select_related(*related).prefetch_related("restrictions")

    def form_options(self) -> dict[str, Any]:
        if self.finding is None:
            return {}
        ground = CorrectionGround.OTHER_IDENTITY
        return {"initial": {"facts": self.finding.facts, "ground": ground}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, account = staff_of(self.request), self.account
        waiting = Correction.objects.open().filter(account=account).first()
        reasons: list[ReasonTemplate] = [
            ReasonTemplate(each.label, each.text) for each in reason_templates("order_correction")
        ]
        return {
            "facts": profile_facts(account),
            "panels": [
                limits_panel(account, staff, timezone.now()),
                subject_panel(account, staff),
            ],
            "time": time_to_correct(timezone.now()),
            "reasons": reasons,
            "waiting": waiting,
            "waiting_url": correction_url(waiting) if waiting is not None else "",
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, actor = self.form, staff_of(request)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = dict(form.cleaned_data)
        reason = given.pop("reason")
        with refusals_logged(
            action="accounts.correction.create",
            target=self.account,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_8_2,
        ):
            ordered = ordering.order_correction(
                account=self.account,
                draft=CorrectionDraft(**given),
                finding=self.finding,
                finding_fence=self.posted_fence(request),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_8_2,
                reason=reason,
            )
        said = _("%(reference)s is ordered; the service is suspended.") % {
            "reference": ordered.reference
        }
        return self.redirect(correction_url(ordered), said)


def time_to_correct(now: datetime) -> str:
    """Return how long the operator has from an order made now, until when, and how far it is extended."""
    limit, longer = limit_for(ordering.STEP, now), limit_for(EXTENSIONS[ordering.STEP], now)
    due, latest = (
        rules.due_at(now, as_rule(each), (), stored_calendar()) for each in (limit, longer)
    )
    return _(
        "Ordered today, the operator has %(amount)s: until the end of %(day)s. Extended once, it is "
        "%(longer)s: until the end of %(latest)s."
    ) % {
        "amount": limit.amount_in_words,
        "day": rules.last_day(due).isoformat(),
        "longer": longer.amount_in_words,
        "latest": rules.last_day(latest).isoformat(),
    }


def ordering_url(account: PublicAccount) -> str:
    """Return the address at which a correction of an account is ordered."""
    return reverse("admin:order_correction", args=[account.pk])


def ordering_link(account: PublicAccount, staff: StaffUser) -> RecordLink | None:
    """Return the way to order a correction, for whoever may, while none is open."""
    if not staff.has_perm(ordering.ORDER) or account.status != AccountStatus.ACTIVE:
        return None
    if Correction.objects.open().filter(account=account).exists():
        return None
    return RecordLink(label=gettext_lazy("Order a correction"), url=ordering_url(account), key="c")


def lead_to_ordering(finding: Finding, fence: int, grounds: Grounds) -> tuple[str, str]:
    """Lead on to the form; the finding is taken up together with the order."""
    said = _("Say what is to be corrected; the finding is taken up with it.")
    return said, f"{ordering_url(finding.account)}?finding={finding.pk}"


def register() -> None:
    """Give the page its address and its ways; called when apps are ready."""
    register_page(
        "accounts/<int:pk>/corrections/order/", OrderCorrectionPage, name="order_correction"
    )
    register_link_of_open(ordering_link)
    register_finding_act(
        FindingAct(
            code="order_correction",
            label=gettext_lazy("Order a correction"),
            hint=gettext_lazy(
                "The service is suspended until name, picture or introduction agree."
            ),
            permission=ordering.ORDER,
            carry_out=lead_to_ordering,
            key="c",
            kinds=CORRECTABLE,
        )
    )
