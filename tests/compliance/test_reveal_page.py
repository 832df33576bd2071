"""Identity data is shown in the clear on one page alone, after that is on record."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from compliance.errors import MissingReason
from compliance.identity import vault
from compliance.models import ActionLog, IdentityValue, Reveal, StaffUser

MOBILE = "13955550000"  # made up


@pytest.fixture
def value(db: None) -> IdentityValue:
    key, _plain = vault.new_key()
    return vault.store(key, "mobile", MOBILE)


@pytest.mark.django_db
class TestRevealPage:
    def test_the_value_stands_on_the_answer_to_the_reason_alone(
        self, value: IdentityValue, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        moderator = staff_user("moderator")
        client.force_login(moderator)
        url = reverse("admin:reveal_identity", args=[value.pk])

        before = client.get(url)
        shown = client.post(url, {"action": "reveal", "reason": "核对申请材料"})
        after = client.get(url)

        assert MOBILE not in before.text
        assert MOBILE in shown.text
        assert moderator.person.name in shown.text
        assert "no-store" in shown["Cache-Control"]
        assert MOBILE not in after.text
        assert Reveal.objects.get().reason == "核对申请材料"

    def test_without_a_reason_nothing_is_shown_and_the_refusal_is_logged(
        self, value: IdentityValue, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        client.force_login(staff_user("moderator"))

        response = client.post(
            reverse("admin:reveal_identity", args=[value.pk]), {"action": "reveal", "reason": " "}
        )

        assert response.status_code == 409
        assert MOBILE not in response.text
        assert not Reveal.objects.exists()
        assert ActionLog.objects.refused().get().action == "compliance.identityvalue.reveal"

    def test_the_record_is_in_one_language_whatever_the_screen_is_in(
        self, value: IdentityValue, staff_user: Callable[..., StaffUser], client: Client
    ) -> None:
        client.force_login(staff_user("moderator"))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

        response = client.post(
            reverse("admin:reveal_identity", args=[value.pk]), {"action": "reveal", "reason": " "}
        )

        with translation.override("en"):
            english = str(MissingReason.message)
        assert english in response.text
        with translation.override("zh-hans"):
            assert ActionLog.objects.refused().get().reason == str(MissingReason.message) != english

    @pytest.mark.parametrize(
        ("reason", "said"), [("核对\x00", "不可见字符"), ("核" * 30_000, "最多 20000 个字符")]
    )
    def test_text_that_no_page_sends_is_refused_with_the_cause_and_is_no_fault(
        self,
        reason: str,
        said: str,
        value: IdentityValue,
        staff_user: Callable[..., StaffUser],
        client: Client,
    ) -> None:
        client.force_login(staff_user("moderator"))

        response = client.post(
            reverse("admin:reveal_identity", args=[value.pk]),
            {"action": "reveal", "reason": reason},
        )

        assert response.status_code == 409
        assert said in response.text
        assert not Reveal.objects.exists()

    @pytest.mark.parametrize("role", ["supervisor", "auditor", "system_administrator"])
    def test_other_roles_do_not_get_there(
        self,
        role: str,
        value: IdentityValue,
        staff_user: Callable[..., StaffUser],
        client: Client,
    ) -> None:
        client.force_login(staff_user(role))
        url = reverse("admin:reveal_identity", args=[value.pk])

        assert client.get(url).status_code == 403
        assert client.post(url, {"action": "reveal", "reason": "想看"}).status_code == 403
        assert not Reveal.objects.exists()
