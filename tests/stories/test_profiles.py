"""A change of a profile through the real doors: interface, console, response page, public page."""

import base64
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import ProfileChange, PublicAccount, ReservedAvatar
from accounts.profile_words import ProfileChangeStatus
from accounts.services.avatars import AvatarRow, add_reserved_avatars
from accounts.services.profiles.avatars import draw_avatar
from compliance import work
from compliance.models import ActionLog, ActionOutcome, Notice, ResponseInvitation
from compliance.responses.codes import code_of
from tests.accounts.profiles import as_bytes, grounds, made_up_picture

API = "/api/v1/profile-changes/"
S = ProfileChangeStatus


@pytest.fixture
def caller(make_caller):
    return make_caller("profiles:write", "profiles:read")


@pytest.fixture
def at_desk(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def account(make_account):
    return make_account(account_name="河畔夜读")


def body(account, number="p-1", **more):
    return {"platform_uid": account.platform_uid, "number": number, **more}


def on_desk(change, reviewer):
    """Return the address of the review and what its forms send."""
    lease = work.claim_item(work_item=change.work_item, actor=reviewer)
    url = reverse("admin:review_profile_change", args=[change.work_item_id])
    return url, {"fence": lease.fence, "version": change.version}


def encoded(picture):
    return base64.b64encode(as_bytes(picture)).decode()


def test_from_the_platforms_wish_to_the_page_that_everybody_sees(
    caller, at_desk, account, reviewer, staff_user
):
    add_reserved_avatars(
        rows=[AvatarRow(draw_avatar(as_bytes(made_up_picture(3))), "示例机关徽标", "机关标识")],
        **grounds(staff_user("compliance_officer")),
    )
    avatar = encoded(made_up_picture(3).resize((150, 150)))
    answer = caller.post(API, body(account, name="北京夜读", avatar=avatar))
    assert answer.status_code == 201
    told = json.loads(answer.content)
    assert (told["status"], told["parts"]) == ("in_review", ["name", "avatar"])
    assert "示例机关徽标" in told["checks"][0]["explanation"]
    again = caller.post(API, body(account, name="北京夜读", avatar=avatar))
    assert (again.status_code, json.loads(again.content)["reference"]) == (200, told["reference"])

    change = ProfileChange.objects.get()
    url, on = on_desk(change, reviewer)
    page = at_desk.get(url)
    assert [each.code for each in page.context["actions"]] == ["approve", "refuse", "withdraw"]
    for shown in ("<mark>北京</mark>夜读", "示例机关徽标", account.subject.shown_name):
        assert shown in page.text
    (listed,) = ReservedAvatar.objects.all()
    for image in (change.avatar_after, listed.image):
        seen = at_desk.get(reverse("admin:avatar", args=[image.pk]))
        assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")
        assert seen["X-Content-Type-Options"] == "nosniff"
    went = at_desk.post(url, {"action": "approve", **on, "reason": "经核对确系权利人"})
    assert went.status_code == 302

    account.refresh_from_db()
    assert account.name == "北京夜读"
    visitor = Client()
    public = reverse("public:account", args=[account.platform_uid])
    picture = reverse("public:avatar", args=[account.platform_uid])
    assert picture in visitor.get(public).text
    assert visitor.get(picture)["Content-Type"] == "image/jpeg"
    record = at_desk.get(reverse("admin:account", args=[account.pk])).text
    assert change.reference in record
    assert reverse("admin:avatar", args=[account.avatar_id]) in record
    assert Notice.objects.filter(purpose="accounts.profile_approved").count() == 1
    assert json.loads(caller.get(answer["Location"]).content)["status"] == "approved"


def test_a_refused_operator_sends_another_version_by_the_link(at_desk, account, caller, reviewer):
    caller.post(API, body(account, name="河畔卫视"))
    change = ProfileChange.objects.get()
    url, on = on_desk(change, reviewer)

    at_desk.post(url, {"action": "refuse", **on, "reason": "易被误认为媒体", "note": "有线索"})

    notice = Notice.objects.get(purpose="accounts.profile_refused")
    assert "易被误认为媒体" in notice.text
    assert "有线索" not in notice.text
    invitation = ResponseInvitation.objects.open().about(change).get()
    visitor, answering = Client(), reverse("public:response", args=[code_of(invitation)])
    assert "易被误认为媒体" in visitor.get(answering).text
    before = ProfileChange.objects.count()
    empty = visitor.post(answering, {"name": "", "complete": "1"})
    assert empty.status_code in (409, 422)
    assert ProfileChange.objects.count() == before
    assert ResponseInvitation.objects.open().about(change).exists()

    sent = visitor.post(answering, {"name": "河畔夜谈", "complete": "1"})

    assert sent.status_code in (200, 302)
    account.refresh_from_db()
    assert account.name == "河畔夜谈"
    newer = ProfileChange.objects.latest("pk")
    assert (newer.source, newer.status) == ("response", S.APPROVED)


def test_what_the_interface_refuses_it_says_and_leaves_nothing(caller, make_caller, account):
    given = {
        400: [
            body(account),
            body(account, name=7),
            body(account, avatar="no base64!"),
            body(account, category="driver"),
            body(account, password="x"),
        ],
        409: [
            body(account, category="health"),
            body(account, avatar=base64.b64encode(b"no picture").decode()),
        ],
        422: [body(account, name="河畔夜读"), body(account, name=" ")],
    }
    given[422].append({**body(account, bio="谈书"), "platform_uid": "nobody"})
    # A change without any part is well-formed, and changes nothing.
    given[422].append(given[400].pop(0))

    answers = {
        status: {caller.post(API, each).status_code for each in bodies}
        for status, bodies in given.items()
    }

    assert answers == {status: {status} for status in given}
    assert not ProfileChange.objects.exists()
    reader = make_caller("profiles:read")
    assert reader.post(API, body(account, name="北京夜读")).status_code == 403
    assert not ProfileChange.objects.exists()


def test_the_platform_takes_a_change_back_while_nothing_is_decided(caller, account):
    made = caller.post(API, body(account, name="北京夜读"))
    away = f"{made['Location']}withdrawal/"

    stale = caller.call("POST", away, {"reason": "不再需要"}, If_Match='"0-x"')
    done = caller.call("POST", away, {"reason": "不再需要"}, If_Match=made["ETag"])

    assert stale.status_code in (400, 412)
    assert json.loads(done.content)["status"] == "withdrawn"
    again = caller.call("POST", away, {"reason": "不再需要"}, If_Match=done["ETag"])
    assert again.status_code == 409


def test_staff_enters_a_request_on_paper_and_decides_clean_ones_together(
    at_desk, account, make_account, caller, reviewer
):
    entering = reverse("admin:enter_profile_change", args=[account.pk])
    assert entering in at_desk.get(reverse("admin:account", args=[account.pk])).text
    form = {
        "name": "上海夜读",
        "bio": account.bio,
        "category": account.category,
        "reason": "当面提交书面申请",
    }
    bad = SimpleUploadedFile("tu.png", b"no picture", "image/png")
    assert at_desk.post(entering, {**form, "avatar": bad}).status_code == 409
    assert not ProfileChange.objects.exists()
    good = SimpleUploadedFile("tu.png", as_bytes(made_up_picture(4)), "image/png")
    went = at_desk.post(entering, {**form, "avatar": good})
    clean = ProfileChange.objects.get()
    assert went.url == reverse("admin:profile_change", args=[clean.pk])
    assert (clean.parts, clean.source) == (["name", "avatar"], "console")

    caller.post(API, body(make_account(), number="p-2", name="河畔晚报"))
    hit = ProfileChange.objects.latest("pk")
    together = reverse("admin:profile_changes_together")
    page = at_desk.get(together).text
    assert clean.reference in page
    assert hit.reference not in page
    ticked = [f"{each.pk}-{each.version}" for each in (clean, hit)]
    refused = at_desk.post(together, {"action": "approve", "change": ticked, "reason": " "})
    assert refused.status_code == 409
    assert S.APPROVED not in ProfileChange.objects.values_list("status", flat=True)

    at_desk.post(together, {"action": "approve", "change": ticked, "reason": "与主体相符"})

    clean.refresh_from_db()
    hit.refresh_from_db()
    assert (clean.status, hit.status) == (S.APPROVED, S.IN_REVIEW)
    assert PublicAccount.objects.get(pk=account.pk).name == "上海夜读"
    last = ActionLog.objects.filter(outcome=ActionOutcome.REFUSED).latest("id")
    assert last.action == "accounts.profilechange.approve"


def test_the_list_is_filtered_and_a_number_is_found(at_desk, account, caller, staff_user):
    caller.post(API, body(account, name="北京夜读"))
    change = ProfileChange.objects.get()
    listed = reverse("admin:accounts_profilechange_changelist")

    assert change.reference in at_desk.get(f"{listed}?part=name").text
    assert change.reference not in at_desk.get(f"{listed}?part=bio").text
    assert change.reference in at_desk.get(f"{listed}?q={account.platform_uid}").text
    went = at_desk.get(reverse("admin:search_records", query={"q": change.reference}))
    assert went.url == reverse("admin:profile_change", args=[change.pk])
    page = at_desk.get(went.url)
    assert re.search(r"行政区划|administrative", page.text)
    at_desk.force_login(staff_user("auditor"))
    seen = at_desk.get(went.url)
    assert (seen.status_code, seen.context["actions"]) == (200, [])
    review_url = reverse("admin:review_profile_change", args=[change.work_item_id])
    assert at_desk.get(review_url).status_code == 403


def test_the_compliance_officer_lists_a_picture_and_takes_it_off(client, staff_user):
    client.force_login(staff_user("compliance_officer"))
    form = {
        "picture": SimpleUploadedFile("hui.png", as_bytes(made_up_picture(8)), "image/png"),
        "name": "示例机关徽标",
        "listed_because": "机关标识",
        "reason": "权利人来函",
    }
    assert client.post(reverse("admin:add_reserved_avatar"), form).status_code == 302
    listed = ReservedAvatar.objects.get()
    url = reverse("admin:reserved_avatar", args=[listed.pk])
    assert "示例机关徽标" in client.get(url).text

    client.post(url, {"action": "remove", "version": listed.version, "reason": "权利人同意"})

    listed.refresh_from_db()
    assert listed.removed_at is not None
    client.force_login(staff_user("moderator"))
    assert client.get(reverse("admin:add_reserved_avatar")).status_code == 403
    assert client.get(url).context["actions"] == []
