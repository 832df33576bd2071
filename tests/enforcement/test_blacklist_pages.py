"""The blacklist through its doors: the form, the queues, the pages and the interface."""

import json
from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.models import Application, BlacklistEntry, BlacklistMatch, PublicAccount
from compliance import work
from compliance.models import Proposal, StaffUser
from enforcement.models import Decision
from enforcement.services.blacklist import reviews
from tests.compliance.api_fixtures import Caller
from tests.enforcement.blacklist import (
    Decide,
    OpenCase,
    entry_of,
    grounds,
    in_days,
    listing,
    number_of,
)
from tests.enforcement.conftest import Staff
from tests.enforcement.console import (
    approval_page,
    case_page,
    client_of,
    decision_page,
    hold,
    look_and_propose,
    refusals,
    text_of,
    words,
)
from tests.hearings import hear

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(make_application: Callable[..., Application]) -> PublicAccount:
    """An account whose subject gave a mobile number and is known by its document."""
    return PublicAccount.objects.get(application=make_application(mobile="13700001111"))


def test_the_form_shows_what_a_listing_does_and_orders_it(
    open_case: OpenCase, staff: Staff, account: PublicAccount
) -> None:
    case = open_case(account)
    fence = hold(case, staff.moderator)
    browser = client_of(staff.moderator)
    chosen = {
        "measures": ["blacklist", "bar_reregistration"],
        "term_suspend_updates": "",
        "review_blacklist": in_days(300).isoformat(),
        "review_bar_reregistration": in_days(200).isoformat(),
    }

    late = browser.post(
        case_page(case),
        words(
            case,
            fence,
            action="preview",
            **{**chosen, "review_blacklist": in_days(500).isoformat()},
        ),
    )
    assert late.status_code in (409, 422)
    assert not Decision.objects.exists()
    seen = browser.post(case_page(case), words(case, fence, action="preview", **chosen))
    assert in_days(300).isoformat() in text_of(seen)
    assert seen.context["preview"].barred_name == account.name

    assert look_and_propose(browser, case, fence, **chosen).status_code == 302

    decision = hear(Decision.objects.get())
    assert set(decision.ordered_measures.values_list("measure", "review_date")) == {
        ("blacklist", in_days(300)),
        ("bar_reregistration", in_days(200)),
    }
    waiting = client_of(staff.supervisor).get(approval_page(decision))
    assert in_days(300).isoformat() in text_of(waiting)


def test_a_match_is_decided_on_its_page_which_never_shows_what_was_equal(
    decide: Decide,
    account: PublicAccount,
    make_application: Callable[..., Application],
    staff_user: Callable[..., StaffUser],
) -> None:
    decide(account, measures=listing())
    alike = make_application(mobile="13700001111")
    match = BlacklistMatch.objects.get(application=alike)
    moderator = staff_user("moderator")
    browser = client_of(moderator)
    page = reverse("admin:decide_blacklist_match", args=[match.work_item_id])
    assert browser.get(reverse("admin:blacklist_match", args=[match.pk])).status_code == 302
    fence = work.claim_item(work_item=match.work_item, actor=moderator).fence

    shown = text_of(browser.get(page))
    assert match.entry.reference in shown
    for secret in ("13700001111", number_of(account)):
        assert secret not in shown

    act = {"action": "dismiss", "fence": fence, "version": match.version}
    assert browser.post(page, {**act, "reason": " "}).status_code == 409
    assert ("accounts.blacklistmatch.dismiss", moderator.person_id) in refusals()
    match.refresh_from_db()
    assert match.status == "open"

    assert browser.post(page, {**act, "reason": "姓名与常住地均不同"}).status_code == 302

    match.refresh_from_db()
    assert match.status == "not_same"
    listed = text_of(browser.get(reverse("admin:accounts_blacklistmatch_changelist")))
    assert match.reference in listed


def test_an_entry_is_reviewed_and_removed_through_the_pages(
    decide: Decide, account: PublicAccount, staff_user: Callable[..., StaffUser]
) -> None:
    entry = entry_of(decide(account, measures=listing()))
    reviewer = staff_user("moderator")
    browser, page = client_of(reviewer), reverse("admin:blacklist_entry", args=[entry.pk])
    shown = text_of(browser.get(page))
    assert entry.ground_ref in shown
    for secret in ("13700001111", number_of(account)):
        assert secret not in shown

    asked = {"action": "ask_review", "version": entry.version, "reason": "运营者来函申请移出"}
    assert browser.post(page, asked).status_code == 302
    item = reviews.open_review_item(entry)
    assert item is not None
    fence = work.claim_item(work_item=item, actor=reviewer).fence
    entry.refresh_from_db()
    review = reverse("admin:review_blacklist_entry", args=[item.pk])
    assert browser.get(review).status_code == 200
    act = {"fence": fence, "version": entry.version, "reason": "理由已不存在，予以移出"}
    bad = browser.post(review, {**act, "action": "keep", "review_date": "yesterday"})
    assert bad.status_code == 409
    assert browser.post(review, {**act, "action": "propose_removal"}).status_code == 302

    proposal = Proposal.objects.get(kind=reviews.REMOVAL_KIND)
    verdict = {"action": "approve", "proposal": proposal.pk, "reason": "同意"}
    for role in ("supervisor", "compliance_officer"):
        login = staff_user(role)
        assert f"proposal-{proposal.pk}" in text_of(client_of(login).get(page))
        assert client_of(login).post(page, verdict).status_code == 302

    entry.refresh_from_db()
    assert entry.status == "removed"
    assert browser.get(review).status_code == 200


def test_pages_of_account_subject_and_decision_show_the_entry(
    decide: Decide, account: PublicAccount, staff: Staff
) -> None:
    decision = decide(account, measures=listing())
    entry = entry_of(decision)
    browser = client_of(staff.moderator)

    for name, number in (("account", account.pk), ("subject", account.subject_id)):
        assert entry.reference in text_of(browser.get(reverse(f"admin:{name}", args=[number])))
    assert entry.review_date.isoformat() in text_of(browser.get(decision_page(decision)))
    assert entry.reference in text_of(
        browser.get(reverse("admin:accounts_blacklistentry_changelist"))
    )


def test_the_interface_tells_of_entries_and_answers_nothing_about_identifiers(
    decide: Decide,
    account: PublicAccount,
    make_caller: Callable[..., Caller],
    staff_user: Callable[..., StaffUser],
) -> None:
    entry = entry_of(decide(account, measures=listing()))
    caller = make_caller("blacklist:read")
    address = "/api/v1/blacklist-entries/"

    (row,) = json.loads(caller.get(f"{address}?status=listed").content)["results"]
    one = caller.get(f"{address}{entry.reference}/")

    assert json.loads(one.content) == row
    assert (row["platform_uid"], row["kind"]) == (account.platform_uid, "blacklist")
    for secret in ("13700001111", number_of(account)):
        assert secret not in one.content.decode()
        assert caller.get(f"{address}?id_number={secret}").status_code == 400
        assert caller.get(f"{address}{secret}/").status_code == 404


def test_nobody_who_took_part_is_offered_the_removal(
    decide: Decide, account: PublicAccount, staff: Staff, staff_user: Callable[..., StaffUser]
) -> None:
    entry = entry_of(decide(account, measures=listing()))
    item = reviews.ask_for_review(entry=entry, **grounds(staff_user("moderator")))

    page = reverse("admin:review_blacklist_entry", args=[item.pk])
    shown = client_of(staff.moderator).get(page)

    assert shown.status_code == 200
    assert not shown.context["may_take"]
    assert BlacklistEntry.objects.get().status == "listed"
