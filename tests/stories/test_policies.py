"""The policies of registration, profiles, names and exits are changed by two persons, on pages."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ExitPolicy, RegistrationPolicy
from accounts.services.exit_policies import exit_policy_in_force
from accounts.services.policies import policy_in_force
from compliance.models import ActionLog, ActionOutcome, Proposal

pytestmark = pytest.mark.django_db

POLICIES = ["registration", "profiles", "claims", "exits"]


@pytest.fixture
def officer(staff_user):
    return staff_user("compliance_officer")


@pytest.fixture
def supervisor(staff_user):
    return staff_user("supervisor")


def form_of(client, code):
    """What the form of a policy would send unchanged."""
    form = client.get(reverse("admin:change_formula", args=[code])).context["form"]
    sent = {name: value for name, value in form.initial.items() if value is not False}
    return {**sent, "reason": "按年度评估结果调整"}


def propose(client, code, **change):
    sent = {**form_of(client, code), **change, "action": "propose"}
    return client.post(reverse("admin:change_formula", args=[code]), sent)


def approve(client):
    act = {"action": "approve", "proposal": Proposal.objects.latest("pk").pk, "reason": "同意"}
    return client.post(reverse("admin:formulas"), act)


class TestPolicies:
    def test_a_cap_is_proposed_with_what_it_changes_and_approved_by_somebody_else(
        self, client, officer, supervisor, make_account
    ):
        make_account()
        client.force_login(officer)
        url = reverse("admin:change_formula", args=["registration"])
        sent = {**form_of(client, "registration"), "cap_natural_person": 3}
        looked = client.post(url, {**sent, "action": "preview"})
        assert [(each.before, each.after) for each in looked.context["changes"]] == [("1", "3")]
        reached = looked.context["effects"][1]
        assert (reached.before, reached.after) == ("1", "0")
        assert not Proposal.objects.exists()

        assert client.post(url, {**sent, "action": "propose"}).status_code == 302
        before = RegistrationPolicy.objects.count()
        assert approve(client).status_code == 409
        assert RegistrationPolicy.objects.count() == before
        assert ActionLog.objects.latest("id").outcome == ActionOutcome.REFUSED

        client.force_login(supervisor)
        assert approve(client).status_code == 302
        policy = policy_in_force(timezone.now())
        assert policy.limits.subject_caps["natural_person"] == 3
        assert policy.row.proposal.proposer == officer.person
        assert policy.profile_limits.automatic
        history = client.get(reverse("admin:formula", args=["registration"])).context["versions"]
        assert [each["is_in_force"] for each in history] == [True, *[False] * before]
        assert [each.label for each in history[0]["changes"]] == [
            each.label for each in looked.context["changes"]
        ]
        profiles = client.get(reverse("admin:formula", args=["profiles"])).context["versions"]
        assert profiles[0]["changes"] == []

    def test_a_version_may_wait_for_its_day(self, client, officer, supervisor):
        client.force_login(officer)
        day = timezone.localdate() + timedelta(days=30)
        assert (
            propose(client, "exits", monetisation_off_months=6, not_before=day).status_code == 302
        )
        client.force_login(supervisor)
        approve(client)

        assert exit_policy_in_force(timezone.now()).limits.monetisation_off_months == 3
        then = exit_policy_in_force(timezone.now() + timedelta(days=31))
        assert then.limits.monetisation_off_months == 6

    @pytest.mark.parametrize("code", POLICIES)
    def test_the_form_of_each_gives_back_what_it_shows(self, client, officer, code):
        client.force_login(officer)

        assert propose(client, code).status_code == 409
        assert not Proposal.objects.exists()

    def test_a_claim_is_added_changed_and_taken_off(self, client, officer, supervisor):
        client.force_login(officer)
        number = len(policy_in_force(timezone.now()).limits.name_claims)
        propose(
            client,
            "claims",
            **{
                f"claim_{number}": "official",
                f"words_{number}": "总店、直营店",
                f"natures_{number}": ["enterprise"],
                "words_0": "人民政府",
                "words_1": "",
                "endings_1": "",
                "bio_1": "",
            },
        )
        client.force_login(supervisor)
        approve(client)

        claims = policy_in_force(timezone.now()).limits.name_claims
        assert len(claims) == number
        assert claims[0].words == ("人民政府",)
        assert claims[-1].words == ("总店", "直营店")

    def test_two_changes_of_one_policy_do_not_wait_at_a_time(self, client, officer):
        client.force_login(officer)
        assert propose(client, "registration", signal_subjects=4).status_code == 302

        assert propose(client, "profiles", are_divisions_reviewed="").status_code == 409
        assert propose(client, "exits", monetisation_off_months=1).status_code == 302
        assert Proposal.objects.count() == 2

    @pytest.mark.parametrize(
        ("code", "wrong", "status"),
        [
            ("registration", {"cap_media": 0}, 422),
            ("registration", {"methods_required": 1}, 422),
            ("registration", {"types_health": []}, 422),
            ("registration", {"heads_media": "112"}, 409),
            ("registration", {"heads_media": "91", "barred_media": "91"}, 409),
            ("registration", {"unlawful_terms": "代开发票、·"}, 409),
            ("registration", {"allowance_second_person_from": 900}, 409),
            ("registration", {"not_before": "2020-01-01"}, 409),
            ("profiles", {"renames_media": 400}, 422),
            ("claims", {"claim_11": "", "words_11": "总店"}, 422),
            ("claims", {"claim_11": "official", "words_11": "总店"}, 409),
            ("exits", {"natures": []}, 422),
            ("exits", {"stop_medium_followers": 10}, 409),
        ],
    )
    def test_what_cannot_be_is_refused_and_leaves_nothing(
        self, client, officer, code, wrong, status
    ):
        client.force_login(officer)

        assert propose(client, code, **wrong).status_code == status
        assert not Proposal.objects.exists()

    @pytest.mark.parametrize("role", ["moderator", "supervisor", "auditor"])
    def test_nobody_else_proposes(self, staff_user, role):
        client = Client()
        client.force_login(staff_user(role))
        for code in POLICIES:
            assert client.get(reverse("admin:change_formula", args=[code])).status_code == 403
            assert client.get(reverse("admin:formula", args=[code])).status_code == 200


@pytest.mark.parametrize("model", [RegistrationPolicy, ExitPolicy])
def test_no_door_lays_a_version_that_nobody_approved(model, client, officer):
    client.force_login(officer)
    propose(client, "registration", signal_subjects=4)
    present = model.objects.latest("effective_from")
    version = {
        "label": "x",
        "content": present.content,
        "provision": present.provision,
        "effective_from": timezone.now(),
    }
    name = model._meta.model_name

    with (
        pytest.raises(IntegrityError, match=f"{name}_changed_only_if_approved"),
        transaction.atomic(),
    ):
        model.objects.create(**version)
    with pytest.raises(IntegrityError, match=f"{name}_approval_is_real"), transaction.atomic():
        model.objects.create(**version, proposal=Proposal.objects.get(), approved_result="approved")
    assert not model.objects.filter(label="x").exists()
