"""Rumours through the doors: the console, the public pages, the interface for programs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import PublicAccount
from enforcement.models import Case, Decision, Refutation, Rumour, RumourReview
from enforcement.services.rumours import reopening
from enforcement.services.rumours.figures import month_figures
from tests.compliance.api_fixtures import Caller
from tests.enforcement.conftest import Staff
from tests.enforcement.console import client_of, refusals, text_of
from tests.enforcement.rumours import CLAIM, STEPS, P, answer, bring_to, fence_of, opened

pytestmark = pytest.mark.django_db


def page_of(rumour: Rumour) -> str:
    return reverse("admin:work_on_rumour", args=[Rumour.objects.get(pk=rumour.pk).work_item_id])


def post(client: Client, rumour: Rumour, act: str, fence: int, **given: Any) -> Any:
    fresh = Rumour.objects.get(pk=rumour.pk)
    return client.post(
        page_of(rumour),
        {"action": act, "fence": fence, "version": fresh.version, "reason": "按流程办理", **given},
    )


def test_a_moderator_goes_from_the_warning_to_the_end_on_the_screen(
    make_account: Callable[..., PublicAccount], staff: Staff, decide: Callable[..., Decision]
) -> None:
    account, client = make_account(), client_of(staff.moderator)
    client.post(
        reverse("admin:open_rumour"),
        {
            "claim": CLAIM,
            "source": "patrol",
            "warned_at": "2026-03-02 09:30",
            "named": f"{account.platform_uid} article-1",
            "reason": "巡查发现群内流传",
        },
    )
    rumour = Rumour.objects.get()
    for step, given in STEPS.items():
        fence = fence_of(Rumour.objects.get(), staff.moderator)
        typed = {**given, "handled": "\n".join(given.get("handled_refs", []))}
        answer_ = post(client, rumour, "answer", fence, step=step, **typed)
        assert answer_.status_code == 302, text_of(answer_)
    decision = decide(account)
    fence = fence_of(Rumour.objects.get(), staff.moderator)
    concerned = rumour.accounts.get()
    post(client, rumour, "open_case", fence, concerned=concerned.pk)
    named = f"{concerned.pk}:{decision.pk}"
    shown = text_of(client.get(page_of(rumour)))
    assert named in shown

    post(client, rumour, "conclude_with_decision", fence, concerned=named)
    post(client, rumour, "close", fence)

    assert Rumour.objects.get().status == "closed"
    case = Case.objects.get(rumour_account=concerned)
    assert case.source == "patrol"
    shown = text_of(client.get(page_of(rumour)))
    for words in (STEPS["verdict"]["relied_on"], "article-1", decision.number, case.number):
        assert words in shown
    of_account = text_of(client.get(reverse("admin:account", args=[account.pk])))
    assert rumour.number in of_account


def test_a_step_out_of_turn_is_refused_on_the_screen_and_logged(
    make_account: Callable[..., PublicAccount], staff: Staff
) -> None:
    rumour = opened(staff.moderator, make_account())
    fence = fence_of(rumour, staff.moderator)

    answer_ = post(client_of(staff.moderator), rumour, "answer", fence, step="elimination")

    assert answer_.status_code == 409
    assert rumour.steps.count() == 1
    assert refusals() == [("enforcement.rumour.answer", staff.moderator.person_id)]


class TestWhatEverybodyReads:
    def test_refutations_in_force_in_both_languages_and_nothing_of_the_account(
        self, make_account: Callable[..., PublicAccount], staff: Staff, client: Client
    ) -> None:
        account = make_account()
        bring_to(opened(staff.moderator, account), "refutation", staff.moderator)
        refutation = Refutation.objects.get()
        page = reverse("public:refutation", args=[refutation.pk])

        for language in ("", "?lang=en"):
            for address in (reverse("public:refutations"), page):
                shown = text_of(client.get(f"{address}{language}"))
                assert refutation.text in shown
                assert refutation.number in shown
                assert account.name not in shown
                assert account.platform_uid not in shown

    def test_withdrawn_it_stays_at_its_address_with_the_note(
        self, make_account: Callable[..., PublicAccount], staff: Staff, client: Client
    ) -> None:
        rumour = bring_to(opened(staff.moderator, make_account()), "refutation", staff.moderator)
        refutation = Refutation.objects.get()

        reopening.reopen_rumour(
            rumour=rumour,
            public_note="经复核，原消息属实",
            actor=staff.supervisor,
            provision=P,
            reason="水务局更正",
        )

        listed = text_of(client.get(reverse("public:refutations")))
        assert refutation.number not in listed
        for address in (
            reverse("public:refutation", args=[refutation.pk]),
            reverse("public:refutations", query={"withdrawn": "1"}),
        ):
            assert "经复核，原消息属实" in text_of(client.get(address))

    def test_more_than_a_page_of_them_is_paged(
        self, make_account: Callable[..., PublicAccount], staff: Staff, client: Client
    ) -> None:
        account = make_account()
        for _number in range(21):
            bring_to(opened(staff.moderator, account), "refutation", staff.moderator)
        first = Refutation.objects.earliest("pk")

        shown = client.get(reverse("public:refutations"))

        assert first.number not in text_of(shown)
        following = text_of(shown).partition("from=")[2].partition('"')[0]
        again = client.get(f"{reverse('public:refutations')}?from={following}")
        assert first.number in text_of(again)


def test_a_supervisor_who_took_no_part_answers_the_review_on_the_screen(
    make_account: Callable[..., PublicAccount],
    staff: Staff,
    decide: Callable[..., Decision],
    staff_user: Callable[..., Any],
) -> None:
    account = make_account()
    rumour = bring_to(opened(staff.moderator, account), "elimination", staff.moderator)
    decision = decide(account)
    client = client_of(staff.moderator)
    named = f"{rumour.accounts.get().pk}:{decision.pk}"
    fence = fence_of(rumour, staff.moderator)
    post(client, rumour, "conclude_with_decision", fence, concerned=named)
    post(client_of(staff.supervisor), rumour, "reopen", 0, public_note="属实，予以撤回")
    review = RumourReview.objects.get()
    other = staff_user("supervisor")
    page = reverse("admin:review_rumour_decision", args=[review.work_item_id])
    held = client_of(other).post(reverse("admin:claim_item", args=[review.work_item_id]))
    assert held.status_code == 302
    given = {"action": "reverse", "version": review.version, "reason": "所依据的认定已撤销"}

    client_of(other).post(page, {**given, "fence": review.work_item.lease.fence})

    decision.refresh_from_db()
    assert decision.status == "reversed"
    assert decision.number in text_of(client_of(other).get(page))


def test_each_figure_of_a_month_counts_the_rows_that_it_leads_to(
    make_account: Callable[..., PublicAccount], staff: Staff
) -> None:
    bring_to(opened(staff.moderator, make_account()), "elimination", staff.moderator)
    other = opened(staff.moderator, make_account())
    answer(other, "finding", staff.moderator, outcome="not_applicable", reason="来函已列明")
    client = client_of(staff.supervisor)
    present = month_figures(months=1)[0]

    page = client.get(reverse("admin:rumour_figures"))

    row = page.context["months"][0]
    assert [cell["done"] for cell in row["cells"]] == [2, 1, 1, 1, 1, 1]
    assert row["cells"][1]["without"] == 1
    assert present.median_time is not None
    for cell in row["cells"]:
        counted = client.get(cell["url"]).context["cl"].result_count
        assert counted == cell["done"]
    assert client.get(row["cells"][1]["without_url"]).context["cl"].result_count == 1


class TestTheInterface:
    def test_a_program_puts_a_rumour_on_record_and_reads_it(
        self, make_account: Callable[..., PublicAccount], make_caller: Callable[..., Caller]
    ) -> None:
        account = make_account()
        caller = make_caller("rumours:read", "rumours:write")

        answer_ = caller.post(
            "/api/v1/rumours/",
            {
                "claim": CLAIM,
                "source": "own",
                "named": [{"platform_uid": account.platform_uid, "content_ref": "article-1"}],
                "reason": "平台预警系统提示",
            },
        )

        assert answer_.status_code == 201, answer_.content
        given = answer_.json()
        assert given["status"] == "warned"
        assert [each["step"] for each in given["steps"]] == ["warning"]
        assert given["contents"] == [
            {"platform_uid": account.platform_uid, "content_ref": "article-1"}
        ]
        assert caller.get(f"/api/v1/rumours/{given['reference']}/").json() == given

    def test_a_key_without_the_scope_puts_nothing_on_record(
        self, make_account: Callable[..., PublicAccount], make_caller: Callable[..., Caller]
    ) -> None:
        make_account()

        answer_ = make_caller("rumours:read").post(
            "/api/v1/rumours/", {"claim": CLAIM, "source": "own", "reason": "提示"}
        )

        assert answer_.status_code == 403
        assert not Rumour.objects.exists()
