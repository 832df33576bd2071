"""Another version of the catalogue: drafted, proposed, approved by two, announced, in force later."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from compliance import proposals
from compliance.errors import ActionRefused, InvalidInput, NotPermitted, SamePerson
from compliance.models import ActionLog, Proposal, StaffUser
from enforcement.models import CatalogueDraft, CatalogueVersion, Decision, LadderMeasure, LadderStep
from enforcement.pages.catalogue.rule_forms import ApprovalsForm, FactorsForm
from enforcement.pages.catalogue.violation_form import ViolationForm
from enforcement.services.catalogue import changes, drafts
from enforcement.services.catalogue.contents import (
    TABLES,
    Changes,
    changes_between,
    content_of,
    patched,
)
from enforcement.services.catalogue.effects import effects_of
from tests.enforcement.catalogue_versions import changed, draft, grounds, propose, put_in_force
from tests.enforcement.conftest import REASON, Staff, violation
from tests.enforcement.console import client_of, text_of

pytestmark = pytest.mark.django_db
MONTHS = changed("CatalogueVersion", "", recidivism_months=6)
TEN_DAYS = changed("LadderMeasure", "V06/2/1/suspend_updates", term_days=10)
Make = Callable[..., StaffUser]


def only_the_first() -> bool:
    return [each.label for each in CatalogueVersion.objects.all()] == ["1"]


class TestContents:
    def test_another_version_takes_over_every_row_and_column(
        self, staff: Staff, staff_user: Make
    ) -> None:
        first = content_of(drafts.newest_version())

        second = put_in_force(staff, TEN_DAYS, staff_user("compliance_officer"))

        assert changes_between(first, content_of(second)) == TEN_DAYS
        for table in TABLES:
            rows = table.model._default_manager.filter(**{table.version: second})
            assert rows.count() == len(first[table.code]) > 0

    def test_columns_are_found_by_themselves(self) -> None:
        """A column that somebody adds to a table is copied without a word about it here."""
        for table in TABLES:
            named = {field.name for field in table.fields()}
            kept = {field.name for field in table.model._meta.concrete_fields} - named
            assert kept <= {"id", "version"}

    def test_a_change_is_undone_by_its_opposite(self) -> None:
        first = content_of(drafts.newest_version())
        removed: Changes = {"LadderStep": {"V10/3/1": None}, **TEN_DAYS}
        other = patched(first, removed)

        assert changes_between(first, other) == removed
        assert patched(other, changes_between(other, first)) == first


class TestDrafting:
    @pytest.mark.parametrize(
        "change",
        [
            changed("CatalogueVersion", "", recidivism_months=0),
            changed("ViolationType", "V06.1", default_severity=5),
            changed("LadderMeasure", "V06/2/1/suspend_updates", term_days=181),
            {"LadderMeasure": {"V07.6/1/1/stop_advertising": None}},
            {"LadderStep": {"V06/1/1": None}, "LadderMeasure": {"V06/1/1/warn": None}},
            {"AllowedMeasure": {"V06/suspend_updates": None}},
            changed("AllowedMeasure", "V06/suspend_updates", from_offence=3),
            {"ApprovalRule": {"warn/0": None}},
            changed("ApprovalRule", "close/0", permissions=["enforcement.approve_decision"]),
            {"ApprovalCondition": {"heavier": None}},
            {"MeasureType": {"suspend_updates": None}},
            changed("Factor", "self_removed", title_en=" "),
        ],
    )
    def test_rows_that_cannot_stand_together_are_refused(
        self, staff: Staff, change: Changes
    ) -> None:
        with pytest.raises(InvalidInput):
            draft(staff.officer, change)

        assert not CatalogueDraft.objects.exists()

    def test_only_a_compliance_officer_drafts(self, staff: Staff) -> None:
        with pytest.raises(NotPermitted):
            draft(staff.moderator, MONTHS)

        assert not CatalogueDraft.objects.exists()

    def test_what_was_changed_in_another_window_is_not_overwritten(self, staff: Staff) -> None:
        draft(staff.officer, MONTHS)

        with pytest.raises(ActionRefused):
            draft(staff.officer, TEN_DAYS, version=0)

        assert CatalogueDraft.objects.get().changes == MONTHS

    def test_parts_add_up_and_a_discarded_draft_is_gone(self, staff: Staff) -> None:
        draft(staff.officer, MONTHS)
        draft(staff.officer, TEN_DAYS, version=1)
        assert CatalogueDraft.objects.get().changes == {**MONTHS, **TEN_DAYS}

        drafts.discard_draft(**grounds(staff.officer))

        assert not CatalogueDraft.objects.exists()
        with pytest.raises(ActionRefused):
            drafts.discard_draft(**grounds(staff.officer))


class TestProposing:
    def test_two_others_approve_and_it_is_announced_for_seven_whole_days(
        self, staff: Staff, staff_user: Make
    ) -> None:
        proposal = propose(staff.officer, TEN_DAYS)

        assert changes.approve_catalogue(proposal=proposal, **grounds(staff.supervisor)) is None
        second = staff_user("compliance_officer")
        version = changes.approve_catalogue(proposal=proposal, **grounds(second))

        assert version is not None
        assert version.effective_from >= timezone.now() + timedelta(days=7)
        assert CatalogueVersion.objects.in_force(timezone.now()).label == "1"
        assert ActionLog.objects.filter(action="enforcement.catalogueversion.announce").exists()
        assert not CatalogueDraft.objects.exists()

    def test_the_proposer_and_one_who_approved_before_are_refused(self, staff: Staff) -> None:
        proposal = propose(staff.officer, TEN_DAYS)

        with pytest.raises(SamePerson):
            changes.approve_catalogue(proposal=proposal, **grounds(staff.officer))
        changes.approve_catalogue(proposal=proposal, **grounds(staff.supervisor))
        with pytest.raises((SamePerson, NotPermitted)):
            changes.approve_catalogue(proposal=proposal, **grounds(staff.supervisor))

        assert only_the_first()

    def test_without_a_draft_or_a_change_there_is_nothing_to_propose(self, staff: Staff) -> None:
        today = timezone.localdate()
        with pytest.raises(ActionRefused):
            changes.propose_catalogue(not_before=today, **grounds(staff.officer))
        draft(staff.officer, {})
        with pytest.raises(InvalidInput):
            changes.propose_catalogue(not_before=today, **grounds(staff.officer))

        assert not Proposal.objects.exists()

    @pytest.mark.parametrize("days", [-1, 400])
    def test_a_day_in_the_past_or_too_far_ahead_is_refused(self, staff: Staff, days: int) -> None:
        draft(staff.officer, MONTHS)

        with pytest.raises(InvalidInput):
            changes.propose_catalogue(
                not_before=timezone.localdate() + timedelta(days=days), **grounds(staff.officer)
            )

        assert CatalogueDraft.objects.exists()
        assert not Proposal.objects.exists()

    def test_one_waits_at_a_time(self, staff: Staff, staff_user: Make) -> None:
        propose(staff.officer, MONTHS)

        with pytest.raises(ActionRefused):
            propose(staff_user("compliance_officer"), TEN_DAYS)

        assert Proposal.objects.count() == 1

    def test_a_draft_of_a_replaced_version_is_not_proposed(
        self, staff: Staff, staff_user: Make
    ) -> None:
        second = staff_user("compliance_officer")
        draft(second, MONTHS)
        put_in_force(staff, TEN_DAYS, second)

        with pytest.raises(ActionRefused):
            changes.propose_catalogue(not_before=timezone.localdate(), **grounds(second))

        assert CatalogueDraft.objects.exists()

    def test_a_returned_one_lays_nothing(self, staff: Staff) -> None:
        proposal = propose(staff.officer, MONTHS)

        proposals.return_proposal(proposal=proposal, **grounds(staff.supervisor))

        assert only_the_first()
        assert changes.open_catalogue_change() is None


class TestInForce:
    def test_decisions_keep_the_version_they_were_proposed_under(
        self, decide: Callable[..., Decision], staff: Staff, staff_user: Make
    ) -> None:
        before = decide()
        put_in_force(staff, TEN_DAYS, staff_user("compliance_officer"))

        after = decide(before.account, severity=2, deviation_reason="enough")

        assert before.catalogue is not None
        assert after.catalogue is not None
        assert (before.catalogue.label, after.catalogue.label) == ("1", "2")
        assert after.offence_number == 2
        assert after.ladder_step is not None
        mute = LadderMeasure.objects.get(step=after.ladder_step, measure="suspend_updates")
        assert mute.term_days == 10

    def test_the_preview_says_what_would_have_been_proposed_otherwise(
        self, decide: Callable[..., Decision]
    ) -> None:
        decision = decide(severity=2, deviation_reason="", deviation_note="")
        content = content_of(drafts.newest_version())
        other = patched(
            content,
            {
                "LadderMeasure": {
                    "V06/1/1/warn": None,
                    "V06/1/1/suspend_updates": {
                        "step": "V06/1/1",
                        "measure": "suspend_updates",
                        "term_days": 3,
                        "functions": [],
                    },
                }
            },
        )

        same, otherwise = effects_of(content), effects_of(other)

        assert (same.looked_at, same.otherwise) == (1, [])
        assert [each.decision.pk for each in otherwise.otherwise] == [decision.pk]


class TestPages:
    def test_a_violation_is_changed_looked_at_proposed_and_approved_on_screen(
        self, staff: Staff, staff_user: Make
    ) -> None:
        officer = client_of(staff.officer)
        part = reverse("admin:change_catalogue", args=["V06"])
        form = officer.get(part).context["form"]
        posted = _as_posted(form, step1_suspend_updates=10)

        kept = officer.post(part, {**posted, "version": 0})
        page = officer.get(kept["Location"])
        proposed = officer.post(
            kept["Location"],
            {"action": "propose", "not_before": timezone.localdate(), "reason": REASON},
        )

        assert [each.label for each in page.context["changes"]]
        assert proposed["Location"] == reverse("admin:catalogue")
        proposal = Proposal.objects.get()
        assert json.loads(proposal.content)["changes"] == TEN_DAYS
        for login in (staff.supervisor, staff_user("compliance_officer")):
            answer = client_of(login).post(
                reverse("admin:catalogue"),
                {"action": "approve", "proposal": proposal.pk, "reason": "同意"},
            )
            assert answer.status_code == 302
        shown = text_of(officer.get(reverse("admin:catalogue_versions")))
        assert reverse("admin:catalogue_version", args=["2"]) in shown
        assert officer.get(reverse("admin:catalogue_version", args=["2"])).status_code == 200

    @pytest.mark.parametrize("code", ["V06", "V06.1", "V04", "V09.B", "V10.1"])
    def test_a_form_that_is_sent_back_as_it_came_changes_nothing(
        self, staff: Staff, code: str
    ) -> None:
        content = content_of(drafts.newest_version())
        form = ViolationForm(content, code)

        sent = ViolationForm(content, code, _as_posted(form))

        assert sent.is_valid(), sent.errors
        assert changes_between(content, sent.content()) == {}

    @pytest.mark.parametrize("kind", [ApprovalsForm, FactorsForm])
    def test_so_do_the_forms_of_approvals_and_factors(self, kind: Any) -> None:
        content = content_of(drafts.newest_version())

        sent = kind(content, _as_posted(kind(content)))

        assert sent.is_valid(), sent.errors
        assert changes_between(content, sent.content()) == {}

    def test_a_step_can_be_added_and_taken_away(self) -> None:
        content = content_of(drafts.newest_version())
        form = ViolationForm(content, "V10")

        added = ViolationForm(
            content,
            "V10",
            _as_posted(
                form, step3_offence_number=4, step3_from_severity=1, step3_suspend_updates=30
            ),
        )
        taken = ViolationForm(content, "V10", _as_posted(form, step2_suspend_updates=""))

        assert added.is_valid(), added.errors
        assert set(changes_between(content, added.content())["LadderStep"]) == {"V10/4/1"}
        assert taken.is_valid(), taken.errors
        assert changes_between(content, taken.content())["LadderStep"] == {"V10/3/1": None}

    def test_a_refused_change_is_told_and_logged_and_nothing_is_kept(self, staff: Staff) -> None:
        officer = client_of(staff.officer)
        part = reverse("admin:change_catalogue", args=["approvals"])
        form = officer.get(part).context["form"]

        answer = officer.post(part, {**_as_posted(form, two_close=""), "version": 0})

        assert answer.status_code == 409
        assert not CatalogueDraft.objects.exists()
        assert ActionLog.objects.filter(outcome="refused").count() == 1

    def test_moderators_read_the_catalogue_and_change_nothing(self, staff: Staff) -> None:
        moderator = client_of(staff.moderator)

        assert moderator.get(reverse("admin:catalogue")).status_code == 200
        assert moderator.get(reverse("admin:catalogue_versions")).status_code == 200
        assert moderator.get(reverse("admin:catalogue_draft")).status_code == 403
        assert moderator.get(reverse("admin:change_catalogue", args=["V06"])).status_code == 403


def _as_posted(form: Any, **changes: Any) -> dict[str, Any]:
    """Return what a browser sends of a form, with other values where they are given."""
    sent: dict[str, Any] = {}
    for bound in form:
        value = changes.get(bound.name, bound.value())
        if value is None or value is False or value == "":
            continue
        sent[bound.name] = "on" if value is True else value
    return sent


def test_every_step_of_the_first_version_is_allowed_and_every_violation_has_one() -> None:
    drafts.require_possible(content_of(drafts.newest_version()))

    assert LadderStep.objects.filter(version__label="1").count() > 40
    assert violation("V06.1").version.recidivism_months == 12
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert CatalogueVersion.objects.in_force(timezone.now()).label == "1"
