"""Acts that nobody may do, sent to the pages of the console: refused in words, logged, nothing left."""

import html

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import resolve, reverse

from compliance.models import ActionLog, ActionOutcome
from enforcement.models import Decision
from tests.enforcement.console import client_of, text_of
from tests.enforcement.proof.fingerprint import changed, every_table, looking
from tests.enforcement.proof.forbidden import FORBIDDEN
from tests.enforcement.proof.reach import doors_to
from tests.enforcement.proof.use_cases import taken
from tests.enforcement.proof.world import World
from tests.enforcement.second_looks import draw, look_at

pytestmark = pytest.mark.django_db

# Why nothing can be sent to a page; everything else is tried at a page that leads to the service.
NO_PAGE = {
    "approving as a program": "A program has no login.",
    "undoing what one decided": "No page undoes a decision by itself; those that end in it are tried.",
    "undoing as officer": "No page undoes a decision by itself; those that end in it are tried.",
}
# What leads to a page and is tried before it.
TAKING = "admin:claim_item"


def tables_of_facts() -> list[str]:
    """Return every table but the log, which keeps that it was refused, and sessions."""
    return [
        each
        for each in every_table()
        if not each.startswith("compliance_actionlog") and each != "django_session"
    ]


def refused_in(client: Client, address: str, posted: dict[str, object], person: int) -> ActionLog:
    """Send something that is refused; return the one line that the log has of it."""
    newest = ActionLog.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    answer = client.post(address, posted)
    (line,) = ActionLog.objects.filter(pk__gt=newest)
    assert answer.status_code in (403, 409, 422), (address, answer.status_code)
    assert (line.outcome, line.actor_number) == (ActionOutcome.REFUSED, person)
    assert line.reason
    if answer.status_code == 409:
        assert line.reason in text_of(answer)
    return line


@pytest.mark.parametrize("name", [each for each in FORBIDDEN if each not in NO_PAGE])
def test_a_page_refuses_it_in_words_logs_it_and_leaves_nothing(name: str) -> None:
    tried = FORBIDDEN[name].lay(World())
    assert tried.sent, name
    client = client_of(tried.who)
    with looking(tables_of_facts()) as there:
        before = there.look()

        for sent in tried.sent:
            refused_in(client, sent.address, dict(sent.posted), tried.who.person_id)

        assert changed(before, there.look()) == []
        tried_at = {f"admin:{resolve(each.address).url_name}" for each in tried.sent} - {TAKING}
    pages = {page for kind, page in doors_to(FORBIDDEN[name].service) if kind == "page"}
    assert tried_at & pages or name == "approving before the operator was heard", pages


def test_without_the_token_of_the_page_nothing_is_sent_in_somebodys_name() -> None:
    tried = FORBIDDEN["lifting as moderator"].lay(World())
    client = Client(enforce_csrf_checks=True)
    client.force_login(tried.who)

    for sent in tried.sent:
        assert client.post(sent.address, sent.posted).status_code == 403


def test_no_form_and_no_list_of_the_admin_takes_what_is_sent_to_it() -> None:
    world = World()
    taken(world)
    mine = world.supervisor
    client = client_of(mine)
    number = Decision.objects.get().pk
    models = [model for model in admin.site._registry if model._meta.app_label == "enforcement"]
    assert models
    with looking(tables_of_facts()) as there:
        before = there.look()

        for model in models:
            place = f"admin:enforcement_{model._meta.model_name}"
            for address in (
                reverse(f"{place}_add"),
                reverse(f"{place}_change", args=[number]),
                reverse(f"{place}_delete", args=[number]),
            ):
                line = refused_in(client, address, {"status": "in_force"}, mine.person_id)
                assert line.changes["page"].startswith(place), address
        chosen = {"action": "delete_selected", "_selected_action": [number], "index": "0"}
        for model in models:
            if mine.has_perm(f"enforcement.view_{model._meta.model_name}"):
                address = reverse(f"admin:enforcement_{model._meta.model_name}_changelist")
                newest = ActionLog.objects.latest("pk").pk
                answer = client.post(address, chosen, follow=True)
                line = ActionLog.objects.filter(pk__gt=newest).earliest("pk")
                assert line.outcome == ActionOutcome.REFUSED, address
                assert line.reason in html.unescape(answer.content.decode()), address

        # That the watch list was opened is on record, whatever for.
        assert {*changed(before, there.look())} <= {"enforcement_watchlook"}


def test_a_blind_second_look_shows_nothing_of_the_first_decision() -> None:
    world = World()
    decision = taken(world)
    draw(world.system)
    look = look_at(decision)
    client = client_of(world.colleague("reviewer", "moderator"))
    page = reverse("admin:give_second_look", args=[look.work_item_id])
    client.post(reverse("admin:claim_item", args=[look.work_item_id]))

    shown = text_of(client.get(page))

    assert decision.facts in shown
    for hidden in (decision.number, decision.reasoning, world.moderator.person.name):
        assert hidden not in shown
    for name in ("second_look", "conclude_second_look"):
        assert client.get(reverse(f"admin:{name}", args=[look.pk])).status_code in (403, 404)
    for name in ("second_look_draws", "consistency", "enforcement_secondlook_changelist"):
        assert client.get(reverse(f"admin:{name}")).status_code == 403
