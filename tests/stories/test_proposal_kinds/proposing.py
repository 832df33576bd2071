"""One proposal of every kind, made through the services."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from unittest import mock

from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.models import (
    BlacklistEntry,
    PublicAccount,
)
from accounts.services.allowances import review as allowances
from accounts.services.dormancy import policy as dormancy_policy
from accounts.services.dormancy.batches import TERMINATION_KIND
from accounts.services.formulas import (
    FORMULA_PROPOSAL,
)
from accounts.services.patrol import policy as patrol_policy
from accounts.services.qualifications.catalogue import RULE_KIND
from accounts.services.registration import register_account
from accounts.services.repudiations import outcome
from accounts.services.transfers.review import KIND as TRANSFER_KIND
from compliance import work
from compliance.api import clients
from compliance.clocks.calendar_files import Day
from compliance.clocks.extensions import EXTENSION_KIND, ask_extension
from compliance.clocks.limit_changes import LIMIT_KIND, LimitDraft, propose_limit
from compliance.clocks.notices import CALENDAR_KIND, NoticeDraft, propose_notice
from compliance.evidence.erasure import ERASURE_KIND, propose_erasure
from compliance.identity import minors
from compliance.models import EvidenceFile, LimitUnit, Proposal, StaffUser
from compliance.notices.purposes import purposes
from compliance.notices.templates import (
    TEMPLATE_KIND,
    Wording,
    propose_template,
    templates_in_force,
)
from compliance.rulebook.changes import VERSION_KIND, WITHDRAWAL_KIND, propose_withdrawal
from compliance.staff import system_actor
from enforcement.models import Case, Measure, ViolationType
from enforcement.services.blacklist.reviewing import propose_removal
from enforcement.services.blacklist.reviews import REMOVAL_KIND, ask_for_review, open_review_item
from enforcement.services.bulk.proposing import BULK_KIND
from enforcement.services.catalogue.changes import CATALOGUE_KIND
from enforcement.services.credit import repairs
from enforcement.services.credit.repairs import REPAIR_PROPOSAL, RepairDraft
from enforcement.services.decisions import DECISION_KIND
from enforcement.services.holds.placing import HOLD_KIND
from enforcement.services.lifting import proposing as lifting
from enforcement.services.lifting.ending import LiftDraft
from enforcement.services.watchlist import watching
from reports.services import filings, preparation
from reports.services.filings import RELEASE_KIND
from tests.accounts.fixtures import application_data
from tests.compliance import rule_documents
from tests.compliance.api_fixtures import Caller
from tests.compliance.rule_documents import RuleStaff
from tests.enforcement import bulk as lists
from tests.enforcement import catalogue_versions
from tests.enforcement.blacklist import entry_of, listing
from tests.enforcement.conftest import Staff, approve, clause, suspension
from tests.enforcement.conftest import propose as propose_decision
from tests.enforcement.test_emergency_holds import place
from tests.stories.test_proposal_kinds.on_accounts import OnAccounts, grounds


class Proposing(OnAccounts):
    """Proposes one of each kind through the services, about the same thing each time."""

    def __init__(
        self,
        people: Staff,
        rule_staff: RuleStaff,
        staff_user: Callable[..., StaffUser],
        open_case: Callable[..., Case],
        evidence: Callable[..., EvidenceFile],
        caller: Caller,
        keeper: StaffUser,
    ) -> None:
        self.people = people
        self.rule_staff = rule_staff
        self.staff_user = staff_user
        self.open_case = open_case
        self.evidence = evidence
        self.caller = caller
        self.keeper = keeper
        self.known: dict[str, Any] = {}
        self.ways: Mapping[str, Callable[[], Proposal]] = {
            CALENDAR_KIND: self.calendar,
            LIMIT_KIND: self.limit,
            EXTENSION_KIND: self.extension,
            VERSION_KIND: self.rule_version,
            WITHDRAWAL_KIND: self.rule_withdrawal,
            TEMPLATE_KIND: self.notice_text,
            ERASURE_KIND: self.erasure,
            clients.SCOPE_KIND: self.scope,
            DECISION_KIND: self.decision,
            BULK_KIND: self.many_accounts,
            RELEASE_KIND: self.release,
            RULE_KIND: self.qualification_rule,
            TRANSFER_KIND: self.transfer,
            FORMULA_PROPOSAL: self.formula,
            CATALOGUE_KIND: self.catalogue,
            minors.KIND: self.minor_reveal,
            allowances.KIND: self.more_accounts,
            outcome.KIND: self.used_identity,
            dormancy_policy.RULE_KIND: self.dormancy_rule,
            patrol_policy.RULE_KIND: self.patrol_rule,
            TERMINATION_KIND: self.dormancy_termination,
            REPAIR_PROPOSAL: self.credit_repair,
            HOLD_KIND: self.emergency_hold,
            REMOVAL_KIND: self.blacklist_removal,
            watching.KIND: self.watch,
            lifting.KIND: self.measure_lift,
        }

    def __call__(self, kind: str) -> Proposal:
        return Proposal.objects.get(pk=self.ways[kind]().pk)

    def many_accounts(self) -> Proposal:
        accounts = self.same("ring", lambda: [self.open_case().account for _place in range(2)])
        proposal = lists.propose(accounts, self.people.moderator).proposal
        assert proposal is not None
        return proposal

    def calendar(self, year: int = 2027) -> Proposal:
        weekday = next(day for day in range(1, 4) if date(year, 1, day).weekday() < 5)
        days = [Day(date(year, 1, weekday), is_working_day=False, name="元旦")]
        draft = NoticeDraft(year, "国办发明电测试号", days, timezone.localdate())
        return propose_notice(draft=draft, **grounds(self.people.officer))

    def limit(self, code: str = "case_decision") -> Proposal:
        draft = LimitDraft(code, 10, LimitUnit.WORKING_DAY, timezone.localdate())
        return propose_limit(draft=draft, **grounds(self.people.officer))

    def extension(self, name: str = "case") -> Proposal:
        case = self.same(name, self.open_case)
        asked = ask_extension(clock=case.work_item.clock, **grounds(self.people.moderator))
        return asked.proposal

    def rule_version(self) -> Proposal:
        staff = self.rule_staff
        document = self.same("document", lambda: rule_documents.add_document(staff))
        return rule_documents.propose(staff, document, rule_documents.draft()).proposal

    def rule_withdrawal(self) -> Proposal:
        staff = self.rule_staff

        def announce() -> Any:
            document = rule_documents.add_document(staff, "intellectual_property")
            return rule_documents.announce(staff, document, rule_documents.draft())

        version = self.same("announced", announce)
        return propose_withdrawal(version=version, **grounds(staff.proposer)).proposal

    def credit_repair(self) -> Proposal:
        account = self.same("used_up", self._used_up)
        draft = RepairDraft(
            account=account,
            applied_on=timezone.localdate(),
            statement="已删除全部不实内容并公开更正，此后没有再次违规。",
        )
        # As if the days that have to pass were over.
        with mock.patch.object(repairs, "repairable_from", lambda frozen_on, _terms: frozen_on):
            return repairs.propose_repair(draft=draft, **grounds(self.people.moderator)).proposal

    def _used_up(self) -> PublicAccount:
        decision = propose_decision(
            self.open_case(),
            self.people.moderator,
            violation_type=ViolationType.objects.get(code="V01.2"),
            clauses=[clause("public-account-2021:18(1)")],
            severity=4,
        )
        approve(decision, self.people.supervisor)
        approve(decision, self.people.officer)
        return decision.account

    def notice_text(self, number: int = 0) -> Proposal:
        purpose = purposes()[number]
        audience = purpose.audiences[0]
        present = templates_in_force(purpose, audience)
        return propose_template(
            purpose=purpose.code,
            audience=audience,
            wordings={
                language: Wording(each.subject, f"{each.body}\n。")
                for language, each in present.items()
            },
            **grounds(self.people.officer),
        )

    def erasure(self) -> Proposal:
        file = EvidenceFile.objects.get(pk=self.same("file", self.evidence).pk)
        return propose_erasure(file=file, **grounds(self.people.moderator))

    def scope(self, scope: str = "applications:write") -> Proposal:
        asked = clients.grant_scope(client=self.caller.client, scope=scope, **grounds(self.keeper))
        assert isinstance(asked, Proposal)
        return asked

    def decision(self) -> Proposal:
        return propose_decision(self.open_case(), self.people.moderator).proposal

    def emergency_hold(self) -> Proposal:
        return place(self.open_case(), self.people.moderator).proposal

    def catalogue(self) -> Proposal:
        return catalogue_versions.propose(
            self.people.officer,
            catalogue_versions.changed("CatalogueVersion", "", recidivism_months=6),
        )

    def blacklist_removal(self) -> Proposal:
        # Whoever opened or decided the case has no part in the removal.
        reviewer = self.same("reviewer", lambda: self.staff_user("moderator"))

        def listed() -> BlacklistEntry:
            account = PublicAccount.objects.get(
                application=register_account(
                    data=application_data(), source=ApplicationSource.API, **grounds(system_actor())
                ).application
            )
            first = self.staff_user("moderator")
            decision = propose_decision(self.open_case(account), first, measures=listing())
            approve(decision, self.staff_user("supervisor"))
            approve(decision, self.staff_user("compliance_officer"))
            return entry_of(decision)

        entry = BlacklistEntry.objects.get(pk=self.same("entry", listed).pk)
        item = open_review_item(entry) or ask_for_review(entry=entry, **grounds(reviewer))
        return propose_removal(
            entry=entry,
            told="理由已不存在",
            fence=work.claim_item(work_item=item, actor=reviewer).fence,
            **grounds(reviewer),
        )

    def measure_lift(self) -> Proposal:
        def suspended() -> Measure:
            decision = propose_decision(
                self.open_case(), self.staff_user("moderator"), measures=suspension(7)
            )
            approve(decision, self.staff_user("supervisor"))
            return decision.measures.get()

        return lifting.propose_lift(
            measure=self.same("suspended", suspended),
            draft=LiftDraft("put_right", "已全部更正"),
            **grounds(self.people.moderator),
        )

    def watch(self) -> Proposal:
        account = self.same("watched", lambda: self.open_case().account)
        return watching.propose_watch(
            draft=watching.WatchDraft(
                account=account,
                basis="many_complaints",
                reason="投诉集中",
                steps="每周查看",
                owner=self.people.supervisor.person,
                expires_on=timezone.localdate() + timedelta(days=30),
            ),
            **grounds(self.people.officer),
        ).proposal

    def release(self) -> Proposal:
        today, officer = timezone.localdate(), self.people.officer
        filing = preparation.prepare_filing(
            code="R07",
            period_from=today - timedelta(days=1),
            period_until=today + timedelta(days=1),
            **grounds(officer),
        )
        filings.review_filing(filing=filing, **grounds(officer))
        filings.request_release(filing=filing, **grounds(officer))
        assert filing.release_proposal is not None
        return filing.release_proposal
