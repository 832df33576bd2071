"""The pages of the outbox and of the texts: who sees what, and what the buttons do."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from compliance.models import (
    ActionLog,
    ActionOutcome,
    AttemptResult,
    Delivery,
    DeliveryState,
    Notice,
    NoticeTemplate,
    PlatformCommand,
    StaffUser,
)
from compliance.notices import commands, dispatch, jobs
from compliance.notices.outbox import Outcome
from compliance.notices.recipients import Reference
from enforcement.models import Decision
from tests.enforcement.conftest import (  # noqa: F401
    Staff,
    decide,
    make_account,
    open_case,
    staff,
)
from tests.notices.conftest import (
    AT_ONCE,
    BODY,
    GROUNDS,
    PURPOSE,
    ScriptedAdapter,
    delivery_of,
)

pytestmark = pytest.mark.django_db
LIST = "admin:compliance_delivery_changelist"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read the screens in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def seen_by(client: Client) -> Callable[[StaffUser], Client]:
    """Logs somebody in."""

    def log_in(user: StaffUser) -> Client:
        client.force_login(user)
        client.cookies["django_language"] = "en"
        return client

    return log_in


def page_of(notice: Notice) -> str:
    return reverse("admin:delivery", args=[delivery_of(notice).pk])


def dead(write: Callable[..., Notice], adapter: ScriptedAdapter) -> Notice:
    notice = write(purpose=AT_ONCE)
    adapter.script = [Outcome(AttemptResult.REFUSED, 404)]
    dispatch.drain_outbox()
    return notice


class TestDelivery:
    def test_whoever_prepared_a_notice_sees_it_and_cancels_it_on_its_page(
        self,
        write: Callable[..., Notice],
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
    ) -> None:
        moderator, stranger = staff_user("moderator"), staff_user("moderator")
        notice = write(prepared_by=moderator.person)

        assert seen_by(stranger).get(page_of(notice)).status_code == 404
        browser = seen_by(moderator)
        page = browser.get(page_of(notice))
        assert [each.code for each in page.context["actions"]] == ["cancel"]
        assert notice.text.splitlines()[0] in page.content.decode()
        answer = browser.post(page_of(notice), {"action": "cancel", "reason": "写早了"})

        assert answer.status_code == 302
        assert delivery_of(notice).cancelled_at is not None
        page = browser.get(page_of(notice))
        assert [each.code for each in page.context["actions"]] == ["write_again"]
        browser.post(page_of(notice), {"action": "write_again", "reason": "现在写"})
        assert Notice.objects.filter(edition=2, language="zh-hans").exists()
        assert browser.get(page_of(notice)).context["actions"] == []

    def test_a_cancellation_that_comes_too_late_is_refused_and_logged(
        self,
        write: Callable[..., Notice],
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
        adapter: ScriptedAdapter,
    ) -> None:
        supervisor = staff_user("supervisor")
        notice = write(purpose=AT_ONCE)
        dispatch.drain_outbox()

        answer = seen_by(supervisor).post(page_of(notice), {"action": "cancel", "reason": "x"})

        assert answer.status_code == 409
        assert delivery_of(notice).delivered_at is not None
        refused = ActionLog.objects.get(action="compliance.delivery.cancel")
        assert refused.outcome == ActionOutcome.REFUSED

    @pytest.mark.parametrize(
        ("act", "state"),
        [("resend", DeliveryState.WAITING), ("give_up", DeliveryState.GIVEN_UP)],
    )
    def test_the_compliance_officer_decides_about_the_undeliverable(
        self,
        write: Callable[..., Notice],
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
        adapter: ScriptedAdapter,
        act: str,
        state: DeliveryState,
    ) -> None:
        notice = dead(write, adapter)
        assert seen_by(staff_user("auditor")).get(page_of(notice)).context["actions"] == []
        browser = seen_by(staff_user("compliance_officer"))
        page = browser.get(page_of(notice))
        assert [each.code for each in page.context["actions"]] == ["resend", "give_up"]
        assert "404" in page.content.decode()

        browser.post(page_of(notice), {"action": act, "reason": "查明原因"})

        expected = {state, DeliveryState.RETRYING} if act == "resend" else {state}
        assert delivery_of(notice).state(timezone.now()) in expected

    def test_what_the_page_does_not_offer_is_refused(
        self,
        write: Callable[..., Notice],
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
    ) -> None:
        notice = write()
        browser = seen_by(staff_user("auditor"))

        for act in ("cancel", "resend", "give_up", "write_again", "repeat", "nonsense", ""):
            answer = browser.post(page_of(notice), {"action": act, "reason": "x"})
            assert answer.status_code == 409

        assert delivery_of(notice).state(timezone.now()) == DeliveryState.HELD
        assert Notice.objects.filter(edition=2).count() == 0

    def test_a_failed_command_is_ordered_again_on_its_page(
        self,
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
    ) -> None:
        command = commands.order_command(
            kind="tests.command",
            subject=Reference("account", "uid1"),
            payload={"a": 1},
            actor=system,
            **GROUNDS,
        )
        commands.confirm_command(
            reference=command.reference, is_carried_out=False, actor=system, **GROUNDS
        )
        url = reverse("admin:delivery", args=[command.delivery.pk])

        seen_by(staff_user("compliance_officer")).post(url, {"action": "repeat", "reason": "再试"})

        assert PlatformCommand.objects.get(repeats=command).status == "ordered"


class TestList:
    def test_each_state_can_be_listed_and_everybody_sees_what_is_theirs(
        self,
        write: Callable[..., Notice],
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
        adapter: ScriptedAdapter,
    ) -> None:
        moderator = staff_user("moderator")
        dead(write, adapter)
        write("uid2", prepared_by=moderator.person)
        write("uid3", purpose=AT_ONCE)

        def listed(user: StaffUser, **query: str) -> set[str]:
            page = seen_by(user).get(reverse(LIST), query)
            assert page.status_code == 200
            return {each.subject_id for each in page.context["cl"].result_list}

        officer = staff_user("compliance_officer")
        assert listed(officer) == {"uid1", "uid2", "uid3"}
        assert listed(officer, state="dead") == {"uid1"}
        assert listed(officer, state="held") == {"uid2"}
        assert listed(officer, state="waiting") == {"uid3"}
        assert listed(officer, q="uid2") == {"uid2"}
        assert listed(moderator) == {"uid2"}
        for state in DeliveryState.values:
            listed(officer, state=state)
        admin = staff_user("system_administrator")
        assert seen_by(admin).get(reverse(LIST)).status_code == 403

    def test_a_decision_shows_what_was_told_and_how_far_it_has_come(
        self,
        decide: Callable[..., Decision],  # noqa: F811
        staff: Staff,  # noqa: F811
        seen_by: Callable[[StaffUser], Client],
    ) -> None:
        decision = decide()

        page = seen_by(staff.moderator).get(reverse("admin:decision", args=[decision.pk]))

        rows = page.context["told"]
        assert [row.language for row in rows] == ["zh-hans", "en"]
        (delivery,) = rows[0].deliveries
        assert str(delivery.badge.text) == "Held back"
        assert seen_by(staff.moderator).get(delivery.url).status_code == 200
        assert rows[1].deliveries == []


class TestDesk:
    def test_what_needs_somebody_is_on_the_desk(
        self,
        write: Callable[..., Notice],
        system: StaffUser,
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
        adapter: ScriptedAdapter,
    ) -> None:
        notice = dead(write, adapter)
        commands.order_command(
            kind="tests.command",
            subject=Reference("account", "uid9"),
            payload={"a": 1},
            actor=system,
            **GROUNDS,
        )
        jobs.note_pulse()
        supervisor = staff_user("supervisor")

        with time_machine.travel(timezone.now() + timedelta(hours=2)):
            desk = seen_by(supervisor).get(reverse("admin:index")).content.decode()

        assert page_of(notice) in desk
        assert "uid9" in desk
        assert (
            "somebody has to see to: 1 undeliverable, 1 command that the platform has not" in desk
        )
        assert "no answer from the platform" in desk
        assert "The worker is silent since" in desk
        assert Delivery.objects.dead().count() == 1

    def test_the_moderators_desk_says_nothing_of_it(
        self,
        write: Callable[..., Notice],
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
        adapter: ScriptedAdapter,
    ) -> None:
        dead(write, adapter)

        desk = seen_by(staff_user("moderator")).get(reverse("admin:index")).content.decode()

        assert "Notices and commands" not in desk


class TestTexts:
    URL = "admin:notice_text"

    def form(self, act: str, **changes: str) -> dict[str, str]:
        texts = {
            f"{part}_{language}": text
            for language in ("zh-hans", "en")
            for part, text in (("subject", "T {{number}}"), ("body", "NEW\n" + BODY))
        }
        return {"action": act, "reason": "更清楚", **texts, **changes}

    def test_a_new_text_is_looked_at_with_real_data_proposed_and_approved(
        self,
        weather: None,
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
    ) -> None:
        url = reverse(self.URL, args=[PURPOSE, "operator"])
        officer = staff_user("compliance_officer")
        browser = seen_by(officer)
        assert browser.get(reverse("admin:notice_texts")).status_code == 200

        shown = browser.post(url, self.form("preview"))
        rows = {row.language: row for row in shown.context["rows"]}
        assert rows["en"].proposed.text.startswith("NEW")
        assert "天气有变" in rows["en"].present.text
        assert not NoticeTemplate.objects.filter(number=2).exists()
        assert browser.post(url, self.form("propose")).status_code == 302
        waiting = browser.get(url)
        assert [each.code for each in waiting.context["actions"]] == ["withdraw"]
        for approver in (staff_user("supervisor"), staff_user("compliance_officer")):
            browser = seen_by(approver)
            assert url in browser.get(reverse("admin:index")).content.decode()
            page = browser.get(url)
            assert [each.code for each in page.context["actions"]] == ["approve", "return"]
            hidden = page.context["actions"][0].hidden
            browser.post(url, {"action": "approve", "reason": "同意", **hidden})

        assert NoticeTemplate.objects.filter(purpose=PURPOSE, number=2).count() == 2

    def test_a_text_that_lacks_something_is_shown_with_what_is_wrong_and_kept_as_typed(
        self,
        weather: None,
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
    ) -> None:
        url = reverse(self.URL, args=[PURPOSE, "operator"])
        browser = seen_by(staff_user("compliance_officer"))
        typed = self.form("preview", body_en="without anything")

        shown = browser.post(url, typed)
        assert "lacks the placeholder" in shown.content.decode()
        refused = browser.post(url, {**typed, "action": "propose"})

        assert refused.status_code == 409
        assert "without anything" in refused.content.decode()
        assert not NoticeTemplate.objects.filter(number=2).exists()

    def test_an_approval_of_another_version_than_the_one_read_is_refused(
        self,
        weather: None,
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
    ) -> None:
        url = reverse(self.URL, args=[PURPOSE, "operator"])
        seen_by(staff_user("compliance_officer")).post(url, self.form("propose"))

        answer = seen_by(staff_user("supervisor")).post(
            url, {"action": "approve", "reason": "同意", "proposal": "999999"}
        )

        assert answer.status_code == 409
        assert not ActionLog.objects.filter(action="compliance.proposal.approve").exists()

    def test_unknown_texts_are_not_found(
        self,
        weather: None,
        staff_user: Callable[..., StaffUser],
        seen_by: Callable[[StaffUser], Client],
    ) -> None:
        browser = seen_by(staff_user("compliance_officer"))

        for purpose, audience in (("nothing", "operator"), (PURPOSE, "complainant")):
            assert browser.get(reverse(self.URL, args=[purpose, audience])).status_code == 404
