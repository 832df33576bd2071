"""A name that was given up is kept for whoever gave it up, by whichever way somebody else asks for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.models import (
    Correction,
    NameProtection,
    ProfileChange,
    PublicAccount,
)
from accounts.profile_words import ProfileChangeStatus
from accounts.services.corrections import review as corrections
from accounts.services.profiles import Profile, review, set_profile
from accounts.services.stops import wishing
from compliance.errors import ActionRefused
from compliance.models import ActionLog, Notice, PlatformCommand, ResponseInvitation, StaffUser
from compliance.responses.codes import code_of
from reports.demo.clock import clock_at
from tests.accounts import corrections as making
from tests.accounts.fixtures import unused_credit_code
from tests.accounts.profiles import grounds
from tests.accounts.transfers import after, stop_grounds
from tests.compliance.api_fixtures import Caller

pytestmark = pytest.mark.django_db
MakeAccount = Callable[..., PublicAccount]
GIVEN_UP = "潮汐手记"


def state() -> tuple[Any, ...]:
    return (
        list(PublicAccount.objects.order_by("pk").values("name", "bio", "version")),
        list(ProfileChange.objects.order_by("pk").values("status", "version")),
        list(Correction.objects.order_by("pk").values("status", "version")),
        PlatformCommand.objects.count(),
        Notice.objects.count(),
        ActionLog.objects.count(),
    )


@pytest.fixture
def company() -> dict[str, str]:
    """Who gave the name up, as it declared itself."""
    return {
        "id_type": "uscc",
        "subject_nature": "enterprise",
        "id_number": unused_credit_code(),
    }


@pytest.fixture
def protection(
    make_account: MakeAccount, company: dict[str, str], system: StaffUser
) -> NameProtection:
    """The protection of a name whose account was closed a moment ago at its operator's wish."""
    start = timezone.now() - timedelta(days=40)
    with clock_at(start):
        account = make_account(account_name=GIVEN_UP, applied_at=start.isoformat(), **company)
        stop = wishing.apply_to_close(
            account=account, source=ApplicationSource.API, **stop_grounds(system)
        )
    assert stop.clock is not None
    with after(stop.clock):
        assert wishing.carry_out_stops(now=timezone.now(), actor=system) == (1, 0)
    protection = NameProtection.objects.get()
    # Forty days later the time to think again is over and the protection still runs.
    assert protection.protected_until > stop.clock.due_at
    return protection


def within(protection: NameProtection) -> Any:
    return clock_at(protection.protected_until - timedelta(days=1))


def test_through_the_platform_a_person_looks_and_cannot_approve_before_the_day(
    protection: NameProtection,
    make_account: MakeAccount,
    make_caller: Callable[..., Caller],
    held: Callable[[ProfileChange], dict[str, Any]],
) -> None:
    account = make_account()
    caller = make_caller("profiles:write", "profiles:read")
    with within(protection):
        wish = {"platform_uid": account.platform_uid, "number": "p-1", "name": "潮汐・手记"}
        sent = caller.post("/api/v1/profile-changes/", wish)
        assert sent.status_code == 201, sent.content
        change = ProfileChange.objects.get()
        (hit,) = change.checks.all()
        assert (change.status, hit.code, hit.reason_key) == (
            ProfileChangeStatus.IN_REVIEW,
            "name_similar",
            "protected",
        )
        on = held(change)
        before = state()

        said = timezone.localtime(protection.protected_until).strftime("%Y-%m-%d")
        with pytest.raises(ActionRefused, match=said), transaction.atomic():
            review.approve_profile_change(**on)

        assert state() == before
    with clock_at(protection.protected_until):
        review.approve_profile_change(**held(change))
    account.refresh_from_db()
    assert account.name == "潮汐・手记"


def test_by_the_link_of_a_refusal_and_on_paper_the_rule_is_the_same(
    protection: NameProtection,
    make_account: MakeAccount,
    changed: Callable[..., ProfileChange],
    listed: Callable[..., None],
) -> None:
    account = make_account()
    listed("barred", "旧日茶馆")
    with within(protection):
        changed(account, name="旧日茶馆")
        invitation = ResponseInvitation.objects.open().get(kind="accounts.profile_change")
        page = reverse("public:response", args=[code_of(invitation)])
        answer = Client().post(page, {"name": GIVEN_UP})
        assert answer.status_code in (200, 302)

        change = ProfileChange.objects.get(source=ApplicationSource.RESPONSE)
        assert change.status == ProfileChangeStatus.IN_REVIEW
        assert change.checks.get().reason_key == "protected"

        other = changed(make_account(), source=ApplicationSource.CONSOLE, name=GIVEN_UP)
        assert other.checks.get().reason_key == "protected"


def test_a_corrected_name_obeys_it_too(
    protection: NameProtection,
    make_account: MakeAccount,
    system: StaffUser,
    reviewer: StaffUser,
) -> None:
    with within(protection):
        correction = making.order(make_account(), reviewer)
        making.answer(correction, system, name=GIVEN_UP)
        given = making.again(correction)
        found = corrections.check_answer(given.answers.get(), timezone.now())
        assert [(each.code.value, each.reason) for each in found.hits] == [
            ("name_similar", "protected")
        ]
        on = making.held(correction, reviewer)
        before = state()

        with pytest.raises(ActionRefused, match="保护"), transaction.atomic():
            corrections.accept_correction(**on)

        assert state() == before


def test_who_gave_it_up_takes_it_for_another_account_and_may_write_it_otherwise(
    protection: NameProtection,
    make_account: MakeAccount,
    company: dict[str, str],
    changed: Callable[..., ProfileChange],
) -> None:
    with within(protection):
        own = make_account(**company)
        change = changed(own, name=GIVEN_UP)
        assert change.status == ProfileChangeStatus.APPROVED

        # Somebody who had the very name before only writes it in another way.
        again = changed(own, name="潮汐 手记")
        assert not again.checks.exists()


def test_no_service_sets_it_past_the_rule(
    protection: NameProtection, make_account: MakeAccount, system: StaffUser
) -> None:
    account = make_account()
    with within(protection):
        before = state()
        with pytest.raises(ActionRefused, match="保护"), transaction.atomic():
            set_profile(
                account=account,
                profile=Profile(name=GIVEN_UP),
                ground_ref="test:1",
                **grounds(system),
            )
        assert state() == before
