"""Pages say what holds now: of accounts that are limited, closed or nobody's, and of what was undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import GroundKind, RestrictionKind
from accounts.models import Correction, CorrectionDocument, PublicAccount, Subject
from accounts.pages.powers.panels import comments_panel
from accounts.pages.presentation import standing_badge
from accounts.services.corrections import answers
from accounts.services.corrections.answers import AnswerDraft
from accounts.services.restrictions import close_account, impose_restriction
from compliance.evidence.incoming import take_in
from compliance.evidence.services import check_file
from compliance.models import StaffUser
from tests.accounts.corrections import again, grounds, order
from tests.compliance.evidence_files import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(staff_user: Callable[..., StaffUser]) -> StaffUser:
    return staff_user("supervisor")


@pytest.fixture
def account(make_account: Callable[..., PublicAccount]) -> PublicAccount:
    return make_account()


def limit(account: PublicAccount, system: StaffUser, kind: RestrictionKind, *names: str) -> None:
    impose_restriction(
        account=account,
        kind=kind,
        functions=names,
        from_=timezone.now(),
        until=None,
        ground_kind=GroundKind.DECISION,
        ground_ref="CZ00000005",
        **grounds(system),
    )


def close(account: PublicAccount, system: StaffUser) -> None:
    close_account(
        account=account,
        ground_kind=GroundKind.DECISION,
        ground_ref="CZ00000006",
        **grounds(system),
    )


class TestAnAccount:
    def test_the_badge_says_what_holds_now(
        self, account: PublicAccount, system: StaffUser, supervisor: StaffUser, client: Client
    ) -> None:
        def badge() -> tuple[str, str]:
            found = standing_badge(PublicAccount.objects.get(pk=account.pk), timezone.now())
            return str(found.text), found.tone

        seen = [badge()]
        limit(account, system, RestrictionKind.RESTRICT_FUNCTIONS, "monetise")
        seen.append(badge())
        limit(account, system, RestrictionKind.SUSPEND_SERVICE)
        seen.append(badge())
        client.force_login(supervisor)
        page = client.get(reverse("admin:account", args=[account.pk]))
        assert str(page.context["badge"].text) == seen[-1][0]
        close(account, system)
        seen.append(badge())

        assert [tone for _text, tone in seen] == ["good", "warning", "danger", "danger"]
        assert len({text for text, _tone in seen}) == 4

    def test_a_closed_one_offers_nothing_to_enter_and_lists_no_powers(
        self, account: PublicAccount, system: StaffUser, client: Client, reviewer: StaffUser
    ) -> None:
        client.force_login(reviewer)
        url = reverse("admin:account", args=[account.pk])
        offered = {each.url for each in client.get(url).context["links"]}

        close(account, system)

        left = {each.url for each in client.get(url).context["links"]}
        assert left < offered
        assert not any("enter" in each or "open" in each for each in left)
        powers = comments_panel(PublicAccount.objects.get(pk=account.pk), reviewer)
        assert powers is not None
        assert not powers.facts
        assert not powers.rows

    def test_credit_that_nobody_rated_is_said_to_be_none(
        self, account: PublicAccount, reviewer: StaffUser
    ) -> None:
        rated = comments_panel(account, reviewer)
        nobodys = PublicAccount.objects.get(pk=account.pk)
        nobodys.subject = Subject(nature="natural_person")
        nobody = comments_panel(nobodys, reviewer)

        assert rated is not None
        assert nobody is not None
        assert "尚未评定" in str(rated.facts[0].hint)
        assert "A" not in str(nobody.facts[0].hint)

    def test_a_pause_is_offered_apart_from_what_stands_against_closing(
        self, account: PublicAccount, system: StaffUser, client: Client, reviewer: StaffUser
    ) -> None:
        limit(account, system, RestrictionKind.SUSPEND_UPDATES)
        client.force_login(reviewer)

        page = client.get(reverse("admin:enter_stop", args=[account.pk]))

        assert "暂停" in page.text
        assert "目前不能办理的原因" not in page.text


class TestAnAvatarToCorrect:
    def corrected(self, account: PublicAccount, reviewer: StaffUser, system: StaffUser) -> Any:
        correction = order(account, reviewer, "avatar")
        answers.answer_correction(
            correction=correction,
            draft=AnswerDraft(kind="corrected", is_avatar_changed=True),
            files=[take_in("new.jpg", [picture()])],
            source="api",
            **grounds(system, "平台转交的答复"),
        )
        return again(correction)

    def test_old_and_new_stand_beside_each_other(
        self, account: PublicAccount, system: StaffUser, client: Client, reviewer: StaffUser
    ) -> None:
        correction: Correction = self.corrected(account, reviewer, system)
        document = CorrectionDocument.objects.get(answer__correction=correction)
        client.force_login(reviewer)
        assert correction.work_item is not None
        url = reverse("admin:review_correction", args=[correction.work_item.pk])
        (waiting,) = client.get(url).context["pictures"]
        assert not waiting.right_url
        assert waiting.hint

        check_file(file=document.file, **grounds(system, "检查收到的文件"))

        page = client.get(url)
        (pair,) = page.context["pictures"]
        assert pair.right_url == reverse("admin:evidence_copy", args=[document.file_id, 1])
        assert pair.right_url in page.text
        assert client.get(pair.right_url)["X-Veiled"] == "0"
