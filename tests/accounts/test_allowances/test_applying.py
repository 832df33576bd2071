"""Whoever has the most accounts there may be applies for more."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationSource, ApplicationStatus
from accounts.models import AccountAllowance, Application
from accounts.powers_words import CreditGrade, CreditService
from accounts.services.allowances import submission
from accounts.services.allowances.standing import allowances_in_force
from accounts.services.allowances.submission import AllowanceDraft
from accounts.services.registration import register_account
from accounts.services.standing import set_standing
from compliance.errors import ActionRefused, InvalidInput
from compliance.models import StaffUser
from compliance.staff import system_actor
from tests.accounts.fixtures import application_data
from tests.accounts.test_allowances.conftest import DRAFT, MakeApplication, codes, grounds, refused
from tests.compliance.api_fixtures import Caller


@pytest.mark.django_db
class TestTheWayIn:
    def test_whoever_is_refused_for_the_cap_reads_where_to_apply(
        self, one_too_many: Application
    ) -> None:
        assert one_too_many.status == ApplicationStatus.REFUSED
        assert codes(one_too_many) == {"subject_cap"}
        assert reverse("public:more_accounts") in one_too_many.decision_reason

        page = Client().get(reverse("public:more_accounts"))

        assert page.status_code == 200
        assert "信用评价" in page.text

    def test_a_person_is_told_that_one_person_runs_one_account(
        self, make_application: MakeApplication
    ) -> None:
        number = make_application().subject
        again = application_data()
        assert number.id_number is not None
        second = make_application(
            **{"id_number": _number_of(number), "account_name": again.account_name}
        )

        assert second.status == ApplicationStatus.REFUSED
        assert reverse("public:more_accounts") not in second.decision_reason
        said = refused(
            ActionRefused,
            lambda: submission.submit_allowance(
                platform_uid=second.platform_uid,
                draft=DRAFT,
                source=ApplicationSource.API,
                **grounds(system_actor()),
            ),
        )
        assert "一个自然人" in said or "自然人" in said

    def test_the_platform_applies_and_reads_what_came_of_it(
        self, one_too_many: Application, make_caller: Callable[..., Caller]
    ) -> None:
        caller = make_caller("allowances:read", "allowances:write")
        url = reverse("api:account-allowances")
        body = {"platform_uid": one_too_many.platform_uid, **vars(DRAFT), "uses": list(DRAFT.uses)}

        made = caller.post(url, body)

        assert made.status_code == 201, made.content
        assert made.json()["status"] == "in_review"
        again = caller.get(made["Location"])
        assert again.json()["reference"] == made.json()["reference"]
        assert caller.post(url, body).status_code in (409, 422)
        assert AccountAllowance.objects.count() == 1
        assert caller.post(url, {**body, "platform_uid": "nobody"}).status_code == 422
        assert caller.post(url, {**body, "wanted": 1}).status_code == 400

    @pytest.mark.parametrize(
        "changes",
        [
            {"wanted": 2},
            {"wanted": 9_999},
            {"purpose": " "},
            {"uses": ()},
            {"uses": ("一", "二", "三", "四", "五")},
            {"business_scope": ""},
        ],
    )
    def test_what_is_missing_or_cannot_be_is_refused_and_leaves_nothing(
        self, one_too_many: Application, changes: dict[str, Any]
    ) -> None:
        refused(
            InvalidInput,
            lambda: submission.submit_allowance(
                platform_uid=one_too_many.platform_uid,
                draft=AllowanceDraft(**{**vars(DRAFT), **changes}),
                source=ApplicationSource.API,
                **grounds(system_actor()),
            ),
        )

    def test_a_grant_has_no_effect_while_credit_withholds_it(
        self, granted: AccountAllowance, system: StaffUser
    ) -> None:
        assert set(allowances_in_force([granted.subject_id])) == {granted.subject_id}

        set_standing(
            subject=granted.subject,
            grade=CreditGrade.D,
            score=40,
            since=timezone.now(),
            reference="credit:1",
            services_off=[CreditService.MORE_ACCOUNTS],
            **grounds(system),
        )

        assert allowances_in_force([granted.subject_id]) == {}

    def test_one_is_under_way_at_a_time(self, allowance: AccountAllowance) -> None:
        refused(
            ActionRefused,
            lambda: submission.submit_allowance(
                platform_uid=allowance.platform_uid,
                draft=DRAFT,
                source=ApplicationSource.API,
                **grounds(system_actor()),
            ),
        )
        twin = AccountAllowance.objects.get(pk=allowance.pk)
        twin.pk = None
        with pytest.raises(IntegrityError, match="accountallowance_"), transaction.atomic():
            AccountAllowance.objects.bulk_create([twin])


def _number_of(subject: Any) -> str:
    from compliance.identity import vault

    return vault.read(subject.id_number)


@pytest.mark.django_db(transaction=True)
def test_two_registrations_at_once_share_the_last_place(
    granted: AccountAllowance, full: dict[str, str]
) -> None:
    rows = [application_data(**full) for _ in range(2)]
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def register(data: Any) -> None:
        try:
            barrier.wait(10)
            made = register_account(
                data=data,
                source=ApplicationSource.API,
                **grounds(system_actor()),
            )
            outcomes.append(str(made.outcome.value))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=register, args=(data,)) for data in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(outcomes) == ["in_review", "refused"]
