"""Identity data is encrypted, bound to its place, found by keyed digest, revealed on record."""

from collections.abc import Callable

import pytest
from django.conf import settings

from compliance.errors import ActionRefused, IdentityErased, MissingReason, NotPermitted
from compliance.identity import cipher, vault
from compliance.identity.masks import mask
from compliance.models import ActionLog, BlindIndex, IdentityValue, Reveal, StaffUser
from compliance.provisions import Provision

P = Provision.PIPL_51
MOBILE = "13955550000"  # made up


def stored(value: str = MOBILE) -> IdentityValue:
    key, _plain = vault.new_key()
    return vault.store(key, "mobile", value, purposes=["mobile"])


@pytest.mark.django_db
class TestStore:
    def test_a_value_comes_back_and_is_not_in_its_row(self) -> None:
        value = stored()

        assert vault.read(value) == MOBILE
        assert MOBILE.encode() not in bytes(value.ciphertext)
        assert value.masked == "139****0000"
        assert str(value) == value.masked

    def test_a_ciphertext_moved_to_another_field_or_key_does_not_open(self) -> None:
        value, other = stored(), stored("13955551111")

        with pytest.raises(cipher.CipherError):
            vault.read(IdentityValue(key=value.key, field="contact", ciphertext=value.ciphertext))
        with pytest.raises(cipher.CipherError):
            vault.read(IdentityValue(key=other.key, field="mobile", ciphertext=value.ciphertext))

    def test_a_value_is_found_by_its_purpose_alone(self) -> None:
        value = stored()

        assert list(vault.find("mobile", MOBILE)) == [value]
        assert list(vault.find("contact", MOBILE)) == []
        assert list(vault.find("mobile", "13955550001")) == []

    def test_the_national_cipher_profile_works(self, settings: settings) -> None:
        settings.IDENTITY_ALGORITHM = cipher.SM4_GCM

        value = stored()

        assert value.key.algorithm == cipher.SM4_GCM
        assert vault.read(value) == MOBILE


@pytest.mark.django_db
class TestReveal:
    def test_a_reveal_is_on_record_before_it_is_shown(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        value, moderator = stored(), staff_user("moderator")

        shown = vault.reveal(value=value, actor=moderator, provision=P, reason="核对手机号")

        assert shown == MOBILE
        assert Reveal.objects.get(value=value).person == moderator.person
        row = ActionLog.objects.get(action="compliance.identityvalue.reveal")
        assert (row.reason, row.actor_number) == ("核对手机号", moderator.person_id)
        assert MOBILE not in row.payload

    @pytest.mark.parametrize("role", ["auditor", "supervisor", "system_administrator"])
    def test_refuses_other_roles_and_leaves_nothing(
        self, role: str, staff_user: Callable[..., StaffUser]
    ) -> None:
        value, other = stored(), staff_user(role)

        with pytest.raises(NotPermitted):
            vault.reveal(value=value, actor=other, provision=P, reason="想看看")

        assert not Reveal.objects.exists()

    def test_refuses_a_blank_reason_and_leaves_nothing(
        self, staff_user: Callable[..., StaffUser]
    ) -> None:
        value, moderator = stored(), staff_user("moderator")

        with pytest.raises(MissingReason):
            vault.reveal(value=value, actor=moderator, provision=P, reason=" ")

        assert not Reveal.objects.exists()

    def test_refuses_what_goes_past_the_daily_quota(
        self, staff_user: Callable[..., StaffUser], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(vault, "REVEALS_A_DAY", 2)
        value, moderator = stored(), staff_user("moderator")
        for _ in range(2):
            vault.reveal(value=value, actor=moderator, provision=P, reason="核对")

        with pytest.raises(ActionRefused):
            vault.reveal(value=value, actor=moderator, provision=P, reason="核对")

        assert Reveal.objects.count() == 2


@pytest.mark.django_db
class TestErase:
    def test_after_erasure_nothing_opens_and_nothing_is_found(self, system: StaffUser) -> None:
        value = stored()

        vault.erase(key=value.key, actor=system, provision=P, reason="保存期限届满")

        value = IdentityValue.objects.get(pk=value.pk)
        with pytest.raises(IdentityErased):
            vault.read(value)
        assert not BlindIndex.objects.filter(value=value).exists()
        assert list(vault.find("mobile", MOBILE)) == []

    def test_a_second_erasure_is_refused(self, system: StaffUser) -> None:
        value = stored()
        vault.erase(key=value.key, actor=system, provision=P, reason="保存期限届满")

        with pytest.raises(IdentityErased):
            vault.erase(key=value.key, actor=system, provision=P, reason="再来一次")


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "欧阳测试", "欧**"),
        ("id_number", "11010519491231002X", "***002X"),
        ("mobile", "13800138000", "138****8000"),
        ("contact", "someone@example.com", "s***@example.com"),
        ("contact", "13800138000", "***8000"),
        ("address", "浙江省杭州市某路1号", "***"),
        ("qualification_number", "1234", "***"),
        ("name", "", ""),
    ],
)
def test_masks_show_no_more_than_they_should(field: str, value: str, shown: str) -> None:
    assert mask(field, value) == shown
