"""An unlawful profile is set back at once, told with its reasons, answered, and exactly undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.enums import FindingKind
from accounts.models import Finding, ProfileChange, PublicAccount, Restriction
from accounts.profile_words import ProfileChangeStatus
from accounts.services.corrections.ordering import clauses_to_cite
from accounts.services.findings import FindingDraft, record_finding
from accounts.services.profiles import resetting
from accounts.services.profiles.resetting import ResetDraft
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, TransitionRefused
from compliance.models import (
    ActionLog,
    ActionOutcome,
    Delivery,
    Notice,
    PlatformCommand,
    ResponseInvitation,
    StaffUser,
)
from compliance.models.outbox import OPEN_DELIVERY
from compliance.responses.codes import code_of
from tests.accounts.profiles import drawn_here, grounds, made_up_picture

pytestmark = pytest.mark.django_db
FACTS = "账号名称和简介含有违法不良信息，依法应当立即处置"
S = ProfileChangeStatus


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account(account_name="河畔夜读", bio="每晚读一页")


@pytest.fixture
def moderator(client: Client, reviewer: StaffUser) -> Client:
    client.force_login(reviewer)
    return client


def state() -> tuple[Any, ...]:
    return (
        list(PublicAccount.objects.order_by("pk").values()),
        list(ProfileChange.objects.order_by("pk").values()),
        list(Finding.objects.order_by("pk").values("status")),
        list(ResponseInvitation.objects.order_by("pk").values("status")),
        PlatformCommand.objects.count(),
        Notice.objects.count(),
        ActionLog.objects.exclude(outcome=ActionOutcome.REFUSED).count(),
    )


def draft(*parts: str, **changes: Any) -> ResetDraft:
    given: dict[str, Any] = {
        "parts": parts or ("name", "bio"),
        "facts": FACTS,
        "clause": clauses_to_cite().get(number="3.1"),
        **changes,
    }
    return ResetDraft(**given)


def reset(account: PublicAccount, actor: StaffUser, *parts: str, **changes: Any) -> ProfileChange:
    return resetting.reset_profile(
        account=PublicAccount.objects.get(pk=account.pk),
        draft=draft(*parts, **changes),
        **grounds(actor),
    )


def test_on_the_screen_from_a_finding_to_another_name_of_the_operator(
    moderator: Client, account: PublicAccount, reviewer: StaffUser, system: StaffUser
) -> None:
    finding = record_finding(
        FindingDraft(
            account=account,
            kind=FindingKind.PATROL_FAILED,
            facts=FACTS,
            ground_ref="patrol_check:1/profile",
        ),
        **grounds(system),
    )
    fence = work.claim_item(work_item=finding.work_item, actor=reviewer).fence
    went = moderator.post(
        reverse("admin:look_at_finding", args=[finding.work_item_id]),
        {
            "action": "reset_profile",
            "fence": fence,
            "version": finding.version,
            "reason": "立即处置",
        },
    )
    form = moderator.get(went["Location"])
    assert FACTS in form.text
    assert f"账号{account.platform_uid}" in form.text
    sent = {
        "parts": ["name", "bio"],
        "facts": FACTS,
        "clause": clauses_to_cite().get(number="3.1").pk,
        "reason": "含有违法不良信息",
        "fence": fence,
    }
    before = state()
    assert moderator.post(went["Location"], {**sent, "facts": "违法"}).status_code == 409
    assert moderator.post(went["Location"], {**sent, "parts": []}).status_code == 422
    assert state() == before

    done = moderator.post(went["Location"], sent)

    change = ProfileChange.objects.get()
    assert done["Location"] == reverse("admin:profile_change", args=[change.pk])
    account.refresh_from_db()
    finding.refresh_from_db()
    assert (account.name, account.bio) == (f"账号{account.platform_uid}", "")
    assert (change.status, change.parts) == (S.RESET, ["name", "bio"])
    assert finding.taken_up_as == f"profile_change:{change.reference}"
    # Nothing else happens to the account.
    assert not Restriction.objects.filter(account=account).exists()
    notice = Notice.objects.get(purpose="accounts.profile_reset")
    clause = clauses_to_cite().get(number="3.1")
    for words in (FACTS, clause.text, "申诉", account.name):
        assert words in notice.text
    assert FACTS in moderator.get(done["Location"]).text

    # The operator asks for another name by the link, checked as every name is.
    invitation = ResponseInvitation.objects.open().get(kind="accounts.profile_change")
    page = reverse("public:response", args=[code_of(invitation)])
    assert Client().post(page, {"name": "河畔清谈"}).status_code in (200, 302)
    account.refresh_from_db()
    assert account.name == "河畔清谈"


def test_undone_exactly_what_stands_is_shown_again(
    moderator: Client, account: PublicAccount, reviewer: StaffUser, changed: Callable[..., Any]
) -> None:
    changed(account, drawn=drawn_here(made_up_picture(5)))
    before = PublicAccount.objects.filter(pk=account.pk).values("name", "bio", "avatar").get()
    assert before["avatar"] is not None
    change = reset(account, reviewer, "name", "avatar", "bio")
    command = PlatformCommand.objects.filter(kind="account.profile").latest("pk")
    assert '"is_avatar_removed":true' in command.payload
    page = reverse("admin:profile_change", args=[change.pk])
    sent = {"action": "undo", "version": change.version, "reason": "误判，内容并不违法"}

    assert moderator.post(page, sent).status_code == 302

    change.refresh_from_db()
    now = PublicAccount.objects.filter(pk=account.pk).values("name", "bio", "avatar").get()
    assert now == before
    assert change.status == S.UNDONE
    command = PlatformCommand.objects.filter(kind="account.profile").latest("pk")
    assert '"is_avatar_removed":false' in command.payload
    assert "误判" in Notice.objects.get(purpose="accounts.profile_reset_undone").text
    assert not ResponseInvitation.objects.open().exists()
    kept = state()
    assert moderator.post(page, sent).status_code == 409
    assert state() == kept


def test_who_was_not_told_yet_hears_only_how_it_stands_and_the_page_says_what_is_shown(
    moderator: Client, account: PublicAccount, reviewer: StaffUser
) -> None:
    change = reset(account, reviewer, "name")
    page = moderator.get(reverse("admin:profile_change", args=[change.pk]))
    assert (page.context["left_label"], page.context["right_label"]) == ("重置前", "重置后")

    resetting.undo_reset(change=change, told="误判", **grounds(reviewer))

    about = {"notice__about_type": change._meta.label_lower, "notice__about_id": str(change.pk)}
    unsent = Delivery.objects.filter(OPEN_DELIVERY, **about)
    assert {each.notice.purpose for each in unsent} == {"accounts.profile_reset_undone"}
    page = moderator.get(reverse("admin:profile_change", args=[change.pk]))
    shown = {str(each.label): each.value for each in page.context["facts"]}
    assert account.name in shown.values()
    assert "现展示：账号名称" in shown


def test_what_the_operator_changed_since_stays(
    account: PublicAccount, reviewer: StaffUser, changed: Callable[..., Any]
) -> None:
    change = reset(account, reviewer)
    changed(account, name="河畔清谈")

    shown = resetting.undo_reset(
        change=ProfileChange.objects.get(pk=change.pk), told="误判", **grounds(reviewer)
    )

    account.refresh_from_db()
    assert (account.name, account.bio) == ("河畔清谈", "每晚读一页")
    assert [each.value for each in shown] == ["bio"]


def test_a_picture_that_was_never_sent_here_is_removed_on_the_platform(
    account: PublicAccount, reviewer: StaffUser, changed: Callable[..., Any]
) -> None:
    reset(account, reviewer, "avatar")
    changed(account, bio="每晚读两页")

    command = PlatformCommand.objects.filter(kind="account.profile").latest("pk")
    # What is shown otherwise changes nothing of it, a new picture does.
    assert '"is_avatar_removed":true' in command.payload
    changed(account, drawn=drawn_here(made_up_picture(6)))
    command = PlatformCommand.objects.filter(kind="account.profile").latest("pk")
    assert '"is_avatar_removed":false' in command.payload


class TestRefusals:
    @pytest.mark.parametrize(
        "changes",
        [
            {"parts": ()},
            {"parts": ("category",)},
            {"facts": "违法"},
            {"facts": FACTS + "\u200b"},
        ],
    )
    def test_what_is_missing_or_cannot_be_leaves_nothing(
        self, account: PublicAccount, reviewer: StaffUser, changes: dict[str, Any]
    ) -> None:
        before = state()
        with pytest.raises(InvalidInput), transaction.atomic():
            resetting.reset_profile(
                account=account,
                draft=ResetDraft(**{**vars(draft()), **changes}),
                **grounds(reviewer),
            )
        assert state() == before

    def test_who_may_not_and_what_is_neutral_already(
        self, account: PublicAccount, reviewer: StaffUser, staff_user: Callable[..., StaffUser]
    ) -> None:
        before = state()
        with pytest.raises(NotPermitted), transaction.atomic():
            reset(account, staff_user("auditor"))
        assert state() == before
        change = reset(account, reviewer)
        before = state()
        with pytest.raises(ActionRefused), transaction.atomic():
            reset(account, reviewer)
        with pytest.raises(NotPermitted), transaction.atomic():
            resetting.undo_reset(
                change=change, told="误判", **grounds(staff_user("complaint_handler"))
            )
        assert state() == before

    def test_an_ordinary_change_is_not_undone(
        self, account: PublicAccount, reviewer: StaffUser, changed: Callable[..., Any]
    ) -> None:
        change = changed(account, name="河畔清谈")
        before = state()
        with pytest.raises(TransitionRefused), transaction.atomic():
            resetting.undo_reset(change=change, told="误判", **grounds(reviewer))
        assert state() == before

    def test_the_database_wants_its_ground(
        self, account: PublicAccount, reviewer: StaffUser, changed: Callable[..., Any]
    ) -> None:
        change = changed(account, name="河畔清谈")
        with (
            pytest.raises(IntegrityError, match="profilechange_reset_has_ground"),
            transaction.atomic(),
        ):
            ProfileChange.objects.filter(pk=change.pk).update(
                status=S.RESET, version=change.version + 1
            )
