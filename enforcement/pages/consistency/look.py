"""The page on which somebody looks at a decision again, blind: not who decided, nor what, nor when."""

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.errors import InvalidInput
from compliance.models import StaffUser, WorkItem
from compliance.pages.door import staff_of
from compliance.pages.evidence import file_row
from compliance.pages.work_item import WorkItemPage
from compliance.provisions import Provision
from compliance.ui.kit import AllowedAction
from compliance.ui.pages import ConsolePage, register_page
from compliance.work import Queue, register_queue
from enforcement.consistency_words import SecondLookStatus
from enforcement.models import SecondLook
from enforcement.pages.consistency.look_form import SecondLookForm
from enforcement.pages.ladder_panel import offence_in_words
from enforcement.services.consistency import drawing, looking
from enforcement.services.evidence import evidence_of

URL_NAME: Final = "give_second_look"
VIEW: Final = "enforcement.view_secondlook"
_ACT: Final = "look"


class SecondLookPage(WorkItemPage):
    """
    What was found, with evidence and clauses as they were then, and the form for a decision.

    What was decided, by whom and what became of it is not in the context: no template can show it.
    """

    queue = drawing.QUEUE
    template_name = "enforcement/consistency/look.html"

    def find_record(self, item: WorkItem) -> SecondLook:
        return get_object_or_404(
            SecondLook.objects.select_related(
                "decision__case", "draw__rule", "matter", "work_item"
            ),
            work_item=item,
        )

    def has_permission(self, request: HttpRequest) -> bool:
        # Whoever follows how they come out sees what waits, and takes nothing by that.
        return super().has_permission(request) or (
            ConsolePage.has_permission(self, request) and request.user.has_perm(VIEW)
        )

    def get_title(self) -> str:
        return _("Second look %(reference)s") % {"reference": self.record.reference}

    @cached_property
    def form(self) -> SecondLookForm:
        """The form as it was posted, or empty."""
        is_posted = self.request.POST.get("action") in (_ACT, "retake")
        return SecondLookForm(self.record, self.request.POST if is_posted else None)

    def is_waiting(self) -> bool:
        """Return whether nobody has given it yet."""
        return bool(self.record.status == SecondLookStatus.WAITING)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        look, staff = self.record, staff_of(self.request)
        decision = look.decision
        return {
            "facts": decision.facts,
            "content_kind": decision.get_content_kind_display(),
            "content_ref": decision.content_ref,
            "statute": decision.statute,
            "offence": offence_in_words(decision.offence_number),
            "clauses": decision.clauses.order_by("pk"),
            "evidence": [
                (each.shows, file_row(each.file, staff)) for each in evidence_of(decision.case)
            ],
            "form": self.form
            if self.is_waiting() and (self.is_mine or self.form.is_bound)
            else None,
            **super().get_context_data(**kwargs),
        }

    def allowed_actions(self) -> list[AllowedAction]:
        # Looking has a form of its own.
        return []

    def offered_acts(self) -> set[str]:
        return {_ACT} if self.is_waiting() else set()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        is_looking = request.POST.get("action") == _ACT and self.is_waiting()
        if is_looking and not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        return super().post(request, pk)

    def carry_out(self, act: str, actor: StaffUser, fence: int, version: int, reason: str) -> str:
        if act != _ACT:
            raise InvalidInput
        looking.give_second_look(
            look=self.record,
            answer=self.form.answer(),
            fence=fence,
            expected_version=version,
            actor=actor,
            provision=Provision.OPINIONS_2,
            reason=reason,
        )
        # How it came out is nobody's yardstick for the next one.
        return _("Your second look is recorded.")

    def read_again(self) -> None:
        super().read_again()
        self.__dict__.pop("form", None)


def looks_in_words(items: Sequence[WorkItem]) -> dict[int, str]:
    """Return what the items of the queue are about: their number, and nothing else."""
    found = SecondLook.objects.filter(work_item__in=items)
    return {each.work_item_id: each.reference for each in found}


def register() -> None:
    """Give the page its address and the queue its place; called when apps are ready."""
    register_page("second-looks/<int:pk>/look/", SecondLookPage, name=URL_NAME)
    register_queue(
        Queue(
            code=drawing.QUEUE,
            label=gettext_lazy("Second looks"),
            permission=looking.LOOK,
            url_name=f"admin:{URL_NAME}",
            key="n 2",
            describe=looks_in_words,
        ),
        order=45,
    )
