"""Whoever is to approve sees, on record, exactly what the proposal rests on, and as long as it waits."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import PublicAccount, Transfer
from accounts.services.transfers import review
from compliance.errors import NotPermitted
from compliance.evidence import access, viewing
from compliance.evidence.services import check_file
from compliance.models import EvidenceFile, EvidenceView, StaffUser
from compliance.provisions import Provision
from tests.accounts.transfers import TransferDesk, fresh, grounds

pytestmark = pytest.mark.django_db


def paper_of(transfer: Transfer, system: StaffUser) -> EvidenceFile:
    """Return a paper that shows an identity document, after it was checked."""
    files = [each.file for each in transfer.materials.select_related("file").order_by("pk")]
    file = next(each for each in files if each.is_sensitive)
    check_file(file=file, **grounds(system, "检查收到的文件"))
    return EvidenceFile.objects.get(pk=file.pk)


@pytest.fixture
def proposed(make_account: Callable[..., PublicAccount], transfer_desk: TransferDesk) -> Transfer:
    return transfer_desk.proposed(make_account())


def test_whoever_approves_sees_the_papers_and_is_put_on_record(
    proposed: Transfer, transfer_desk: TransferDesk, client: Client
) -> None:
    file = paper_of(proposed, transfer_desk.system)
    approver = transfer_desk.supervisor
    assert not approver.has_perm(access.REVEAL_IDENTITY)
    client.force_login(approver)
    url = reverse("admin:evidence_copy", args=[file.pk, file.copies.get().number])

    shown = client.post(url)

    assert shown.status_code == 200
    assert shown["X-Veiled"] == "0"
    assert EvidenceView.objects.get(file=file).person == approver.person


def test_nobody_else_and_nothing_else_is_shown(
    proposed: Transfer,
    make_account: Callable[..., PublicAccount],
    transfer_desk: TransferDesk,
    staff_user: Callable[..., StaffUser],
) -> None:
    approver = transfer_desk.supervisor
    file = paper_of(proposed, transfer_desk.system)
    other = paper_of(transfer_desk.applied(make_account()), transfer_desk.system)
    assert access.may_show(file, approver)
    assert not access.may_show(other, approver)
    assert not access.may_show(file, staff_user("auditor"))

    review.return_transfer(transfer=fresh(proposed), **grounds(approver, "请补充"))

    assert not access.may_show(file, approver)
    copy = file.copies.select_related("file").get()
    with pytest.raises(NotPermitted):
        viewing.show_copy(
            copy=copy, actor=approver, provision=Provision.PIPL_51, reason="想再看一次"
        )
    assert not EvidenceView.objects.exists()
