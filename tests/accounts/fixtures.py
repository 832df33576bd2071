"""Applications and accounts of made-up subjects, made through the service that makes real ones."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import pytest

from accounts.enums import ApplicationSource, ApplicationStatus
from accounts.models import Application, PublicAccount
from accounts.rules.application_data import ApplicationData, read_application
from accounts.services import review
from accounts.services.registration import register_account
from compliance import work
from compliance.models import StaffUser
from compliance.provisions import Provision
from tests.accounts.applications import COMPANY, PERSON, TEACHER, credit_code, personal

_numbers = count(1)


def unused_personal_number() -> str:
    number = next(_numbers)
    born = date(1960, 1, 1) + timedelta(days=number)
    return personal(f"110101{born:%Y%m%d}{number % 1000:03d}")


def unused_credit_code(head: str = "91") -> str:
    return credit_code(f"{head}110101MA{next(_numbers):07d}")


def unused_cells(**columns: str) -> dict[str, str]:
    """Return the cells of an application that passes every check, of a subject nobody has seen."""
    number = next(_numbers)
    is_company = columns.get("id_type") == "uscc"
    base = COMPANY if is_company else TEACHER if columns.get("category") == "education" else PERSON
    return {
        **base,
        "platform_uid": f"t-{number:06d}",
        "account_name": f"河畔读书{number}号",
        "id_number": unused_credit_code() if is_company else unused_personal_number(),
        "mobile": f"139{number:08d}",
        "contact": f"c{number}@example.com",
        **columns,
    }


def application_data(**columns: str) -> ApplicationData:
    data = read_application(unused_cells(**columns))
    assert isinstance(data, ApplicationData), data
    return data


@pytest.fixture
def make_application(system: StaffUser) -> Callable[..., Application]:
    """
    Registers an application: `make_application(category="food")`; the state follows by the checks.

    `id_type="uscc"` makes a company's, `category="education"` one that goes to review.
    """

    def make(**columns: str) -> Application:
        return register_account(
            data=application_data(**columns),
            source=ApplicationSource.API,
            actor=system,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
            reason="测试数据",
        ).application

    return make


@pytest.fixture
def make_account(make_application: Callable[..., Application]) -> Callable[..., PublicAccount]:
    """Registers an account that the checks approve: `make_account(account_name="…")`."""

    def make(**columns: str) -> PublicAccount:
        application = make_application(**columns)
        assert application.status == ApplicationStatus.APPROVED, application.status
        return PublicAccount.objects.get(application=application)

    return make


@pytest.fixture
def make_namesake(
    make_application: Callable[..., Application], staff_user: Callable[..., StaffUser]
) -> Callable[[PublicAccount], PublicAccount]:
    """Registers an account of somebody else under the name of another: a person approves it."""

    def make(account: PublicAccount) -> PublicAccount:
        application = make_application(account_name=account.name)
        assert application.status == ApplicationStatus.IN_REVIEW, application.status
        moderator = staff_user("moderator")
        lease = work.claim_item(work_item=application.work_item, actor=moderator)
        return review.approve_application(
            application=Application.objects.get(pk=application.pk),
            fence=lease.fence,
            expected_version=application.version,
            actor=moderator,
            provision=Provision.PUBLIC_ACCOUNT_8_1,
            reason="测试数据",
        )

    return make
