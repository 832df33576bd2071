"""The pages of an account and of its subject: what stands there, for whom, at what cost."""

import html
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import GroundKind, RestrictionKind
from accounts.models import PublicAccount
from accounts.services.bars import bar_identity, lift_identity_bar
from accounts.services.restrictions import close_account, end_restriction, impose_restriction
from compliance import audit
from compliance.clocks.running import note_breaches, pause_clock, resume_clock
from compliance.identity import vault
from compliance.models import ActionLog
from compliance.pages.record_timeline import timeline_page
from compliance.provisions import Provision
from compliance.recusals import recuse

P = Provision.PUBLIC_ACCOUNT_19_2
CANARY = "<img src=x onerror=alert(1)>“&'"
SECRETS = {
    "subject_name": "欧阳测试癸",
    "mobile": "13912345671",
    "contact": "unmistakable2@example.com",
    "registered_region": "浙江省杭州市无双路89号",
}


@pytest.fixture
def grounds(system):
    return {"actor": system, "provision": P, "reason": "测试"}


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def page_of(account: PublicAccount) -> str:
    return reverse("admin:account", args=[account.pk])


def restrict(account, grounds, *, kind=RestrictionKind.SUSPEND_UPDATES, until=7, **more):
    now = timezone.now()
    return impose_restriction(
        account=account,
        kind=kind,
        from_=now - timedelta(days=1),
        until=now + timedelta(days=until) if until else None,
        ground_kind=GroundKind.DECISION,
        ground_ref="CZ00000007",
        **{**grounds, **more},
    )


def test_every_limit_of_now_stands_there_with_its_end_and_ground(
    client, staff_user, make_account, grounds
):
    account = make_account()
    running = restrict(account, grounds)
    endless = restrict(account, grounds, kind=RestrictionKind.STOP_ADVERTISING, until=None)
    over = restrict(account, grounds, kind=RestrictionKind.SUSPEND_SERVICE)
    end_restriction(restriction=over, **grounds)
    client.force_login(staff_user("moderator"))

    limits = client.get(page_of(account)).context["panels"][0]

    assert [row.label for row in limits.rows] == [
        endless.get_kind_display(),
        running.get_kind_display(),
    ]
    assert limits.rows[0].value == "无期限"
    assert f"{timezone.localtime(running.in_force_until):%Y-%m-%d %H:%M}" in limits.rows[1].value
    assert all("CZ00000007" in row.hint for row in limits.rows)
    assert all(row.url == reverse("admin:decision", args=[7]) for row in limits.rows)


def test_a_closed_account_says_when_and_on_which_ground(client, staff_user, make_account, grounds):
    account = make_account()
    close_account(
        account=account, ground_kind=GroundKind.DECISION, ground_ref="CZ00000009", **grounds
    )
    client.force_login(staff_user("auditor"))

    answer = client.get(page_of(account))

    assert answer.context["badge"].text == account.get_status_display()
    assert "CZ00000009" in answer.context["panels"][0].rows[0].hint
    assert reverse("admin:decision", args=[9]) in text_of(answer)


def test_identity_stands_on_both_pages_masked_and_is_revealed_where_the_role_may(
    client, staff_user, make_account
):
    account = make_account(**SECRETS)
    pages = [page_of(account), reverse("admin:subject", args=[account.subject_id])]
    texts = {}
    for role in ("moderator", "auditor"):
        client.force_login(staff_user(role))
        texts[role] = [text_of(client.get(page)) for page in pages]

    way = reverse("admin:reveal_identity", args=[account.subject.id_number_id])
    number = vault.read(account.subject.id_number)
    for text in (*texts["moderator"], *texts["auditor"]):
        assert "欧**" in text
        assert number not in text
        for secret in SECRETS.values():
            assert secret not in text
    assert all(way in text for text in texts["moderator"])
    assert all(way not in text for text in texts["auditor"])


@pytest.mark.parametrize("page", ["account", "subject"])
def test_pages_that_only_show_take_no_post_and_nobody_without_the_permission(
    client, staff_user, make_account, page
):
    account = make_account()
    number = account.pk if page == "account" else account.subject_id
    address = reverse(f"admin:{page}", args=[number])
    missing = reverse(f"admin:{page}", args=[987_654])

    client.force_login(staff_user("moderator"))
    assert client.post(address, {"action": "close", "reason": "x"}).status_code == 405
    assert client.get(missing).status_code == 404
    client.force_login(staff_user("system_administrator"))
    assert client.get(address).status_code == 403
    assert not ActionLog.objects.refused().exists()


def test_names_and_words_of_others_stand_there_as_text(client, staff_user, make_account, grounds):
    long = ("很长的名称" * 40)[:200]
    account = make_account(bio=CANARY)
    audit.amend(account, "create", name=CANARY, **grounds)
    audit.amend(account, "create", name=long, **{**grounds, "reason": CANARY})
    client.force_login(staff_user("auditor"))

    for address in (page_of(account), reverse("admin:subject", args=[account.subject_id])):
        source = client.get(address).content.decode()
        assert "<img src=x" not in source
        assert html.escape(CANARY) in source
        assert long in source

    names = [row.label for row in client.get(page_of(account)).context["panels"][4].rows]
    assert names[:2] == [long, CANARY]
    assert len(names) == 3


def test_the_cost_of_the_page_does_not_grow_with_what_happened(
    client, staff_user, make_account, grounds
):
    account = make_account()
    restrict(account, grounds)
    auditor = staff_user("auditor")
    client.force_login(auditor)

    def more(count: int) -> None:
        ActionLog.objects.bulk_create(
            audit.draft_record(action="accounts.publicaccount.close", target=account, **grounds)
            for _number in range(count)
        )

    more(60)
    restrict(account, grounds)
    client.get(page_of(account))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(account))
    more(10_000)
    restrictions = [restrict(account, grounds) for _number in range(20)]
    with CaptureQueriesContext(connection) as many:
        answer = client.get(page_of(account))

    assert len(restrictions) == 20
    # One statement a sort of record on the page: never more, whatever the number of rows.
    assert len(many) <= len(few)
    assert len(answer.context["timeline"].steps) == 25
    slowest = max(float(query["time"]) for query in many.captured_queries)
    assert slowest < 1.0

    # To the very end, with as many statements for a late page as for the first.
    position, count = "", 0
    while True:
        page = timeline_page(account, auditor, position=position, size=1_000)
        count += len(page.steps)
        if not page.older:
            break
        position = page.older
    assert count > 10_080


def test_the_subject_shows_its_places_its_bars_and_all_of_its_applications(
    client, staff_user, make_account, make_application, grounds
):
    account = make_account()
    number = vault.read(account.subject.id_number)
    other = make_application(id_number=number, category="", account_name="缺少类别")
    assert other.subject_id == account.subject_id
    bar = bar_identity(
        subject=account.subject,
        ground_kind=GroundKind.DECISION,
        ground_ref="CZ00000003",
        review_date=date(2027, 1, 1),
        **grounds,
    )
    client.force_login(staff_user("supervisor"))
    address = reverse("admin:subject", args=[account.subject_id])

    first = client.get(address)
    lift_identity_bar(bar=bar, **grounds)
    second = client.get(address)

    accounts, applications, bars = first.context["panels"][:3]
    assert [row.label for row in accounts.rows] == [account.name]
    assert "1" in accounts.hint
    assert [row.label for row in applications.rows] == [other.account_name, account.name]
    assert bars.tone == "danger"
    assert "2027-01-01" in bars.rows[0].hint
    assert second.context["panels"][2].tone == ""
    titles = [step.title for step in second.context["timeline"].steps]
    assert sum("禁止" in title for title in titles) == 2, "the bar and its end"
    assert any(other.platform_uid in title for title in titles)


def test_a_subject_whose_identity_was_erased_still_has_its_page(
    client, staff_user, make_account, grounds
):
    account = make_account()
    vault.erase(key=account.subject.key, **grounds)
    client.force_login(staff_user("auditor"))

    answer = client.get(reverse("admin:subject", args=[account.subject_id]))

    assert answer.status_code == 200
    assert answer.context["panels"][2].tone == "warning"
    assert any(choice.value == "identity" for choice in answer.context["timeline"].kinds)


def test_dates_that_stood_still_or_were_missed_stand_in_the_timeline(
    staff_user, make_application, grounds
):
    application = make_application(category="education")
    moderator, auditor = staff_user("moderator"), staff_user("auditor")
    clock = application.work_item.clock
    pause_clock(clock=clock, actor=moderator, provision=P, reason="等待材料")
    resume_clock(clock=clock, actor=moderator, provision=P, reason="材料已补齐")
    with time_machine.travel(clock.due_at + timedelta(days=30)):
        note_breaches([(clock, clock.events.latest("number"))], at=timezone.now())
    recuse(
        work_item=application.work_item,
        person=moderator.person,
        actor=moderator,
        provision=P,
        reason="与申请人相识",
    )

    page = timeline_page(application.subject, auditor, kind="time")
    of_application = timeline_page(application.subject, auditor, kind="application")

    assert [step.tone for step in page.steps] == ["danger", "", ""]
    assert "材料已补齐" in str(page.steps[1].text)
    assert "等待材料" in str(page.steps[2].text)
    assert sum("与申请人相识" in str(step.text) for step in of_application.steps) >= 1
