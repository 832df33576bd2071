"""Whatever happened to an account stands on its page once, from the application to the filing."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from compliance.models import ActionLog, StaffUser
from compliance.pages.record_timeline import timeline_page
from tests.screens import view_of
from tests.stories.conftest import Story

# Links to pages of one kind that are followed from one page.
OF_A_KIND = 2

# What this story does not tell of: no date moved, nobody attached, noticed, answered or verified.
QUIET = {
    "blacklist",
    "emergency_hold",
    "rumour",
    "complaint",
    "complaint_appeal",
    "appeal",
    "correction",
    "repudiation",
    "allowance",
    "time",
    "evidence",
    "finding",
    "response",
    "qualification",
    "mark",
    "profile",
    "dormancy",
    "patrol",
    "transfer",
    "regularisation",
    "stop",
    "earning",
    "comments",
    "agency",
    "credit",
}
# What tells of the people who act, and not of the account.
OF_STAFF = ("compliance.person", "compliance.staffuser", "compliance.roleassignment")


def told_rows() -> dict[int, ActionLog]:
    """Every row of the log but those about the people who act."""
    return {row.pk: row for row in ActionLog.objects.exclude(object_type__in=OF_STAFF)}


def shown(record, login: StaffUser, size: int = 25) -> list[tuple[str, str]]:
    """Walk a timeline from the newest to the oldest: instant and reason of each step."""
    found, position = [], ""
    while True:
        page = timeline_page(record, login, position=position, size=size)
        found += [(step.at, str(step.text), str(step.title)) for step in page.steps]
        position = page.older
        if not position:
            return found


@pytest.mark.django_db(transaction=True)
def test_every_row_about_the_account_stands_in_its_timeline_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    from compliance.pages import record_timeline

    worded = record_timeline.step_of_row

    def noted(row, record, *, name=""):
        seen.append(row.pk)
        return worded(row, record, name=name)

    monkeypatch.setattr(record_timeline, "step_of_row", noted)
    wanted = sorted(told_rows())
    assert len(wanted) > 30

    for role in ("supervisor", "auditor", "compliance_officer"):
        for record in (story.account, story.account.subject):
            for size in (7, 25):
                seen.clear()
                steps = shown(record, story.staff[role], size)

                missing = [told_rows()[pk].action for pk in set(wanted) - set(seen)]
                assert missing == [], (role, record)
                assert sorted(seen) == wanted, "none twice"
                assert len(steps) == len(set(steps)), "no event twice either"
                assert [at for at, *_ in steps] == sorted((at for at, *_ in steps), reverse=True)
                assert timeline_page(record, story.staff[role]).hidden.number == 0


@pytest.mark.django_db(transaction=True)
def test_what_a_role_may_not_see_is_left_out_and_counted(story: Story) -> None:
    moderator = story.staff["moderator"]
    client = Client()
    client.force_login(moderator)

    text = client.get(reverse("admin:account", args=[story.account.pk])).content.decode()
    page = timeline_page(story.account, moderator)
    titles = " ".join(title for _at, _text, title in shown(story.account, moderator))

    # The auditor sees everything; what is missing here was counted.
    unseen = len(shown(story.account, story.staff["auditor"])) - len(
        shown(story.account, moderator)
    )
    assert timeline_page(story.account, story.staff["auditor"]).hidden.number == 0
    assert unseen > 5
    assert page.hidden.number == unseen
    assert f"{unseen} 条记录" in text
    assert story.filing.number not in titles
    assert story.filing.number not in text
    assert "filing" not in [choice.value for choice in page.kinds]
    # Asking for a kind that is not shown gives nothing away either.
    assert timeline_page(story.account, moderator, kind="filing").kind == ""


@pytest.mark.django_db(transaction=True)
def test_no_link_of_the_pages_leads_where_the_role_may_not_go(story: Story) -> None:
    for login in story.staff.values():
        client = Client()
        client.force_login(login)
        for address in (
            reverse("admin:account", args=[story.account.pk]),
            reverse("admin:subject", args=[story.account.subject_id]),
            reverse("admin:decision", args=[story.decision.pk]),
            reverse("admin:case", args=[story.case.pk]),
            reverse("admin:application", args=[story.account.application_id]),
        ):
            page = client.get(address, follow=True)
            assert page.status_code == 200, (login, address)
            main = page.content.decode().partition('id="content-main"')[2]
            for link in some_of_a_kind(re.findall(r'href="(/[^"#]+)', main)):
                answer = client.get(link.replace("&amp;", "&"), follow=True)
                assert answer.status_code == 200, (login, address, link)


def some_of_a_kind(links: list[str]) -> Iterator[str]:
    """Return at most so many of the links that lead to pages of one kind, filtered ones apart."""
    kinds = Counter[tuple[str | None, bool]]()
    for link in dict.fromkeys(links):
        kind = view_of(link), "?" in link
        kinds[kind] += 1
        if kinds[kind] <= OF_A_KIND:
            yield link


@pytest.mark.django_db(transaction=True)
def test_a_kind_shows_itself_alone_and_everything_together_is_all_kinds(story: Story) -> None:
    auditor = story.staff["auditor"]
    everything = shown(story.account, auditor, 200)

    by_kind = []
    for choice in timeline_page(story.account, auditor).kinds:
        steps = timeline_page(story.account, auditor, kind=choice.value, size=200).steps
        by_kind += [(step.at, str(step.text), str(step.title)) for step in steps]
        # No date moved or was missed in this story, and nobody attached, noticed or answered.
        assert steps or choice.value in QUIET, choice.value

    assert sorted(by_kind) == sorted(everything)


@pytest.mark.django_db(transaction=True)
def test_newer_leads_back_to_what_was_seen(story: Story) -> None:
    auditor = story.staff["auditor"]
    first = timeline_page(story.account, auditor, size=5)
    second = timeline_page(story.account, auditor, size=5, position=first.older)
    third = timeline_page(story.account, auditor, size=5, position=second.older)

    back = timeline_page(story.account, auditor, size=5, position=third.newer)
    again = timeline_page(story.account, auditor, size=5, position=back.newer)
    lost = timeline_page(story.account, auditor, size=5, position="nonsense")

    assert first.newer == ""
    assert back.steps == second.steps
    assert again.steps == first.steps == lost.steps
    assert again.newer == ""
