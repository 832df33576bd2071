"""Policies that are changed, data of minors that somebody asks to see, pictures whose time is over."""

from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from accounts.enums import ApplicationStatus
from accounts.models import Application, GuardianDocument
from accounts.services import formulas
from accounts.services.formulas import FormulaDraft
from compliance import roles
from compliance.evidence import retention
from compliance.evidence.minor_looks import ask_look
from compliance.grounds import Grounds
from compliance.identity import minors, vault
from compliance.minor_reveals import approve_reveal, ask_reveal
from compliance.models import IdentityValue, StaffUser
from compliance.provisions import Provision
from reports.demo.clock import Diary, clock_at
from reports.demo.staff import Crew

P = Provision
_ART_10: Final = P.PUBLIC_ACCOUNT_10_1


class Policies:
    """Notes how the policies of registration, profiles and exits are changed; one change waits in each."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note every change."""
        note, ago = self._diary.note, self._diary.ago
        note(ago(45, hour=11), lambda: self._approve("registration", "signals_hours", _ART_10))
        note(ago(40, hour=11), lambda: self._approve("exits", "months", P.PUBLIC_ACCOUNT_11_2))
        note(ago(2, hour=11), lambda: self._propose("registration", "weights", _ART_10))
        note(ago(1, hour=11), lambda: self._propose("exits", "followers", P.PUBLIC_ACCOUNT_11_3))

    def _propose(self, code: str, change: str, provision: Provision) -> Any:
        content = formulas.formula_row_in_force(code, timezone.now()).content
        return formulas.propose_formula(
            draft=FormulaDraft(code=code, content=_changed(content, change)),
            **_because(
                self._crew.next(roles.COMPLIANCE_OFFICER), "按近期运行情况调整（演示）", provision
            ),
        )

    def _approve(self, code: str, change: str, provision: Provision) -> None:
        formulas.approve_formula(
            proposal=self._propose(code, change, provision),
            **_because(self._crew.next(roles.SUPERVISOR), "同意调整（演示）", provision),
        )


def _changed(content: dict[str, Any], change: str) -> dict[str, Any]:
    """Return a policy with one small change that makes nothing of the demo undone."""
    match change:
        case "signals_hours":
            return {**content, "signal_burst_hours": content["signal_burst_hours"] + 12}
        case "weights":
            weights = dict(content.get("review_weights", {}))
            return {**content, "review_weights": {**weights, "minor": 40}}
        case "months":
            return {**content, "monetisation_off_months": content["monetisation_off_months"] + 1}
        case _:
            return {**content, "stop_small_followers": content["stop_small_followers"] + 1000}


def ask_for_minors(crew: Crew) -> None:
    """Ask to see what is kept of minors: one request waits, one is approved, one was used."""
    moderators = [crew.next(roles.MODERATOR) for _number in range(3)]
    supervisor = crew.next(roles.SUPERVISOR)
    used, approved, waiting = _mobiles()[:3]
    for value, actor in ((used, moderators[0]), (approved, moderators[1])):
        proposal = ask_reveal(values=[value], **_because(actor, "联系监护人核对材料（演示）"))
        approve_reveal(proposal=proposal, **_because(supervisor, "确有必要（演示）"))
    vault.reveal(value=used, **_because(moderators[0], "联系监护人核对材料（演示）"))
    ask_reveal(values=[waiting], **_because(moderators[2], "核对是否本人申请（演示）"))
    documents = GuardianDocument.objects.select_related("file").order_by("pk")
    of_minors = [each.file for each in documents if minors.shows_minor(each.file)]
    ask_look(files=of_minors[:1], **_because(moderators[0], "核对监护关系证明（演示）"))


def _mobiles() -> list[IdentityValue]:
    applications = Application.objects.filter(
        subject__is_minor=True, subject__key__erased_at=None, mobile__isnull=False
    ).exclude(status=ApplicationStatus.REFUSED)
    found = applications.select_related("mobile__key").order_by("pk")
    return [each.mobile for each in found if each.mobile and minors.is_of_minor(each.mobile)]


def erase_what_is_over(crew: Crew, present: datetime) -> None:
    """Let what runs at night run once: pictures whose time is over are erased."""
    with clock_at(present):
        retention.erase_settled_pictures(
            now=present, actor=crew.system, reason="证件图像的保存期限届满（演示）"
        )


def _because(actor: StaffUser, reason: str, provision: Provision = Provision.MINORS_36) -> Grounds:
    return Grounds(actor=actor, provision=provision, reason=reason)
