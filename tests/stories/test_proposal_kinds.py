"""Every kind of proposal on the desk: whoever approves it, and whoever gets it back, finds it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.allowance_words import AllowanceStatus, MultiAccountItem
from accounts.enums import ApplicationSource, IdType
from accounts.models import (
    AccountAllowance,
    BlacklistEntry,
    DormancyBatch,
    PublicAccount,
    Repudiation,
    Transfer,
)
from accounts.repudiation_words import RepudiationStatus
from accounts.services.allowances import checklist, submission
from accounts.services.allowances import review as allowances
from accounts.services.dormancy import policy as dormancy_policy
from accounts.services.dormancy.batches import TERMINATION_KIND
from accounts.services.formulas import (
    FORMULA_PROPOSAL,
    FormulaDraft,
    formula_row_in_force,
    propose_formula,
)
from accounts.services.patrol import policy as patrol_policy
from accounts.services.qualifications import catalogue
from accounts.services.qualifications.catalogue import RULE_KIND
from accounts.services.registration import register_account
from accounts.services.repudiations import outcome
from accounts.services.repudiations import review as claims
from accounts.services.repudiations import submission as repudiations
from accounts.services.transfers import review
from accounts.services.transfers.review import KIND as TRANSFER_KIND
from compliance import clocks, deputies, roles, work
from compliance.api import clients
from compliance.clocks.calendar_files import Day
from compliance.clocks.extensions import EXTENSION_KIND, ask_extension
from compliance.clocks.limit_changes import LIMIT_KIND, LimitDraft, propose_limit
from compliance.clocks.notices import CALENDAR_KIND, NoticeDraft, propose_notice
from compliance.desk import kinds, waiting
from compliance.evidence.erasure import ERASURE_KIND, propose_erasure
from compliance.identity import minors
from compliance.minor_reveals import ask_reveal
from compliance.models import EvidenceFile, LimitUnit, Proposal, StaffUser
from compliance.notices.purposes import purposes
from compliance.notices.templates import (
    TEMPLATE_KIND,
    Wording,
    propose_template,
    templates_in_force,
)
from compliance.pages.desk_rows import proposal_rows
from compliance.provisions import Provision
from compliance.rulebook.changes import VERSION_KIND, WITHDRAWAL_KIND, propose_withdrawal
from compliance.staff import system_actor
from enforcement.models import Case, Measure, ViolationType
from enforcement.services.blacklist.reviewing import propose_removal
from enforcement.services.blacklist.reviews import (
    REMOVAL_KIND,
    ask_for_review,
    open_review_item,
)
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
from tests.accounts.applications import personal
from tests.accounts.dormancy import Platform
from tests.accounts.fixtures import application_data, unused_personal_number
from tests.accounts.transfers import TransferDesk
from tests.compliance import rule_documents
from tests.compliance.api_fixtures import Caller
from tests.compliance.desk_cases import CaptureCount, cards_of, client_of, fresh, give_back
from tests.compliance.rule_documents import RuleStaff
from tests.compliance.test_desk import AWAITING, sql_named
from tests.enforcement import bulk as lists
from tests.enforcement import catalogue_versions
from tests.enforcement.blacklist import entry_of, listing
from tests.enforcement.conftest import (  # noqa: F401  fixtures: cases without a story before
    Staff,
    approve,
    clause,
    make_account,
    open_case,
    staff,
    suspension,
)
from tests.enforcement.conftest import propose as propose_decision
from tests.enforcement.test_emergency_holds import place

pytestmark = pytest.mark.django_db
Make = Callable[..., StaffUser]
P = Provision.OPINIONS_2
# A sweep needs a rule of dormancy that nobody is changing: its kind comes first.
KINDS = sorted(kinds._kinds, key=lambda kind: (kind != TERMINATION_KIND, kind))
# Their packages close what came back with the case, keep it with the filing, or sweep it anew; a hold
# that nobody confirmed is over.
OF_A_RECORD = {DECISION_KIND, HOLD_KIND, RELEASE_KIND, TERMINATION_KIND}


def grounds(actor: StaffUser) -> dict[str, Any]:
    return {"actor": actor, "provision": P, "reason": "测试理由"}


class Proposing:
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

    def same(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self.known:
            self.known[name] = make()
        return self.known[name]

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

    def dormancy_rule(self) -> Proposal:
        present = dormancy_policy.as_draft(dormancy_policy.rule_in_force(timezone.now()))
        return dormancy_policy.propose_rule(
            draft=replace(present, months=present.months + 1), **grounds(self.people.officer)
        )

    def patrol_rule(self) -> Proposal:
        present = patrol_policy.as_draft(patrol_policy.rule_in_force(timezone.now()))
        return patrol_policy.propose_rule(
            draft=replace(present, capacity=present.capacity + 1), **grounds(self.people.officer)
        )

    def dormancy_termination(self) -> Proposal:
        batch: DormancyBatch = self.same("batch", self._sweep)
        return batch.proposal

    def _sweep(self) -> DormancyBatch:
        # A year and more ago, so that the proposal was made by now.
        with mock.patch.object(timezone, "now") as now:
            now.return_value = datetime.now(tz=UTC) - timedelta(days=500)
            platform = Platform(self.staff_user, now)
            platform.change_rule()
            account = PublicAccount.objects.get(
                application=register_account(
                    data=application_data(),
                    source=ApplicationSource.API,
                    **grounds(system_actor()),
                ).application
            )
            platform.accept(account)
            platform.idle(account, 0)
            platform.pass_days(400)
            platform.propose(account)
        return DormancyBatch.objects.select_related("proposal").get()

    def more_accounts(self) -> Proposal:
        moderator = self.people.moderator

        def apply() -> AccountAllowance:
            company = register_account(
                data=application_data(id_type="uscc"),
                source=ApplicationSource.API,
                **grounds(system_actor()),
            ).application
            return submission.submit_allowance(
                platform_uid=company.platform_uid,
                draft=submission.AllowanceDraft(
                    wanted=4, purpose="门店", uses=("甲店",), business_scope="策划"
                ),
                source=ApplicationSource.API,
                **grounds(system_actor()),
            )

        found = AccountAllowance.objects.get(pk=self.same("allowance", apply).pk)
        if found.status == AllowanceStatus.PROPOSED:
            allowances.resume_allowance(
                allowance=found, expected_version=None, **grounds(moderator)
            )
        fence = work.claim_item(work_item=found.work_item, actor=moderator).fence
        met = {each.value: checklist.ItemAnswer(True) for each in MultiAccountItem}
        checklist.answer_items(asked=found, answers=met, fence=fence, **grounds(moderator))
        return allowances.propose_allowance(
            allowance=found,
            granted=4,
            valid_until=timezone.localdate() + timedelta(days=30),
            fence=fence,
            expected_version=found.version,
            told="材料齐全",
            **grounds(moderator),
        )

    def used_identity(self) -> Proposal:
        moderator = self.people.moderator

        def claim() -> Repudiation:
            number = unused_personal_number()
            register_account(
                data=application_data(id_number=number),
                source=ApplicationSource.API,
                **grounds(system_actor()),
            )
            made, _tracking = repudiations.submit_repudiation(
                verified=repudiations.verify_claim(
                    claim=repudiations.Claim(
                        name="王小明",
                        id_type=IdType.RESIDENT_ID,
                        id_number=number,
                        mobile="13700001234",
                        words="不是本人注册",
                    )
                ),
                files=(),
                source=ApplicationSource.API,
                **grounds(system_actor()),
            )
            return made

        found = Repudiation.objects.with_identity().get(pk=self.same("claim", claim).pk)
        if found.status == RepudiationStatus.PROPOSED:
            claims.resume_repudiation(
                repudiation=found, expected_version=None, **grounds(moderator)
            )
        return outcome.propose_uphold(
            repudiation=found,
            fence=work.claim_item(work_item=found.work_item, actor=moderator).fence,
            expected_version=found.version,
            told="登记身份系被冒用",
            **grounds(moderator),
        )

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

    def qualification_rule(self, code: str = "teacher") -> Proposal:
        present = catalogue.as_draft(catalogue.rule_in_force(code, timezone.now()))
        draft = replace(present, issuer=f"{present.issuer}（测试）")
        return catalogue.propose_rule(draft=draft, **grounds(self.people.officer))

    def transfer(self) -> Proposal:
        desk = TransferDesk(system_actor(), self.people.moderator, self.people.supervisor)
        for earlier in Transfer.objects.open():
            review.withdraw_transfer(
                transfer=earlier, fence=None, expected_version=None, **grounds(desk.system)
            )
        application = register_account(
            data=application_data(), source=ApplicationSource.API, **grounds(desk.system)
        ).application
        proposal = desk.proposed(PublicAccount.objects.get(application=application)).proposal
        assert proposal is not None
        return proposal

    def formula(self, code: str = "earning") -> Proposal:
        present = formula_row_in_force(code, timezone.now()).content
        content = {**present, "clean_months": present["clean_months"] + 1}
        return propose_formula(
            draft=FormulaDraft(code=code, content=content), **grounds(self.people.officer)
        )

    def catalogue(self) -> Proposal:
        return catalogue_versions.propose(
            self.people.officer,
            catalogue_versions.changed("CatalogueVersion", "", recidivism_months=6),
        )

    def minor_reveal(self, sequence: int = 123) -> Proposal:
        born = date(timezone.localdate().year - 15, 6, 1)
        minor = self.same(
            f"minor {sequence}",
            lambda: (
                register_account(
                    data=application_data(id_number=personal(f"110101{born:%Y%m%d}{sequence}")),
                    source=ApplicationSource.API,
                    **grounds(system_actor()),
                ).application
            ),
        )
        return ask_reveal(values=[minor.mobile], **grounds(self.people.moderator))

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


@pytest.fixture
def propose(
    staff: Staff,
    staff_user: Make,
    open_case: Callable[..., Case],
    available: Callable[..., EvidenceFile],
    make_caller: Callable[..., Caller],
    api_keeper: StaffUser,
) -> Proposing:
    """Proposes one of each kind; a kind that nobody can make here fails the tests below."""
    return Proposing(
        staff, RuleStaff(staff_user), staff_user, open_case, available, make_caller(), api_keeper
    )


def words_of(proposal: Proposal) -> kinds.ProposalWords:
    return proposal_rows([proposal])[0].words


def roles_with(permission: str) -> list[str]:
    return [each.code for each in roles.definitions() if permission in each.permissions]


def login_of(person_id: int) -> StaffUser:
    return StaffUser.objects.select_related("person").get(person=person_id)


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    def test_it_leads_all_who_approve_it_to_its_page(
        self, propose: Proposing, staff_user: Make, kind: str
    ) -> None:
        proposal = propose(kind)
        page = words_of(proposal).url
        permissions = list(proposal.slots.values_list("permission", flat=True))

        assert permissions
        assert not page.startswith(reverse("admin:compliance_proposal_changelist"))
        for permission in permissions:
            assert roles_with(permission)
            assert permission in roles.delegable()
            for role in roles_with(permission):
                approver = staff_user(role)
                listed = client_of(approver).get(reverse("admin:proposal_list"))
                answer = client_of(approver).get(page)

                assert [row.words.url for row in listed.context["rows"]] == [page]
                assert answer.status_code == 200
                if kind not in OF_A_RECORD:
                    assert 'value="approve' in answer.content.decode()

    def test_a_deputy_without_any_role_opens_it_and_nobody_else_without_one_does(
        self, propose: Proposing, staff_user: Make, kind: str
    ) -> None:
        proposal, deputy, stranger = propose(kind), staff_user(), staff_user()
        slot = proposal.slots.order_by("number").first()
        assert slot is not None
        page, now = words_of(proposal).url, timezone.now()
        deputies.name_deputy(
            deputy=deputy.person,
            permission=slot.permission,
            matter=proposal.matter,
            valid_from=now - timedelta(hours=1),
            valid_until=now + timedelta(days=1),
            **grounds(staff_user("supervisor")),
        )

        assert client_of(fresh(deputy)).get(page).status_code == 200
        assert client_of(stranger).get(page).status_code == 403


@pytest.mark.parametrize("kind", sorted(set(KINDS) - OF_A_RECORD))
def test_what_came_back_leads_its_proposer_on(
    propose: Proposing, staff_user: Make, kind: str
) -> None:
    proposal = propose(kind)
    slot = proposal.slots.order_by("number").first()
    assert slot is not None
    proposer = login_of(proposal.proposer_id)

    give_back(proposal, staff_user(roles_with(slot.permission)[0]))

    card = cards_of(proposer)["Returned to me"]
    assert (card.value, len(card.rows)) == (1, 1)
    assert card.rows[0].value
    assert client_of(proposer).get(card.rows[0].url).status_code == 200


@pytest.mark.parametrize("kind", sorted(set(KINDS) - OF_A_RECORD))
def test_what_was_proposed_anew_has_left_the_desk(
    propose: Proposing, staff_user: Make, kind: str
) -> None:
    first = propose(kind)
    proposer = login_of(first.proposer_id)
    slot = first.slots.order_by("number").first()
    assert slot is not None
    give_back(first, staff_user(roles_with(slot.permission)[0]))
    assert list(waiting.returned_proposals(proposer)) == [first]

    second = propose(kind)

    assert second.pk != first.pk
    assert waiting.counts_of(proposer, timezone.now()).returned == 0


@pytest.mark.parametrize(
    ("kind", "way", "other"),
    [
        (LIMIT_KIND, "limit", "application_review"),
        (CALENDAR_KIND, "calendar", 2028),
        (TEMPLATE_KIND, "notice_text", 1),
        (EXTENSION_KIND, "extension", "another case"),
        (clients.SCOPE_KIND, "scope", "agreements:write"),
    ],
)
def test_a_proposal_about_something_else_leaves_it_there(
    propose: Proposing, staff_user: Make, kind: str, way: str, other: Any
) -> None:
    first = propose(kind)
    slot = first.slots.order_by("number").first()
    assert slot is not None
    give_back(first, staff_user(roles_with(slot.permission)[0]))

    getattr(propose, way)(other)

    assert list(waiting.returned_proposals(login_of(first.proposer_id))) == [first]


def test_what_nobody_wrote_anew_is_let_rest(
    propose: Proposing, staff_user: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = propose(LIMIT_KIND)
    give_back(proposal, staff_user("supervisor"))
    assert Proposal.objects.filter(kinds.came_back_lately()).get() == proposal

    monkeypatch.setattr(kinds, "RESTS_AFTER", timedelta(0))

    assert not Proposal.objects.filter(kinds.came_back_lately()).exists()


def test_after_the_verdict_of_a_deputy_the_page_is_closed_to_them_again(
    propose: Proposing, staff_user: Make
) -> None:
    proposal, deputy, now = propose(clients.SCOPE_KIND), staff_user(), timezone.now()
    page = words_of(proposal).url
    deputies.name_deputy(
        deputy=deputy.person,
        permission=clients.APPROVER,
        matter=proposal.matter,
        valid_from=now - timedelta(hours=1),
        valid_until=now + timedelta(days=1),
        **grounds(staff_user("supervisor")),
    )
    browser = client_of(fresh(deputy))

    answer = browser.post(page, {"action": "approve", "proposal": proposal.pk, "reason": "同意"})

    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:index")
    assert propose.caller.client.scopes.filter(scope="applications:write").exists()
    assert browser.get(page).status_code == 403


def test_a_request_for_more_time_is_found_and_withdrawn_on_the_page_of_deadlines(
    propose: Proposing, staff_user: Make
) -> None:
    earlier, proposal = propose.extension("another case"), propose(EXTENSION_KIND)
    browser = client_of(propose.people.moderator)

    page = browser.get(words_of(proposal).url)
    answer = browser.post(
        reverse("admin:overdue"),
        {"action": "withdraw", "proposal": proposal.pk, "reason": "已经查清"},
    )

    assert [row["extension"].proposal for row in page.context["extensions"]] == [proposal, earlier]
    assert answer.status_code == 302
    assert list(Proposal.objects.open().filter(kind=EXTENSION_KIND)) == [earlier]


def test_more_time_for_what_is_done_is_still_refused_by_its_approver(
    propose: Proposing, staff_user: Make
) -> None:
    proposal, supervisor = propose(EXTENSION_KIND), staff_user("supervisor")
    clock = proposal.clock_extension.clock
    clocks.stop_clock(clock=clock, **grounds(propose.people.moderator))
    browser = client_of(supervisor)

    row = browser.get(words_of(proposal).url).context["extensions"][0]
    answer = browser.post(
        reverse("admin:overdue"), {"action": "return", "proposal": proposal.pk, "reason": "已办结"}
    )

    assert [each.code for each in row["actions"]] == ["return"]
    assert answer.status_code == 302
    assert not waiting.awaiting_approval(supervisor, timezone.now()).exists()
    assert not waiting.returned_proposals(propose.people.moderator).exists()


RETURNED = """
SELECT count(*) FROM compliance_proposal p
JOIN compliance_proposaloutcome o ON o.proposal_id = p.id AND o.result = 'returned'
WHERE p.proposer_id = %(me)s
"""


def test_the_figures_are_those_of_bare_sql_with_one_of_every_kind(
    propose: Proposing, staff_user: Make
) -> None:
    made = [propose(kind) for kind in KINDS]
    supervisor, officer = staff_user("supervisor"), staff_user("compliance_officer")
    now = timezone.now()

    for login in (supervisor, officer):
        bare = sql_named(
            AWAITING, me=login.person_id, permissions=list(login.get_group_permissions())
        )
        shown = waiting.counts_of(login, now).awaiting
        assert shown == bare == cards_of(login)["Awaiting my approval"].value
        assert shown > len(KINDS) // 3

    given_back = [each for each in made if each.kind not in OF_A_RECORD]
    for each in given_back:
        slot = each.slots.order_by("number").first()
        assert slot is not None
        give_back(each, supervisor if "supervisor" in roles_with(slot.permission) else officer)
    for number in {each.proposer_id for each in given_back}:
        shown = waiting.counts_of(login_of(number), timezone.now()).returned
        assert shown == sql_named(RETURNED, me=number) > 0


def test_words_cost_the_same_whatever_the_number_of_proposals(propose: Proposing) -> None:
    one = [propose(kind) for kind in KINDS]
    more = [propose.limit("application_review"), propose.calendar(2028), propose.notice_text(1)]
    more += [propose.extension("another case"), propose.decision()]
    more += [propose.scope("agreements:write"), propose.qualification_rule("nurse")]
    numbers = []
    for found in (one, [*one, *more]):
        rows = Proposal.objects.filter(Q(pk__in=[each.pk for each in found]))
        listed = list(rows.select_related("proposer"))
        with CaptureCount() as counted:
            proposal_rows(listed)
        numbers.append(counted.number)

    assert numbers[0] == numbers[1]
