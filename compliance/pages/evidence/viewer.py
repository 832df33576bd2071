"""The viewer: one file, its copies on a canvas, and what may be done with it."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from compliance import proposals
from compliance.errors import InvalidInput
from compliance.evidence import access, erasure, services
from compliance.evidence.minor_looks import ask_look
from compliance.grounds import Grounds
from compliance.identity import minors
from compliance.models import CopyKind, EvidenceFile, EvidenceStatus, Sensitivity, StaffUser
from compliance.pages.approving import ApprovingPage
from compliance.pages.door import posted_number, staff_of
from compliance.pages.evidence.presentation import (
    file_facts,
    file_note,
    keeping_facts,
    minor_facts,
    shown_name,
    status_badge,
)
from compliance.pages.evidence.serving import OwnedFilePage
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.kit import AllowedAction, Choice


class EvidencePage(ApprovingPage, OwnedFilePage):
    """One file with its copies; leafing through them and their siblings needs no mouse."""

    template_name = "evidence/viewer.html"

    def proposals_here(self) -> Q:
        return Q(pk=self.file.erasure_proposal_id)

    def get_title(self) -> str:
        return f"{self.file.number} {shown_name(self.file)}"

    @cached_property
    def siblings(self) -> list[EvidenceFile]:
        """The files that are leafed through with this one."""
        return list(access.owner_of(self.file).siblings(self.file))

    def sibling_url(self, step: int) -> str:
        """Return the address of the file before or after this one, or ""."""
        numbers = [each.pk for each in self.siblings]
        place = numbers.index(self.file.pk) + step if self.file.pk in numbers else -1
        if not 0 <= place < len(numbers):
            return ""
        return reverse("admin:evidence_file", args=[numbers[place]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file, staff = self.file, staff_of(self.request)
        is_available = file.status == EvidenceStatus.AVAILABLE
        may_take_out = is_available and staff.has_perm(access.TAKE_OUT)
        return {
            "file": file,
            "badge": status_badge(file),
            "note": file_note(file),
            "facts": [*file_facts(file), *keeping_facts(file), *minor_facts(file, staff)],
            "copies": self.copies() if is_available and self.sees_copies() else [],
            "may_show": access.may_show(file, staff),
            "owner_url": access.owner_of(file).url(file),
            "previous_url": self.sibling_url(-1),
            "next_url": self.sibling_url(1),
            "original_url": (
                reverse("admin:evidence_original", args=[file.pk])
                if may_take_out and access.may_show(file, staff)
                else ""
            ),
            "is_waiting": file.status == EvidenceStatus.QUARANTINED,
            "steps": timeline_of(file),
            "actions": self.allowed_actions(),
            **super().get_context_data(**kwargs),
        }

    def sees_copies(self) -> bool:
        """Return whether the file was opened by who may look at it, not as a deputy alone."""
        return OwnedFilePage.has_permission(self, self.request)

    def copies(self) -> list[dict[str, Any]]:
        """Return what the viewer has to know of each copy."""
        return [
            {
                "url": reverse("admin:evidence_copy", args=[self.file.pk, each.number]),
                "is_text": each.kind == CopyKind.TEXT,
                "width": each.width,
                "height": each.height,
                "label": f"{each.get_kind_display()} {each.number}",
            }
            for each in self.file.copies.order_by("number")
        ]

    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the person at the screen may do with the file."""
        file, staff = self.file, staff_of(self.request)
        actions = []
        is_there = file.status in (EvidenceStatus.AVAILABLE, EvidenceStatus.REFUSED)
        proposal = erasure.open_proposal(file)
        actions += self._looking()
        if file.status != EvidenceStatus.ERASED and staff.has_perm("compliance.rate_evidence"):
            actions.append(
                self._action(
                    "rate",
                    _("Change sensitivity"),
                    choices_name="sensitivity",
                    choices_label=_("Sensitivity"),
                    choices=[
                        Choice(value, label)
                        for value, label in Sensitivity.choices
                        if value != file.sensitivity
                    ],
                    key="c",
                )
            )
        if is_there and proposal is None and staff.has_perm("compliance.propose_erasure"):
            actions.append(
                self._action(
                    "propose_erasure",
                    _("Propose to erase it"),
                    hint=_(
                        "A supervisor and a compliance officer have to approve. Then nobody can "
                        "read the file any more; that it was here stays on record."
                    ),
                )
            )
        if proposal is not None and proposals.may_decide(proposal, staff):
            actions += [
                self._action("approve_erasure", _("Approve that it is erased"), tone="danger"),
                self._action("return_erasure", _("Do not erase it")),
            ]
        return actions

    def _looking(self) -> list[AllowedAction]:
        """Return how a picture of a document of a minor comes to be shown: somebody else approves."""
        file, staff = self.file, staff_of(self.request)
        is_there = file.status == EvidenceStatus.AVAILABLE
        if not is_there or not access.may_show(file, staff) or not minors.shows_minor(file):
            return []
        standing = minors.standing_of_picture(file, staff.person)
        if standing.asked is not None:
            return [
                self._action(
                    "withdraw",
                    _("Take the request to see it back"),
                    hidden={"proposal": standing.asked.pk},
                )
            ]
        if standing.approval is not None:
            return []
        return [
            self._action(
                "ask",
                _("Ask to see it"),
                hint=_(
                    "It shows a document of a minor: somebody else approves first. An approval holds "
                    "for 30 minutes, and for one look at each part."
                ),
                key="q",
            )
        ]

    def _action(self, code: str, label: str, **more: Any) -> AllowedAction:
        return AllowedAction(
            code=code, label=label, url=self.request.path, version=self.file.version, **more
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        with refusals_logged(
            action=f"compliance.evidencefile.{act or 'unknown'}", target=self.file, actor=actor
        ):
            if act not in {each.code for each in self.allowed_actions()}:
                raise InvalidInput(_("This page does not offer that act."))
            said = self.carry_out(act, actor)
        return self.redirect(request.path, said)

    def carry_out(self, act: str, actor: StaffUser) -> str:
        """Call the service that the button stands for and return what to say about it."""
        posted = self.request.POST
        grounds = Grounds(
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_19_2,
            reason=posted.get("reason", ""),
        )
        version = posted_number(self.request, "version")
        if act == "ask":
            ask_look(
                files=[self.file],
                actor=actor,
                provision=Provision.MINORS_36,
                reason=grounds["reason"],
            )
            return _("Asked for; somebody else has to approve that it is shown.")
        if act == "withdraw":
            standing = minors.standing_of_picture(self.file, actor.person)
            assert standing.asked is not None
            proposals.withdraw_proposal(proposal=standing.asked, **grounds)
            return _("The request was taken back.")
        if act == "rate":
            services.rate_file(
                file=self.file,
                sensitivity=posted.get("sensitivity", ""),
                expected_version=version,
                **grounds,
            )
            return _("The sensitivity was changed.")
        if act == "propose_erasure":
            erasure.propose_erasure(file=self.file, expected_version=version, **grounds)
            return _("The erasure was proposed and waits for two approvals.")
        if act == "return_erasure":
            erasure.return_erasure(file=self.file, **grounds)
            return _("The file stays.")
        if erasure.approve_erasure(file=self.file, **grounds):
            return _("The file is erased.")
        return _("Approved. A second approval is still needed.")
