"""The same answer twice at one moment, and two who decide one thing: one is taken, once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import (
    Application,
    CorrectionAnswer,
    GuardianConsent,
    GuardianDocument,
    ProfileChange,
    PublicAccount,
    Qualification,
    Transfer,
)
from accounts.services.profiles import review as profiles
from accounts.services.qualifications import review as qualifications
from accounts.services.transfers import review as transfers
from accounts.transfer_words import TransferStatus
from compliance import work
from compliance.errors import ActionRefused
from compliance.models import (
    ActionLog,
    Approval,
    EvidenceFile,
    Notice,
    PlatformCommand,
    ResponseInvitation,
    ResponseReceipt,
    StaffUser,
    WorkItem,
)
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from tests.accounts import test_guardians as guardian
from tests.accounts.corrections import order
from tests.accounts.qualifications import Desk
from tests.accounts.test_guardians import minor, moderator
from tests.accounts.transfers import TransferDesk, fresh
from tests.accounts.transfers import grounds as transfer_grounds
from tests.processes import said_at_once
from tests.stories.test_public_response.conftest import Mailbox, mailbox, photo

__all__ = ["mailbox", "minor", "moderator"]
pytestmark = pytest.mark.django_db(transaction=True)


def sent(url: str, words: dict[str, Any], files: tuple[str, ...] = ()) -> int:
    """Send an answer as a visitor; return what the page answered with."""
    given = {**words, **{each: [photo()] for each in files}, "complete": "1"}
    return int(Client(raise_request_exception=False).post(url, given).status_code)


def twice(send: Callable[[], int]) -> None:
    """Send one answer twice at one moment: it is taken once, and said so to the other."""
    assert sorted(said_at_once(send, send)) == ["302", "409"]


def url_of(about: Any, kind: str) -> str:
    invitation = ResponseInvitation.objects.about(about).get(kind=f"accounts.{kind}")
    return reverse("public:response", args=[code_of(invitation)])


def done(about: Any, act: str) -> int:
    """Return how often something was done, as the log has it."""
    return ActionLog.objects.for_object(about).filter(action__endswith=f".{act}").count()


def test_an_answer_that_is_sent_twice_at_once_is_taken_once(
    make_account: Callable[..., PublicAccount],
    transfer_desk: TransferDesk,
    moderator: StaffUser,
    minor: Application,
    mailbox: Mailbox,
) -> None:
    # One database for all kinds: a test that commits gets one of its own.
    correction = order(make_account(), moderator)
    url = url_of(correction, "correction_answer")
    said = {"answer": "corrected", "name": "河畔闲谈录", "words": "已经改名"}

    twice(partial(sent, url, said, ("files",)))

    files = CorrectionAnswer.objects.get().documents.count()
    assert files == EvidenceFile.objects.filter(owner_kind="accounts.correction").count() > 0
    assert WorkItem.objects.filter(queue="corrections").count() == 1
    assert done(correction, "answer") == 1

    transfer = transfer_desk.approved(make_account())
    url = url_of(transfer, "transfer_by_transferor")

    twice(partial(sent, url, {"answer": "confirm"}))

    assert fresh(transfer).status == TransferStatus.APPROVED
    assert [each.party for each in fresh(transfer).confirmations.all()] == ["transferor"]

    url = guardian.asked(minor, moderator)

    twice(lambda: guardian.answer(Client(raise_request_exception=False), url).status_code)

    consent = GuardianConsent.objects.get()
    assert GuardianDocument.objects.filter(consent=consent).count() == 1
    assert EvidenceFile.objects.filter(owner_kind="accounts.guardian_consent").count() == 1
    assert ResponseInvitation.objects.about(consent).count() == 1
    assert Notice.objects.about(consent).count() == 1
    assert ResponseReceipt.objects.count() == 3


def decided(act: Callable[[], object]) -> str:
    """Decide, and say nothing, or why not."""
    try:
        act()
    except ActionRefused as refusal:
        return str(refusal)
    return ""


def taken_over(item: WorkItem | None, supervisor: StaffUser) -> int:
    """Take an item over from whoever holds it; return the fence to decide with."""
    assert item is not None
    return work.take_over_item(
        work_item=item,
        actor=supervisor,
        provision=Provision.PUBLIC_ACCOUNT_6_1,
        reason="同事在休假",
    ).fence


def told_who_and_when(said: list[str], *names: str) -> bool:
    """Whether exactly one was refused, with the other's name and the time; the winner comes first."""
    (refusal,) = [each for each in said if each]
    return any(name in refusal for name in names) and ":" in refusal


def test_of_two_who_decide_at_once_one_does_and_the_other_reads_who_and_when(
    make_account: Callable[..., PublicAccount],
    expert_account: Callable[..., PublicAccount],
    qualification_desk: Callable[..., Desk],
    changed: Callable[..., ProfileChange],
    held: Callable[[ProfileChange], dict[str, Any]],
    reviewer: StaffUser,
    staff_user: Callable[..., StaffUser],
    transfer_desk: TransferDesk,
) -> None:
    lead = staff_user("moderator", "supervisor")
    names = reviewer.person.name, lead.person.name

    # A qualification: its reviewer verifies it while a supervisor takes it over and refuses it.
    desk = qualification_desk(expert_account()).look()
    qualification = desk.qualification
    before = Notice.objects.count()

    def refuse_instead() -> None:
        fence = taken_over(qualification.work_item, lead)
        desk.do(qualifications.refuse_qualification, fence=fence, actor=lead, told="材料不符")

    said = said_at_once(
        partial(decided, lambda: desk.do(qualifications.verify_qualification, told="材料齐全")),
        partial(decided, refuse_instead),
    )

    assert told_who_and_when(said, *names), said
    qualification = Qualification.objects.get(pk=qualification.pk)
    assert qualification.status == ("verified" if said[1] else "refused")
    assert qualification.work_item is not None
    assert qualification.work_item.closed_at is not None
    assert done(qualification, "verify") + done(qualification, "refuse") == 1
    assert Notice.objects.count() == before + 1

    # A change of a profile: the same reviewer at two windows.
    change = changed(make_account(), name="北京夜读")
    grounds = held(change)
    before = PlatformCommand.objects.count()

    said = said_at_once(
        partial(decided, lambda: profiles.approve_profile_change(**grounds, told="可以")),
        partial(decided, lambda: profiles.refuse_profile_change(**grounds, told="不可以")),
    )

    assert told_who_and_when(said, reviewer.person.name), said
    change = ProfileChange.objects.get(pk=change.pk)
    assert change.status == ("approved" if said[1] else "refused")
    assert done(change, "approve") + done(change, "refuse") == 1
    account = PublicAccount.objects.get(pk=change.account_id)
    assert (account.name == "北京夜读") == (change.status == "approved")
    assert PlatformCommand.objects.count() == before + int(change.status == "approved")

    # A transfer: two supervisors, one of whom returns it.
    transfer = transfer_desk.proposed(make_account())
    on = {"expected_version": transfer.version, **transfer_grounds(lead, "已经复核")}
    del on["actor"]
    other = transfer_desk.supervisor

    said = said_at_once(
        partial(
            decided,
            lambda: transfers.approve_transfer(transfer=fresh(transfer), actor=lead, **on),
        ),
        partial(
            decided,
            lambda: transfers.return_transfer(transfer=fresh(transfer), actor=other, **on),
        ),
    )

    assert told_who_and_when(said, lead.person.name, other.person.name), said
    transfer = Transfer.objects.get(pk=transfer.pk)
    assert transfer.status == ("approved" if said[1] else "in_review")
    assert Approval.objects.filter(proposal=transfer.proposal).count() == 1
    asked = ResponseInvitation.objects.open().about(transfer).filter(kind__endswith="transferor")
    assert asked.count() == int(transfer.status == "approved")
