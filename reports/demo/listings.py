"""The blacklist and the watch list of the demo, in every state."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.models import BlacklistEntry, BlacklistMatch, PublicAccount
from accounts.services.blacklist import matches
from accounts.services.registration import register_account
from compliance import roles, work
from compliance.grounds import Grounds
from compliance.identity import vault
from compliance.models import StaffUser
from compliance.provisions import Provision
from compliance.rulebook.documents import clauses_in_force
from enforcement.enums import CaseSource, CaseStatus, MeasureCode
from enforcement.models import Decision
from enforcement.services import cases, decisions, reversals
from enforcement.services.blacklist import reviewing, reviews
from enforcement.services.decision_content import MeasureOrder
from enforcement.services.watchlist import watching
from enforcement.services.watchlist.watching import WatchDraft
from enforcement.watch_words import WatchBasis
from reports.demo.applicants import Applicants, application
from reports.demo.clock import Diary
from reports.demo.hearings import say_nothing
from reports.demo.ladders import violation_in_force, words_of
from reports.demo.own_accounts import spare_accounts
from reports.demo.staff import Crew

# Days ago, what was ordered with a review so many days later, and what became of it.
_LISTINGS: Final = (
    (110, (MeasureCode.BLACKLIST,), 90, "remove"),
    (80, (MeasureCode.BLACKLIST, MeasureCode.BAR_REREGISTRATION), 365, "reverse"),
    (70, (MeasureCode.BLACKLIST,), 60, "keep"),
    (45, (MeasureCode.BAR_REREGISTRATION, MeasureCode.CLOSE), 60, ""),
    (30, (MeasureCode.BLACKLIST,), 200, "propose"),
    (22, (MeasureCode.BLACKLIST, MeasureCode.CLOSE), 365, "meet"),
)
_WATCHED: Final = (
    (100, WatchBasis.EARLIER_VIOLATIONS, "remove"),
    (40, WatchBasis.MANY_COMPLAINTS, "approve"),
    (20, WatchBasis.UNUSUAL_FIGURES, "return"),
    (15, WatchBasis.AUTHORITY, "withdraw"),
    (10, WatchBasis.BREAKING_EVENT, "approve"),
    (1, WatchBasis.EARLIER_VIOLATIONS, ""),
)
# Their own numbers: nobody else in the demo has them.
_SEED: Final = 20_260_043
_CODE: Final = "V07.1"
_FACTS: Final = (
    "账号以发布负面信息相要挟，向三家示范商户索要删帖费用，有转账凭证和聊天记录为证（演示）。"
)
_REASONING: Final = "以发布或者删除信息为手段索取财物，属于有偿删帖和敲诈勒索，情节严重，主体有再次注册从事同类行为的可能（演示）。"
_TOLD: Final = "复核认为列入的理由已不存在，没有再次违规的迹象（演示）。"
_KEPT: Final = "复核发现关联手机号仍有注册尝试，予以保留（演示）。"


class Listings:
    """Notes who is put on the blacklist, who comes back, and who is watched."""

    def __init__(self, diary: Diary, crew: Crew) -> None:
        self._diary = diary
        self._crew = crew
        self._entries: dict[int, int] = {}

    def note_all(self) -> None:
        """Note everything."""
        for number, (days, measures, until, then) in enumerate(_LISTINGS):
            at = self._diary.ago(days, hour=11)
            self._diary.note(at, partial(self._list, number, measures, until))
            if then:
                self._diary.note(
                    at + timedelta(days=20), partial(getattr(self, f"_{then}"), number)
                )
        self._diary.note(self._diary.present, self._fall_due)
        for number, (days, basis, act) in enumerate(_WATCHED):
            self._diary.note(
                self._diary.ago(days, hour=15), partial(self._watch, number, basis, act)
            )

    def _someone(self) -> PublicAccount:
        """Return an active account of one person, about which nothing is open."""
        free = (
            spare_accounts()
            .filter(
                subject__nature="natural_person",
                subject__is_minor=False,
                application__mobile__isnull=False,
                blacklist_entries__isnull=True,
                watch_entries__isnull=True,
                holds=None,
                corrections=None,
            )
            .exclude(cases__status=CaseStatus.OPEN)
        )
        # Those of the dormant ones have a story of their own.
        free = free.filter(dormancies__isnull=True)
        return free.order_by("-pk")[3]

    def _list(self, number: int, measures: Sequence[MeasureCode], until: int) -> None:
        review_date = timezone.localdate() + timedelta(days=until)
        proposer = self._crew.next(roles.MODERATOR)
        case = cases.open_case(
            account=self._someone(),
            source=CaseSource.OWN,
            summary="疑似有偿删帖（演示）",
            weight=4,
            **_because(proposer, "初步核对，予以立案", Provision.PUBLIC_ACCOUNT_19_1),
        )
        violation = violation_in_force(_CODE)
        orders = [
            MeasureOrder(each, review_date=None if each == MeasureCode.CLOSE else review_date)
            for each in measures
        ]
        decision = decisions.propose_decision(
            case=case,
            fence=work.claim_item(work_item=case.work_item, actor=proposer).fence,
            violation_type=violation,
            severity=4,
            facts=_FACTS,
            reasoning=_REASONING,
            statute="治安管理处罚法相关规定（演示）" if violation.needs_statute else "",
            clauses=list(
                clauses_in_force(timezone.localdate()).filter(provision=violation.provision)
            ),
            **words_of(case.account, violation, 4, orders),
            **_because(proposer, "情节严重，建议列入黑名单"),
        )
        say_nothing(decision, self._crew)
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER):
            decisions.approve_decision(
                decision=Decision.objects.get(pk=decision.pk),
                **_because(self._crew.next(role), "事实与依据相符，同意"),
            )
        self._entries[number] = (
            BlacklistEntry.objects.filter(ground_ref=decision.number).latest("pk").pk
        )

    def _entry(self, number: int) -> BlacklistEntry:
        return BlacklistEntry.objects.select_related(
            "account__application__mobile", "subject__id_number", "proposal__matter"
        ).get(pk=self._entries[number])

    def _stranger(self, entry: BlacklistEntry, role: str) -> StaffUser:
        """Return a colleague of a role who had no part in the listing."""
        involved = StaffUser.objects.filter(
            person__participations__matter=entry.proposal.matter
        ).select_related("person")
        return self._crew.next(role, without=list(involved))

    def _propose(self, number: int) -> None:
        entry = self._entry(number)
        reviewer = self._stranger(entry, roles.MODERATOR)
        item = reviews.ask_for_review(
            entry=entry, **_because(reviewer, "运营者书面申请提前移出", Provision.OPINIONS_3)
        )
        reviewing.propose_removal(
            entry=entry,
            told=_TOLD,
            fence=work.claim_item(work_item=item, actor=reviewer).fence,
            **_because(reviewer, _TOLD, Provision.OPINIONS_3),
        )

    def _remove(self, number: int) -> None:
        self._propose(number)
        entry = self._entry(number)
        proposal = reviews.removal_of(entry)
        assert proposal is not None
        for role in (roles.SUPERVISOR, roles.COMPLIANCE_OFFICER):
            reviewing.approve_removal(
                proposal=proposal,
                **_because(self._stranger(entry, role), "同意移出", Provision.OPINIONS_3),
            )

    def _keep(self, number: int) -> None:
        entry = self._entry(number)
        reviewer = self._stranger(entry, roles.MODERATOR)
        because = _because(reviewer, _KEPT, Provision.OPINIONS_3)
        item = reviews.ask_for_review(entry=entry, **because)
        reviewing.keep_entry(
            entry=entry,
            review_date=timezone.localdate() + timedelta(days=300),
            told=_KEPT,
            fence=work.claim_item(work_item=item, actor=reviewer).fence,
            **because,
        )

    def _reverse(self, number: int) -> None:
        decision = Decision.objects.get(measures__entry=self._entries[number])
        reversals.reverse_decision(
            decision=decision,
            **_because(
                self._crew.next(roles.COMPLAINT_HANDLER),
                "申诉成立，转账凭证系伪造",
                Provision.PUBLIC_ACCOUNT_20_2,
            ),
        )

    def _meet(self, number: int) -> None:
        """Let the number come back, and its mobile under three other numbers."""
        entry = self._entry(number)
        assert entry.subject.id_number is not None
        assert entry.account.application.mobile is not None
        make, at = Applicants(_SEED, first_number=8_001), timezone.now()
        mobile = vault.read(entry.account.application.mobile)
        same = make.person(at, id_number=vault.read(entry.subject.id_number))
        alike = [make.person(at, mobile=mobile) for _number in range(3)]
        for cells in (same, *alike):
            register_account(
                data=application(cells),
                source=ApplicationSource.API,
                **_because(self._crew.system, "平台推送的注册申请", Provision.PUBLIC_ACCOUNT_8_1),
            )
        met = BlacklistMatch.objects.filter(entry=entry).order_by("pk")
        for match, is_same in ((met[1], False), (met[2], True)):
            actor = self._crew.next(roles.MODERATOR)
            matches.decide_match(
                match=match,
                is_same=is_same,
                fence=work.claim_item(work_item=match.work_item, actor=actor).fence,
                **_because(actor, "对照证件照片和常住地核对（演示）", Provision.OPINIONS_3),
            )

    def _fall_due(self) -> None:
        reviews.open_due_reviews(now=timezone.now(), actor=self._crew.system)

    def _watch(self, number: int, basis: WatchBasis, act: str) -> None:
        proposer = self._crew.next(roles.COMPLIANCE_OFFICER)
        supervisor = self._crew.next(roles.SUPERVISOR)
        entry = watching.propose_watch(
            draft=WatchDraft(
                account=self._someone(),
                basis=basis,
                reason="近三个月内多次出现同类情况，需要持续了解（演示）。",
                steps="每周由负责人查看一次公开发布的内容；突发事件期间每天查看（演示）。",
                owner=supervisor.person,
                expires_on=timezone.localdate() + timedelta(days=120 - number),
            ),
            **_because(proposer, "建议列入关注名单", Provision.OPINIONS_3),
        )
        if act in ("return", "withdraw"):
            actor = supervisor if act == "return" else proposer
            watching.end_watch_proposal(
                act=act,
                proposal=entry.proposal,
                **_because(actor, "依据不足，暂不列入", Provision.OPINIONS_3),
            )
        elif act:
            watching.approve_watch(
                proposal=entry.proposal,
                **_because(supervisor, "同意列入", Provision.OPINIONS_3),
            )
            if act == "remove":
                entry.refresh_from_db()
                watching.remove_watch(
                    entry=entry, **_because(proposer, "情况已好转", Provision.OPINIONS_3)
                )


def _because(
    actor: StaffUser, reason: str, provision: Provision = Provision.PUBLIC_ACCOUNT_19_2
) -> Grounds:
    return Grounds(actor=actor, provision=provision, reason=reason)
