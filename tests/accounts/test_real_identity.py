"""Nobody gets an account whose identity was not verified, and the provider may be asked again."""

import pytest
from django.urls import reverse

from accounts.models import Application, PublicAccount, RealNameVerification
from accounts.services import real_identity, review
from accounts.services.verification import VerificationUnavailable
from accounts.verification import sandbox
from compliance import work
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, StaleLease
from compliance.models import ActionLog, IdentityValue, Participation
from compliance.provisions import Provision

DOUBTED = sorted(sandbox.UNVERIFIED_MOBILES)[0]
UNREACHABLE = sorted(sandbox.UNREACHABLE_MOBILES)[0]
GOOD = "13800138000"


@pytest.fixture
def moderator(staff_user):
    return staff_user("moderator")


@pytest.fixture
def held(make_application, moderator):
    """The application of whom one method alone confirmed, held by a moderator."""
    application = make_application(mobile=DOUBTED)
    application = Application.objects.get(pk=application.pk)
    assert application.status == "in_review"
    lease = work.claim_item(work_item=application.work_item, actor=moderator)
    return {
        "application": application,
        "fence": lease.fence,
        "expected_version": application.version,
        "actor": moderator,
        "provision": Provision.PUBLIC_ACCOUNT_8_1,
        "reason": "材料显示另一号码",
    }


def state():
    """Return everything a refused act must leave as it was."""
    return (
        list(Application.objects.order_by("pk").values()),
        Application.history.count(),
        PublicAccount.objects.count(),
        IdentityValue.objects.count(),
        Participation.objects.count(),
        RealNameVerification.objects.count(),
        ActionLog.objects.count(),
    )


def refused(kind, act):
    before = state()
    with pytest.raises(kind) as refusal:
        act()
    assert state() == before
    return str(refusal.value)


def test_refuses_to_approve_and_says_what_to_do(held):
    said = refused(ActionRefused, lambda: review.approve_application(**held))

    assert "1" in said
    assert "2" in said


def test_verified_again_by_the_number_that_the_material_shows_it_can_be_approved(held):
    assert real_identity.verify_again(**held, mobile="138 0013 8000")

    application = Application.objects.get(pk=held["application"].pk)
    assert application.mobile.masked.startswith("138")
    assert application.verifications.count() == 4
    entry = ActionLog.objects.for_object(application).latest("id")
    assert entry.action == "accounts.application.verify_again"
    assert GOOD not in entry.payload
    on = {**held, "application": application, "expected_version": application.version}
    assert review.approve_application(**on).application == application


def test_keeps_an_answer_that_still_does_not_suffice(held):
    assert not real_identity.verify_again(**held)

    assert held["application"].verifications.count() == 4
    on = {**held, "expected_version": Application.objects.get().version}
    assert refused(ActionRefused, lambda: review.approve_application(**on))


def test_a_provider_that_gives_no_answer_leaves_nothing(held):
    refused(VerificationUnavailable, lambda: real_identity.verify_again(**held, mobile=UNREACHABLE))


def test_refuses_what_cannot_be_asked(held, staff_user, make_application):
    refused(InvalidInput, lambda: real_identity.verify_again(**held, mobile="12345"))
    refused(StaleLease, lambda: real_identity.verify_again(**{**held, "fence": 99}))
    auditor = staff_user("auditor")
    refused(NotPermitted, lambda: real_identity.verify_again(**{**held, "actor": auditor}))
    verified = make_application(category="education")
    refused(ActionRefused, lambda: real_identity.verify_again(**{**held, "application": verified}))


class TestTheDoor:
    def url(self, held):
        return reverse("admin:review_application", args=[held["application"].work_item_id])

    def post(self, client, held, act, **more):
        version = Application.objects.get(pk=held["application"].pk).version
        return client.post(
            self.url(held),
            {"action": act, "fence": held["fence"], "version": version, "reason": "核对", **more},
            follow=True,
        )

    def test_offers_to_verify_again_in_place_of_the_approval(self, client, moderator, held):
        client.force_login(moderator)
        offered = [each.code for each in client.get(self.url(held)).context["actions"]]
        assert offered[0] == "verify_again"
        assert "approve" not in offered

        self.post(client, held, "verify_again", mobile=GOOD)

        offered = [each.code for each in client.get(self.url(held)).context["actions"]]
        assert offered[0] == "approve"

    def test_refuses_a_posted_approval_with_the_sentence(self, client, moderator, held):
        client.force_login(moderator)

        page = self.post(client, held, "approve")

        assert page.status_code == 409
        assert not PublicAccount.objects.exists()
        entry = ActionLog.objects.for_object(held["application"]).latest("id")
        assert entry.outcome == "refused"
