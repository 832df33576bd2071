"""Proposals about accounts, made through the services."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

from django.utils import timezone

from accounts.allowance_words import AllowanceStatus, MultiAccountItem
from accounts.enums import ApplicationSource, IdType
from accounts.models import AccountAllowance, DormancyBatch, PublicAccount, Repudiation, Transfer
from accounts.repudiation_words import RepudiationStatus
from accounts.services.allowances import checklist, submission
from accounts.services.allowances import review as allowances
from accounts.services.dormancy import policy as dormancy_policy
from accounts.services.formulas import FormulaDraft, formula_row_in_force, propose_formula
from accounts.services.patrol import policy as patrol_policy
from accounts.services.qualifications import catalogue
from accounts.services.registration import register_account
from accounts.services.repudiations import outcome
from accounts.services.repudiations import review as claims
from accounts.services.repudiations import submission as repudiations
from accounts.services.transfers import review
from compliance import work
from compliance.minor_reveals import ask_reveal
from compliance.models import Proposal, StaffUser
from compliance.provisions import Provision
from compliance.staff import system_actor
from tests.accounts.applications import personal
from tests.accounts.dormancy import Platform
from tests.accounts.fixtures import application_data, unused_personal_number
from tests.accounts.transfers import TransferDesk
from tests.enforcement.conftest import Staff

P = Provision.OPINIONS_2


def grounds(actor: StaffUser) -> dict[str, Any]:
    return {"actor": actor, "provision": P, "reason": "测试理由"}


class OnAccounts:
    """Proposes what is about who runs an account, or about the rules of it."""

    people: Staff
    staff_user: Callable[..., StaffUser]
    known: dict[str, Any]

    def same(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self.known:
            self.known[name] = make()
        return self.known[name]

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
