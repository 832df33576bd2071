"""Agencies and their agreements: registered, reviewed, shown, ended; one at a time for an account."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import FindingKind
from accounts.models import Agency, AgencyContract, ContractReminder, Finding
from accounts.powers_words import ContractStatus
from accounts.services.agencies import (
    AgencyDraft,
    agency_names_of,
    amend_agency,
    figures_of,
    keep_contracts,
    note_agency_claim,
    register_agency,
    review,
    strike_off_agency,
)
from accounts.services.disclosure import sheet_of
from compliance.errors import (
    ActionRefused,
    InvalidInput,
    NotPermitted,
    StaleLease,
    StaleVersion,
    TransitionRefused,
)
from compliance.models import IdentityValue, Notice, WorkItem
from compliance.proposals import open_matter
from tests.accounts.fixtures import unused_credit_code
from tests.accounts.powers import because, held, in_days

pytestmark = pytest.mark.django_db
S = ContractStatus


@pytest.fixture
def moderator(staff_user):
    return staff_user("moderator")


def told_of(contract):
    found = Notice.objects.filter(about_id=str(contract.pk), purpose__contains="contract")
    return [each.purpose.removeprefix("accounts.contract_") for each in found.order_by("pk")]


class TestRegister:
    def test_an_agency_is_entered_and_its_contact_is_sealed(self, make_agency):
        agency = make_agency(contact="王联系 13912345678")

        assert agency.reference.startswith("JG")
        assert "13912345678" not in agency.contact.masked

    @pytest.mark.parametrize(
        "wrong",
        [{"name": " "}, {"public_name": ""}, {"uscc": "91110101MA0000000X"}, {"contact": ""}],
    )
    def test_what_cannot_be_is_refused_and_leaves_nothing(self, make_agency, wrong):
        with pytest.raises(InvalidInput):
            make_agency(**wrong)

        assert not Agency.objects.exists()
        assert not IdentityValue.objects.exists()

    def test_a_code_is_registered_once(self, make_agency):
        agency = make_agency()

        with pytest.raises(ActionRefused, match=agency.reference):
            make_agency(uscc=agency.uscc)

        assert Agency.objects.count() == 1

    def test_an_auditor_registers_none(self, staff_user):
        draft = AgencyDraft(name="甲", public_name="甲", uscc=unused_credit_code(), contact="乙")

        with pytest.raises(NotPermitted):
            register_agency(draft=draft, **because(staff_user("auditor")))

        assert not Agency.objects.exists()

    def test_a_stale_change_is_refused(self, make_agency, system):
        agency = make_agency()
        draft = AgencyDraft(name="新名称有限公司", public_name=agency.public_name)
        amend_agency(agency=agency, draft=draft, expected_version=1, **because(system))

        with pytest.raises(StaleVersion):
            amend_agency(
                agency=agency,
                draft=AgencyDraft(name="又一名称", public_name="又一"),
                expected_version=1,
                **because(system),
            )

        agency.refresh_from_db()
        assert agency.name == "新名称有限公司"


class TestReview:
    def test_approved_it_is_in_force_shown_to_everybody_and_counted(
        self, make_account, make_agency, submitted_contract, moderator
    ):
        account, agency = make_account(), make_agency()
        contract = submitted_contract(account, agency)
        assert sheet_of(account).agency == ""

        review.approve_contract(**held(contract, moderator), **because(moderator))

        contract.refresh_from_db()
        assert contract.status == S.IN_FORCE
        assert told_of(contract) == ["in_force"]
        assert sheet_of(account).agency == agency.public_name
        assert agency_names_of([account.pk]) == {account.pk: agency.public_name}
        assert figures_of(agency).under_contract == 1
        assert not WorkItem.objects.open().filter(agency_contract=contract).exists()

    def test_without_the_item_or_a_file_nothing_is_decided(
        self, make_account, make_agency, submitted_contract, moderator, staff_user
    ):
        contract = submitted_contract(make_account(), make_agency())
        on = held(contract, moderator)

        with pytest.raises(StaleLease):
            review.approve_contract(**{**on, "fence": 99}, **because(moderator))
        with pytest.raises(StaleLease):
            review.refuse_contract(**{**on, "fence": None}, told="不符", **because(moderator))
        with pytest.raises(NotPermitted):
            review.approve_contract(**on, **because(staff_user("auditor")))

        contract.refresh_from_db()
        assert contract.status == S.IN_REVIEW
        assert told_of(contract) == []

    def test_an_account_has_one_agency_at_a_time_and_the_database_says_so_too(
        self, make_account, make_agency, contract_in_force, submitted_contract
    ):
        account = make_account()
        contract_in_force(account, make_agency(), valid_until=in_days(30))

        with pytest.raises(ActionRefused, match="XY"):
            submitted_contract(account, make_agency(), valid_from=in_days(30))
        later = submitted_contract(account, make_agency(), valid_from=in_days(31))
        assert later.status == S.IN_REVIEW

        twin = AgencyContract.objects.get(status=S.IN_FORCE)
        twin.pk, twin.work_item, twin.matter = None, None, open_matter("agency_contract")
        with (
            pytest.raises(IntegrityError, match="agencycontract_one_at_a_time"),
            transaction.atomic(),
        ):
            twin.save(force_insert=True)

    def test_two_that_wait_for_one_term_are_not_both_approved(
        self, make_account, make_agency, submitted_contract, moderator
    ):
        account = make_account()
        first = submitted_contract(account, make_agency())
        second = submitted_contract(account, make_agency())
        review.approve_contract(**held(first, moderator), **because(moderator))

        with pytest.raises(ActionRefused, match=first.reference):
            review.approve_contract(**held(second, moderator), **because(moderator))

        second.refresh_from_db()
        assert second.status == S.IN_REVIEW
        assert told_of(second) == []

    def test_material_is_asked_for_and_comes_back_into_the_queue(
        self, make_account, make_agency, submitted_contract, moderator
    ):
        contract = submitted_contract(make_account(), make_agency())
        review.ask_for_contract_material(
            **held(contract, moderator), told="请补充盖章页。", **because(moderator)
        )
        contract.refresh_from_db()
        assert contract.status == S.WAITING_MATERIAL
        assert told_of(contract) == ["material"]

        review.resume_contract(
            contract=contract, expected_version=contract.version, **because(moderator)
        )

        contract.refresh_from_db()
        assert contract.status == S.IN_REVIEW
        assert WorkItem.objects.open().filter(agency_contract=contract).exists()

    def test_refused_with_a_reason_or_not_at_all(
        self, make_account, make_agency, submitted_contract, moderator
    ):
        contract = submitted_contract(make_account(), make_agency())
        on = held(contract, moderator)

        with pytest.raises(InvalidInput):
            review.refuse_contract(**on, told=" ", **because(moderator))
        contract.refresh_from_db()
        assert contract.status == S.IN_REVIEW

        review.refuse_contract(**on, told="协议未加盖公章。", **because(moderator))
        contract.refresh_from_db()
        assert (contract.status, told_of(contract)) == (S.REFUSED, ["refused"])


class TestEnd:
    def test_a_day_reminds_once_and_ends_what_is_over_once(
        self, make_account, make_agency, contract_in_force, system
    ):
        agency = make_agency()
        near = contract_in_force(make_account(), agency, valid_until=in_days(10))
        far = contract_in_force(make_account(), agency)

        first = keep_contracts(today=timezone.localdate(), actor=system)
        again = keep_contracts(today=timezone.localdate(), actor=system)
        late = keep_contracts(today=in_days(11), actor=system)

        assert (first.reminded, again.reminded) == (1, 0)
        assert ContractReminder.objects.get().contract_id == near.pk
        assert (first.ended, late.ended) == (0, 1)
        near.refresh_from_db()
        far.refresh_from_db()
        assert (near.status, far.status) == (S.ENDED, S.IN_FORCE)
        assert told_of(near) == ["in_force", "expiring", "ended"]

    def test_an_agency_that_is_struck_off_takes_its_agreements_with_it(
        self, make_account, make_agency, contract_in_force, submitted_contract, system
    ):
        account, agency = make_account(), make_agency()
        contract = contract_in_force(account, agency)

        ended = strike_off_agency(
            agency=agency, expected_version=1, **because(system, "机构已注销")
        )

        contract.refresh_from_db()
        assert (ended, contract.status) == (1, S.TERMINATED)
        assert told_of(contract)[-1] == "terminated"
        assert sheet_of(account).agency == ""
        with pytest.raises(ActionRefused):
            submitted_contract(account, agency)
        with pytest.raises(TransitionRefused):
            strike_off_agency(agency=agency, expected_version=2, **because(system))

    def test_ended_early_with_what_is_told(
        self, make_account, make_agency, contract_in_force, moderator
    ):
        contract = contract_in_force(make_account(), make_agency())
        on = {"contract": contract, "expected_version": contract.version, **because(moderator)}

        with pytest.raises(InvalidInput):
            review.terminate_contract(**on, told="")
        review.terminate_contract(**on, told="双方已解除协议。")

        assert contract.status == S.TERMINATED
        with pytest.raises(TransitionRefused):
            review.terminate_contract(**{**on, "expected_version": contract.version}, told="再次")


class TestClaim:
    def test_an_agency_without_an_agreement_becomes_one_finding(
        self, make_account, make_agency, contract_in_force, system
    ):
        account, agency = make_account(), make_agency()
        contract_in_force(account, agency)
        said = {"account": account, "source_ref": "主页简介", **because(system)}

        known = note_agency_claim(**said, agency_name=agency.public_name)
        found = note_agency_claim(**said, agency_name="别家机构")
        again = note_agency_claim(**said, agency_name="别家机构")

        assert known is None
        assert found == again
        assert Finding.objects.get().kind == FindingKind.AGENCY_WITHOUT_CONTRACT
        assert agency.public_name in found.facts

    def test_who_says_so_has_to_be_told(self, make_account, system):
        with pytest.raises(InvalidInput):
            note_agency_claim(
                account=make_account(), agency_name="某机构", source_ref="", **because(system)
            )

        assert not Finding.objects.exists()


class TestPages:
    def test_from_the_register_to_the_page_of_the_account(
        self, client, make_account, moderator, submitted_contract
    ):
        client.force_login(moderator)
        entered = client.post(
            reverse("admin:enter_agency"),
            {
                "name": "示范传媒有限公司",
                "public_name": "示范传媒",
                "uscc": unused_credit_code(),
                "contact": "李联系 13900000001",
                "reason": "机构提交登记材料",
            },
        )
        agency = Agency.objects.get()
        assert entered.url == reverse("admin:agency", args=[agency.pk])
        assert "13900000001" not in client.get(entered.url).text

        account = make_account()
        entering = reverse("admin:enter_agency_contract", args=[account.pk])
        given = {
            "agency": agency.reference,
            "number": "HT-1",
            "valid_from": in_days(-1).isoformat(),
            "valid_until": in_days(90).isoformat(),
            "covers": "商务合作",
            "reason": "运营者提交",
        }
        wrong = client.post(entering, {**given, "agency": "JG99999999"})
        assert wrong.status_code == 409
        assert not AgencyContract.objects.exists()
        assert client.post(entering, given).status_code == 302
        contract = AgencyContract.objects.get()

        url = reverse("admin:review_agency_contract", args=[contract.work_item_id])
        on = held(contract, moderator)
        page = client.get(url)
        assert page.context["missing"]
        posted = {"action": "approve", "fence": on["fence"], "version": contract.version}
        assert client.post(url, {**posted, "reason": "协议齐全"}).status_code == 409
        refused = {**posted, "action": "refuse", "reason": "未附协议文本。"}
        assert client.post(url, refused).status_code == 302
        contract.refresh_from_db()
        assert contract.status == S.REFUSED

        shown = client.get(reverse("admin:account", args=[account.pk]))
        assert contract.reference in shown.text
        assert client.get(reverse("admin:agency_contract", args=[contract.pk])).status_code == 200
        note = reverse("admin:note_agency_claim", args=[account.pk])
        said = {"agency_name": "某某机构", "source_ref": "主页", "reason": "巡查发现"}
        assert client.post(note, said).status_code == 302
        assert Finding.objects.count() == 1
        struck = {"action": "strike_off", "version": agency.version, "reason": "机构已注销"}
        assert client.post(entered.url, struck).status_code == 302
        agency.refresh_from_db()
        assert agency.status == "struck_off"

    def test_the_public_page_names_the_agency(
        self, client, make_account, make_agency, contract_in_force
    ):
        account, agency = make_account(), make_agency(public_name="岸边机构")
        address = reverse("public:account", args=[account.platform_uid])
        assert "岸边机构" not in client.get(address).text

        contract_in_force(account, agency)

        assert "岸边机构" in client.get(address).text
