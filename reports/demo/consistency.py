"""Consistency in the demo: accounts of the platform's own, second looks, and the figures of months."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from django.db.models import Count
from django.utils import timezone

from accounts.models import PublicAccount
from accounts.powers_words import AffiliationKind
from accounts.services.affiliations import note_affiliation
from compliance import roles, work
from compliance.grounds import Grounds
from compliance.models import StaffUser, WorkItem
from compliance.provisions import Provision
from enforcement.consistency_words import LookConclusion, SecondLookStatus
from enforcement.models import SecondLook
from enforcement.services.consistency import drawing, freezing, looking
from enforcement.services.consistency.looking import Answer
from enforcement.services.consistency.months import month_before
from enforcement.services.decision_content import MeasureOrder
from reports.demo.clock import Diary
from reports.demo.staff import Crew

# How many of the months that are over are told of; the looks at all but the newest are given, and the
# first so many of them find no violation.
_MONTHS: Final = 3
_DOUBTED: Final = 2
_TIES: Final = (AffiliationKind.OWN, AffiliationKind.AFFILIATED)
_WHY: Final = "对照事实与所引条款，按目录的档次处理，情节没有明显加重或者减轻之处（演示）。"
_NOTHING: Final = "现有证据不足以认定违反所引条款，应当补充核实后再作决定（演示）。"
_CONCLUDED: Final = "核对证据后认为事实清楚，原决定适当，已与复看人沟通认定标准（演示）。"


class Consistency:
    """Notes the draws of the last months, what was seen, and what a supervisor concluded."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew

    def note_all(self) -> None:
        """Note everything."""
        self._diary.note(self._diary.in_year(0.5, hour=9), self._note_ties)
        month = month_before(timezone.localdate(self._diary.present))
        months = [month]
        for _number in range(_MONTHS - 1):
            months.append(month_before(months[-1]))
        for each in reversed(months):
            self._diary.note(_after(each), partial(self._count, each))
        for each in months[1:]:
            self._diary.note(_after(each) + timedelta(days=4, hours=4), self._look)
        self._diary.note(_after(months[1]) + timedelta(days=6, hours=4), self._conclude)

    def _note_ties(self) -> None:
        found = PublicAccount.objects.annotate(number=Count("decisions")).filter(number__gt=0)
        for kind, account in zip(_TIES, found.order_by("pk"), strict=False):
            note_affiliation(
                account=account,
                kind=kind,
                **_because(self._crew.next(roles.COMPLIANCE_OFFICER), "股权与运营关系登记（演示）"),
            )

    def _count(self, month: date) -> None:
        because = _because(self._crew.system, drawing.REASON)
        drawing.draw_second_looks(month=month, seed=f"演示/{month:%Y-%m}", **because)
        freezing.freeze_report(month=month, **_because(self._crew.system, freezing.REASON))

    def _look(self) -> None:
        waiting = SecondLook.objects.filter(status=SecondLookStatus.WAITING).order_by("pk")
        given = SecondLook.objects.exclude(status=SecondLookStatus.WAITING).count()
        for look in waiting.select_related("work_item", "decision__case"):
            somebody = self._free(look.work_item, roles.MODERATOR)
            if somebody is None or _collected(look, somebody):
                continue
            self._give(look, somebody, is_doubtful=given < _DOUBTED)
            given += 1

    def _give(self, look: SecondLook, somebody: StaffUser, *, is_doubtful: bool) -> None:
        decision = look.decision
        answer = Answer(
            violation_type=decision.violation_type,
            severity=decision.severity,
            measures=[
                MeasureOrder(each.measure, each.term_days, tuple(each.functions))
                for each in decision.ordered_measures.order_by("pk")
            ],
        )
        if is_doubtful:
            answer = Answer(violation_type=None, severity=None, measures=())
        looking.give_second_look(
            look=look,
            answer=answer,
            fence=work.claim_item(work_item=look.work_item, actor=somebody).fence,
            **_because(somebody, _NOTHING if is_doubtful else _WHY),
        )

    def _conclude(self) -> None:
        in_review = SecondLook.objects.filter(status=SecondLookStatus.IN_REVIEW).order_by("pk")
        for look in in_review:
            assert look.review_item is not None
            supervisor = self._free(look.review_item, roles.SUPERVISOR)
            if supervisor is None:
                continue
            looking.review_second_look(
                look=look,
                conclusion=LookConclusion.STANDS,
                fence=work.claim_item(work_item=look.review_item, actor=supervisor).fence,
                **_because(supervisor, _CONCLUDED),
            )
            return

    def _free(self, item: WorkItem, role: str) -> StaffUser | None:
        """Return a colleague whom nothing keeps from an item, if there is one."""
        everybody: Sequence[StaffUser] = [self._crew.next(role), self._crew.next(role)]
        for each in everybody:
            if WorkItem.objects.filter(pk=item.pk).holdable_by(each.person_id).exists():
                return each
        return None


def _collected(look: SecondLook, somebody: StaffUser) -> bool:
    return look.decision.case.evidence.filter(attached_by=somebody.person_id).exists()


def _after(month: date) -> datetime:
    _first, end = drawing.bounds_of_month(month)
    return end + timedelta(hours=6)


def _because(actor: StaffUser, reason: str) -> Grounds:
    return Grounds(actor=actor, provision=Provision.OPINIONS_2, reason=reason)
