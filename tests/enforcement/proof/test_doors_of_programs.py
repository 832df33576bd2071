"""Acts that nobody may do, by programs and commands: where a door leads to one, and that none other does."""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from compliance.api.resources import registered_resources
from compliance.models import ActionLog, ActionOutcome, StaffUser
from compliance.scopes import scopes
from compliance.staff import system_actor
from enforcement.services import cases, decisions, lapses, measures, reversals
from enforcement.services.appeals import hearing, ruling, taking_up
from enforcement.services.blacklist import reviewing
from enforcement.services.bulk import drafting
from enforcement.services.bulk.proposing import approve_bulk
from enforcement.services.catalogue import changes
from enforcement.services.complaint_appeals import hearing as complainants
from enforcement.services.complaint_appeals.ruling import decide_complaint_appeal
from enforcement.services.consistency.freezing import resolve_pseudonym
from enforcement.services.consistency.looking import give_second_look, review_second_look
from enforcement.services.emergencies.afterwards import decide_later_hearing
from enforcement.services.lifting import proposing
from enforcement.services.rumours import concluding, reopening, steps
from enforcement.services.watchlist import watching
from tests.compliance.api_fixtures import Caller
from tests.enforcement.conftest import suspension
from tests.enforcement.proof.fingerprint import changed, every_table, looking
from tests.enforcement.proof.forbidden import FORBIDDEN
from tests.enforcement.proof.reach import doors_to
from tests.enforcement.proof.test_doors_of_pages import tables_of_facts
from tests.enforcement.proof.use_cases.laying import taken
from tests.enforcement.proof.world import World

pytestmark = pytest.mark.django_db

DEMO = frozenset({"load_demo"})


@dataclass(frozen=True)
class Doors:
    """Through which doors one comes to a service; nothing means that there is none of the kind."""

    pages: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    # The demo goes through the services, into an empty database alone.
    commands: frozenset[str] = DEMO
    # What the worker does by itself; nobody is at the screen.
    tasks: frozenset[str] = frozenset()
    # The pages for everybody.
    public: frozenset[str] = frozenset()


def pages(*names: str, **more: frozenset[str]) -> Doors:
    return Doors(pages=frozenset(f"admin:{each}" for each in names), **more)


APPEALS = pages("hear_appeal", "hear_second_appeal")
COMPLAINT_APPEALS = pages("hear_complaint_appeal", "hear_platform_complaint_appeal")

# Another way to a service is another name here, and an attempt at it among those of the act.
DOORS: dict[Callable[..., object], Doors] = {
    decisions.approve_decision: pages("approve_decision", "approve_as_officer"),
    decisions.return_decision: pages("approve_decision", "approve_as_officer"),
    decisions.propose_decision: pages("work_on_case"),
    decisions.withdraw_decision: pages("decision"),
    cases.open_case: pages(
        "open_case",
        "look_at_finding",
        "work_on_rumour",
        "review_complaint",
        "review_urgent_complaint",
        "review_rights_complaint",
        "review_platform_complaint",
        tasks=frozenset({"enforcement.carry_out_bulk"}),
    ),
    cases.close_case: pages("work_on_case"),
    measures.lift_measure: pages("measure", tasks=frozenset({"enforcement.sweep_infringements"})),
    proposing.propose_lift: pages("measure", programs=frozenset({"api:measure_lifts"})),
    proposing.approve_lift: pages("measure"),
    reversals.reverse_decision: pages(
        "conclude_second_look",
        "decide_later_hearing",
        "hear_appeal",
        "hear_second_appeal",
        "review_rumour_decision",
    ),
    reviewing.approve_removal: pages("blacklist_entry"),
    changes.approve_catalogue: pages("catalogue", "catalogue_version"),
    watching.propose_watch: pages("add_watch_entry"),
    approve_bulk: pages("bulk_decision"),
    drafting.draft_bulk: pages("draft_bulk"),
    decide_later_hearing: pages("decide_later_hearing"),
    give_second_look: pages("give_second_look"),
    review_second_look: pages("conclude_second_look"),
    resolve_pseudonym: pages("consistency_figure", commands=frozenset()),
    concluding.conclude_with_decision: pages("work_on_rumour"),
    concluding.close_rumour: pages("work_on_rumour"),
    steps.answer_step: pages("work_on_rumour"),
    taking_up.accept_appeal: APPEALS,
    hearing.ask_appellant: APPEALS,
    hearing.record_mediation: APPEALS,
    ruling.decide_appeal: APPEALS,
    complainants.ask_in_complaint_appeal: COMPLAINT_APPEALS,
    decide_complaint_appeal: COMPLAINT_APPEALS,
    reopening.reverse_for_rumour: pages("review_rumour_decision"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_there_is_no_other_door_to_it_than_those_that_are_named(name: str) -> None:
    """Whoever adds a page, a resource, a command or a task that leads there names it, and tries it."""
    service = FORBIDDEN[name].service
    found: dict[str, set[str]] = {}
    for kind, door in doors_to(service):
        found.setdefault(kind, set()).add(door)
    named = DOORS[service]

    assert found.get("page", set()) == named.pages
    assert found.get("program", set()) == named.programs
    assert found.get("command", set()) == named.commands
    assert found.get("task", set()) == named.tasks
    assert found.get("public", set()) == named.public


def test_the_doors_are_found_at_all() -> None:
    """What is looked for everywhere and found nowhere would prove nothing."""
    assert {kind for service in DOORS for kind, _door in doors_to(service)} == {
        "page",
        "program",
        "command",
        "task",
    }
    assert ("command", "lapse_measures") in doors_to(lapses.lapse_measures)


def test_no_scope_holds_what_approves_or_decides() -> None:
    held = {permission for scope in scopes() for permission in scope.permissions}

    assert "enforcement.propose_lift" in held
    for word in ("approve", "confirm_hold", "reverse", "lift_measure", "close_case", "conclude"):
        assert [each for each in held if each.startswith(f"enforcement.{word}")] == []
    assert not held & {
        "enforcement.propose_decision",
        "enforcement.propose_bulkdecision",
        "enforcement.decide_later_hearing",
        "enforcement.give_secondlook",
        "enforcement.resolve_moderator",
    }


@pytest.fixture
def widest(make_caller: Callable[..., Caller]) -> Caller:
    """A client with every scope that there is."""
    return make_caller(*(each.code for each in scopes()))


def test_a_program_with_every_scope_is_refused_a_closures_lifting_and_that_is_logged(
    widest: Caller, problem_of: Callable[[Any], str]
) -> None:
    tried = FORBIDDEN["proposing to lift a closure"].lay(World())
    address = reverse("api:measure_lifts", args=[tried.named["measure"]])
    with looking(tables_of_facts()) as there:
        before = there.look()

        answer = widest.post(
            address, {"ground": "put_right", "told": "运营者已改正", "reason": "平台反馈已改正"}
        )

        assert answer.status_code == 409
        assert problem_of(answer) == "refused"
        # That the key was used, and how often in this minute.
        assert {*changed(before, there.look())} <= {
            "compliance_apikeyuse",
            "compliance_apiallowance",
        }
    line = ActionLog.objects.latest("pk")
    assert (line.action, line.outcome) == (
        "enforcement.measure.propose_lift",
        ActionOutcome.REFUSED,
    )
    assert line.actor_number == widest.client.actor.person_id
    assert line.reason == json.loads(answer.content)["detail"]


def test_whatever_a_program_with_every_scope_sends_decides_nothing(widest: Caller) -> None:
    decision = taken(World(), *suspension(7))
    of_decisions = [
        each for each in every_table() if each.startswith(("enforcement_", "accounts_"))
    ]
    with looking([*of_decisions, "compliance_proposal", "compliance_approval"]) as there:
        before = there.look()

        for resource in registered_resources():
            route = re.sub("<uuid:[^>]+>", str(uuid.uuid4()), resource.route)
            address = f"/api/v1/{re.sub('<[^>]+>', str(decision.pk), route)}"
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                answer = widest.call(
                    method,
                    address,
                    {"status": "approved", "action": "approve", "decision": decision.pk},
                    Idempotency_Key=f"{method}-{resource.name}",
                )
                assert 400 <= answer.status_code < 500, (method, address)

        assert changed(before, there.look()) == []


def command_refused(*arguments: str) -> str:
    """Call a command that refuses; return its sentence."""
    with pytest.raises(CommandError) as caught:
        call_command(*arguments, stdout=StringIO(), stderr=StringIO())
    assert caught.value.returncode != 0
    return str(caught.value)


def month_after_next() -> str:
    return f"{timezone.localdate().year + 1}-01"


@pytest.mark.parametrize(
    ("arguments", "action"),
    [
        (("lapse_measures", "--as-of", "2999-01-01"), "enforcement.measure.expire"),
        (("draw_second_looks", "--month", "next"), "enforcement.secondlookdraw.draw"),
        (("freeze_consistency", "--month", "next"), "enforcement.consistencyreport.freeze"),
        (("load_demo",), "reports.demo.load"),
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else "",
)
def test_a_command_refuses_in_words_logs_it_and_leaves_nothing(
    arguments: tuple[str, ...], action: str
) -> None:
    taken(World(), *suspension(7))
    given = [month_after_next() if each == "next" else each for each in arguments]
    with looking(tables_of_facts()) as there:
        before = there.look()
        newest = ActionLog.objects.latest("pk").pk

        said = command_refused(*given)

        assert changed(before, there.look()) == []
    (line,) = ActionLog.objects.filter(pk__gt=newest)
    assert (line.action, line.outcome) == (action, ActionOutcome.REFUSED)
    assert line.reason == said
    assert line.actor_number == system_actor().person_id


def test_nobody_logs_in_as_a_program(make_caller: Callable[..., Caller]) -> None:
    for actor in (system_actor(), make_caller().client.actor):
        login = StaffUser.objects.get(pk=actor.pk)
        assert not login.is_active
        assert not login.has_usable_password()
