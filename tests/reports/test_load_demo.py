"""The demo: every state of every flow, through the services, into an empty database only."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from accounts.enums import ApplicationStatus, CheckCode, ListedNameKind
from accounts.models import Application, ApplicationCheck, ListedName, PublicAccount, Subject
from accounts.rules.identity_numbers import number_problem
from accounts.transfer_words import StopStatus, TransferStatus
from compliance import roles
from compliance.identity import vault
from compliance.models import (
    ActionLog,
    ClockEvent,
    ClockExtension,
    Delivery,
    DeliveryState,
    EscalationTakeover,
    Lease,
    Proposal,
    RetentionErasure,
    StaffUser,
    TimeLimit,
    WorkItem,
)
from compliance.workflow import StatusModel
from enforcement.complaint_words import ComplaintStatus
from enforcement.enums import CaseSource, ContentKind, MeasureCode
from enforcement.models import Case, Decision, Measure, OrderedMeasure
from reports.demo.staff import LOGINS
from reports.models import Filing
from reports.services.verification import verify_filing
from tests.demo_database import LoadedDemo

pytestmark = pytest.mark.django_db(transaction=True)

# An application or a complaint passes through them within one transaction and rests in them never.
PASSING = {
    ApplicationStatus.SUBMITTED,
    TransferStatus.APPLIED,
    StopStatus.APPLIED,
    ComplaintStatus.ACCEPTED,
}


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


def row_counts() -> dict[str, int]:
    # The log has that it was refused.
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"compliance", "accounts", "enforcement", "reports"}
        and model is not ActionLog
    }


def status_models() -> Iterator[type[StatusModel]]:
    for model in apps.get_models():
        if issubclass(model, StatusModel) and not hasattr(model, "history_object"):
            yield model


# One load serves many questions, those of the tests of every page too: it takes most of a minute,
# and a test that commits gets a database of its own. What depends on the time is asked as of then.
@pytest.mark.long
def test_the_demo_holds_every_state_of_every_flow_and_nothing_of_anybody(
    loaded_demo: LoadedDemo, tmp_path: Path
) -> None:
    missing = {
        (model.__name__, value)
        for model in status_models()
        for value in {str(state) for state in model.workflow.states()} - {str(p) for p in PASSING}
        if not model._default_manager.filter(status=value).exists()
    }
    assert missing == set()
    found = set(ApplicationCheck.objects.values_list("code", flat=True))
    assert found == set(CheckCode.values)
    assert set(Case.objects.values_list("source", flat=True)) == set(CaseSource.values)
    assert set(OrderedMeasure.objects.values_list("measure", flat=True)) == set(MeasureCode.values)
    assert set(Decision.objects.values_list("content_kind", flat=True)) == set(ContentKind.values)
    assert set(ListedName.objects.values_list("kind", flat=True)) == set(ListedNameKind.values)

    states = {each.state(loaded_demo.at) for each in Delivery.objects.all()}
    assert {DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.WAITING} <= states
    assert EscalationTakeover.objects.exists()
    assert ClockEvent.objects.filter(kind="extend").count() == 2
    assert ClockExtension.objects.filter(proposal__outcome__isnull=True).count() == 1
    assert TimeLimit.objects.filter(announced_at__isnull=False).count() == 1
    policies_and_looks_at_minors_wait_and_were_decided()
    is_dated_as_told(loaded_demo.at)
    queue_is_worth_a_look(loaded_demo.at)
    logins_work(loaded_demo.said)
    identities_are_made_up_and_hidden(loaded_demo.said)
    filings_hold_together()
    second_load_changes_nothing()
    a_termination_is_filed_without_end(tmp_path)


def policies_and_looks_at_minors_wait_and_were_decided() -> None:
    for code in ("registration", "exits"):
        changes = [
            each
            for each in Proposal.objects.filter(kind="formula").select_related("outcome")
            if json.loads(each.content)["code"] == code
        ]
        ends = [getattr(each, "outcome", None) for each in changes]
        assert sorted(each.result if each else "" for each in ends) == ["", "approved"]
    asked = Proposal.objects.filter(kind="minor_reveal")
    assert asked.filter(outcome__result="approved", reveals__isnull=False).exists()
    assert asked.filter(outcome__result="approved", reveals__isnull=True).exists()
    waiting = asked.filter(outcome__isnull=True)
    assert waiting.filter(requested_reveals__isnull=False).exists()
    assert waiting.filter(requested_pictures__isnull=False).exists()
    assert RetentionErasure.objects.exists()


def a_termination_is_filed_without_end(folder: Path) -> None:
    terminations = Measure.objects.filter(measure=MeasureCode.TERMINATE)
    ended = terminations.select_related("decision").earliest("pk")
    day = timezone.localdate(ended.in_force_from)
    until = day + timedelta(days=1)
    call_command(
        "prepare_filing",
        "R07",
        f"--from={day}",
        f"--until={until}",
        "--format=csv",
        f"--out={folder}",
    )
    (written,) = folder.glob("R07*.csv")
    rows = list(csv.reader(written.read_text(encoding="utf-8-sig").splitlines()))
    (row,) = [each for each in rows if each[0] == ended.decision.number]
    assert "S4" in row
    assert "长期" in row


def is_dated_as_told(now: datetime) -> None:
    taken = Decision.objects.filter(in_force_from__isnull=False)
    months = {(d.year, d.month) for d in taken.datetimes("in_force_from", "month")}
    assert len(months) >= 10
    assert not taken.filter(in_force_from__gt=now).exists()
    assert not taken.filter(proposed_at__gt=now).exists()
    for decision in taken.select_related("case"):
        assert decision.case.opened_at <= decision.proposed_at <= decision.in_force_from
    assert not Measure.objects.lapsed(now).exists()
    # What the database stamps is not dated back.
    assert ActionLog.objects.earliest("id").at > now - timedelta(minutes=10)


def queue_is_worth_a_look(now: datetime) -> None:
    waiting = WorkItem.objects.open().filter(queue="applications")
    assert waiting.count() >= 20
    assert WorkItem.objects.overdue(now).filter(queue="applications").count() >= 3
    assert Lease.objects.filter(work_item__in=waiting, until__gt=now).count() == 2
    assert {item.queue for item in WorkItem.objects.open()} == {
        "applications",
        "cases",
        "corrections",
        "findings",
        "profile_changes",
        "patrol",
        "qualifications",
        "agency_contracts",
        "transfers",
        "account_allowances",
        "repudiations",
        "guardian_withdrawals",
        "approvals",
        "approvals_officer",
        "appeals",
        "emergency_holds",
        "rumours",
        "complaints",
        "complaints_urgent",
        "complaints_rights",
        "complaints_platform",
        "complaint_appeals",
        "platform_complaint_appeals",
        "infringements",
        "rumour_reviews",
        "later_hearings",
        "blacklist_matches",
        "blacklist_reviews",
        "second_looks",
        "second_look_reviews",
    }
    by_checks = Application.objects.filter(status="approved", is_automated=True)
    by_people = Application.objects.filter(status="approved", is_automated=False)
    assert by_checks.exists()
    assert by_people.exclude(decided_by__is_system=True).exists()


def logins_work(text: str) -> None:
    by_role: dict[str, int] = dict.fromkeys(roles.LABELS, 0)
    for login in LOGINS:
        assert login.username in text
        assert login.password in text
        user = authenticate(username=login.username, password=login.password)
        assert isinstance(user, StaffUser)
        held = user.role_assignments.values_list("role__name", flat=True)
        assert list(held) == [login.role]
        by_role[login.role] += 1
    assert set(by_role.values()) == {2}
    assert len({login.password for login in LOGINS}) == len(LOGINS)


def identities_are_made_up_and_hidden(text: str) -> None:
    for subject in Subject.objects.select_related("id_number__key", "name__key"):
        if subject.id_number is None:
            continue
        number = vault.read(subject.id_number)
        assert number_problem(subject.id_type, number, None) is None
        assert number[:6] == "990101" or number[2:8] == "990101"
        assert number not in text
        if subject.name is not None:
            assert vault.read(subject.name) not in text
    assert not PublicAccount.objects.exclude(platform_uid__startswith="demo-").exists()


def filings_hold_together() -> None:
    assert [verify_filing(each) for each in Filing.objects.frozen()] == (
        [[]] * Filing.objects.frozen().count()
    )
    assert Filing.objects.filter(status="reviewed", release_proposal__isnull=False).exists()


def second_load_changes_nothing() -> None:
    before = row_counts()

    again = json.loads(load("--if-empty", "--json"))
    with pytest.raises(CommandError):
        load()

    assert again["loaded"] is False
    assert {each["username"] for each in again["logins"]} == {login.username for login in LOGINS}
    assert row_counts() == before


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> str:
    """Begins a load that is interrupted once the staff are there; what it said."""

    def interrupt(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.demo.loading.list_names", interrupt)
    said = StringIO()
    with pytest.raises(KeyboardInterrupt):
        call_command("load_demo", stdout=StringIO(), stderr=said)
    return said.getvalue().strip()


@pytest.mark.parametrize(("marker", "said"), [("/run/own", "HEYAN_HOME"), ("", "DATABASE_URL")])
def test_an_interrupted_load_says_the_way_out_each_time_and_once_only(
    interrupted: str, monkeypatch: pytest.MonkeyPatch, marker: str, said: str
) -> None:
    monkeypatch.setenv("HEYAN_EMBEDDED_SERVER", marker)
    kept, complaint = StringIO(), StringIO()

    with pytest.raises(CommandError) as refusal:
        load()
    call_command("load_demo", "--if-empty", stdout=kept, stderr=complaint)

    assert "HEYAN_HOME" in interrupted
    assert refusal.value.returncode == 1
    assert str(refusal.value) == complaint.getvalue().strip()
    assert said in str(refusal.value)
    assert LOGINS[0].password in kept.getvalue()


def test_the_logins_of_the_demo_are_printed_also_where_other_data_were_added(
    interrupted: str, staff_user: Callable[..., StaffUser]
) -> None:
    staff_user("moderator")

    kept = json.loads(load("--if-empty", "--json"))

    assert {each["username"] for each in kept["logins"]} == {each.username for each in LOGINS}


def test_a_colleague_who_happens_to_have_a_demo_login_name_gets_no_demo_password(
    staff_user: Callable[..., StaffUser],
) -> None:
    staff_user("moderator", username=LOGINS[0].username)

    assert LOGINS[0].password not in load("--if-empty")


def test_a_database_with_an_application_is_left_as_it_is(
    make_application: Callable[..., Application],
) -> None:
    make_application()
    before = row_counts()

    with pytest.raises(CommandError):
        load()
    kept = json.loads(load("--if-empty", "--json"))

    assert kept == {"loaded": False, "logins": []}
    assert row_counts() == before


def test_a_database_in_which_somebody_works_is_left_as_it_is(
    staff_user: Callable[..., StaffUser],
) -> None:
    staff_user("moderator")
    before = row_counts()

    with pytest.raises(CommandError):
        load()

    assert row_counts() == before


@pytest.mark.parametrize(
    "settings", [{"IS_PRODUCTION": True}, {"IDENTITY_PROVIDER": "http"}], ids=["live", "provider"]
)
def test_public_passwords_do_not_come_where_they_could_do_harm(settings: dict[str, Any]) -> None:
    before = row_counts()

    with override_settings(**settings), pytest.raises(CommandError):
        load()

    assert row_counts() == before
