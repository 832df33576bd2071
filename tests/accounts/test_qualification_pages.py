"""A qualification through the real pages and the interface: entered, shown, reviewed, told."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import ChecklistTick, Qualification, QualificationRule
from accounts.qualification_words import QualificationStatus
from accounts.services.qualifications import catalogue, checking
from compliance import work
from compliance.evidence import services as evidence
from compliance.models import ActionLog, ActionOutcome, Notice, Proposal
from tests.accounts.qualifications import grounds, in_days, unused_number
from tests.compliance.evidence_files import picture

API = "/api/v1/qualifications/"


def post(client, url, act="", **fields):
    return client.post(url, {"action": act, **fields})


@pytest.fixture
def account(make_account):
    return make_account()


@pytest.fixture
def at_desk(client, reviewer):
    client.force_login(reviewer)
    return client


def item_url(qualification):
    qualification.refresh_from_db()
    return reverse("admin:review_qualification", args=[qualification.work_item_id])


class TestStory:
    def test_from_the_account_page_to_the_mark(self, at_desk, account, reviewer, system):
        number = unused_number()
        entering = reverse("admin:enter_qualification", args=[account.pk])
        assert entering in at_desk.get(reverse("admin:account", args=[account.pk])).text
        given = {"type": "nurse", "number": number, "valid_until": in_days(60).isoformat()}
        went = at_desk.post(entering, {**given, "reason": "运营者当面提交"})
        found = Qualification.objects.get()
        assert went.url == reverse("admin:qualification", args=[found.pk])

        attach = reverse("admin:attach_qualification_documents", args=[found.pk])
        file = SimpleUploadedFile("zheng.jpg", picture(), "image/jpeg")
        fields = {"shows": "护士执业证书", "reason": "随件提交", "files": file, "complete": "1"}
        assert at_desk.post(attach, fields).status_code == 302
        attached = found.documents.get().file
        evidence.check_file(file=attached, **grounds(system))

        url = item_url(found)
        assert "data-evidence-viewer" in at_desk.get(url).text
        fence = work.claim_item(work_item=found.work_item, actor=reviewer).fence
        page = at_desk.get(url)
        assert [each.code for each in page.context["actions"]] == [
            "verify",
            "refuse",
            "ask_for_material",
            "withdraw",
        ]
        on = {"fence": fence, "version": found.version}
        early = post(at_desk, url, "verify", **on, reason="材料齐全")
        assert early.status_code == 409
        rule = catalogue.rule_in_force("nurse", timezone.now())
        ticks = {f"tick-{code}": "yes" for code in rule.checklist}
        assert post(at_desk, url, "tick", **on, **ticks).url == url
        now = timezone.localtime()
        looked = {
            "method": "website",
            "result": "agrees",
            "found": "官网查询在册",
            "looked_up_at": f"{now:%Y-%m-%d %H:%M}",
        }
        assert post(at_desk, url, "look_up", **on, **looked).url == url
        assert at_desk.get(url).context["missing"] == []
        post(at_desk, url, "verify", **on, reason="材料齐全，核验一致")

        found.refresh_from_db()
        assert found.status == QualificationStatus.VERIFIED
        shown = at_desk.get(reverse("admin:account", args=[account.pk])).text
        assert found.reference in shown
        assert number not in shown
        page = at_desk.get(reverse("admin:qualification", args=[found.pk]))
        assert number not in page.text
        assert "官网查询在册" in page.text
        assert Notice.objects.filter(purpose="accounts.qualification_verified").exists()

    def test_what_is_missing_is_said_and_nothing_is_lost_or_left(
        self, at_desk, account, submitted, reviewer
    ):
        found = submitted(account)
        fence = work.claim_item(work_item=found.work_item, actor=reviewer).fence
        point = catalogue.rule_in_force("teacher", timezone.now()).checklist[0]
        on = {"fence": fence, "version": found.version, f"tick-{point}": "no"}

        answer = post(at_desk, item_url(found), "tick", **on)

        assert answer.status_code == 409
        assert not ChecklistTick.objects.exists()
        chosen = {row.code: row.value for row in answer.context["checklist"]}
        assert chosen[point] == "no"
        last = ActionLog.objects.latest("id")
        assert (last.action, last.outcome) == (
            "accounts.qualification.tick",
            ActionOutcome.REFUSED,
        )

    def test_a_form_that_is_not_whole_says_which_part(self, at_desk, account, submitted, reviewer):
        found = submitted(account)
        fence = work.claim_item(work_item=found.work_item, actor=reviewer).fence

        answer = post(at_desk, item_url(found), "look_up", fence=fence, version=found.version)

        assert answer.status_code == 409
        assert checking.lookups_of(found.work_item) == []

    def test_who_only_reads_is_offered_nothing(self, client, account, submitted, staff_user):
        found = submitted(account)
        client.force_login(staff_user("auditor"))

        page = client.get(reverse("admin:qualification", args=[found.pk]))

        assert page.status_code == 200
        assert page.context["actions"] == []
        assert client.get(item_url(found)).status_code == 403
        entering = reverse("admin:enter_qualification", args=[account.pk])
        assert client.get(entering).status_code == 403

    def test_revoking_on_its_page_names_the_ground_on_the_account(
        self, at_desk, account, qualification_desk
    ):
        found = qualification_desk(account, type="nurse", valid_until=in_days(60)).verify()
        url = reverse("admin:qualification", args=[found.pk])

        post(at_desk, url, "revoke", version=found.version, reason="该证件已被注销")

        page = at_desk.get(reverse("admin:account", args=[account.pk]))
        assert page.status_code == 200
        assert url in page.text
        found.refresh_from_db()
        assert found.status == QualificationStatus.REVOKED

    def test_the_list_is_filtered_by_how_soon_they_end(self, at_desk, account, qualification_desk):
        soon = qualification_desk(account, type="nurse", valid_until=in_days(20)).verify()
        late = qualification_desk(account, type="pharm", valid_until=in_days(200)).verify()
        listed = reverse("admin:accounts_qualification_changelist")

        page = at_desk.get(f"{listed}?ends=30").text

        assert soon.reference in page
        assert late.reference not in page

    def test_a_whole_type_is_put_up_after_saying_how_many(
        self, at_desk, account, qualification_desk
    ):
        found = qualification_desk(account, type="lawyer").verify()
        url = reverse("admin:qualification_checks")
        page = at_desk.get(f"{url}?type=lawyer&issuer=")
        assert page.context["action"].hidden == {"type": "lawyer", "issuer": ""}

        post(at_desk, f"{url}?type=lawyer", "check_again", type="lawyer", issuer="", reason="复核")

        found.refresh_from_db()
        assert found.work_item.closed_at is None
        assert "action" not in at_desk.get(f"{url}?type=lawyer&issuer=").context


def test_is_found_by_its_number_and_by_its_work_item(at_desk, account, submitted):
    found = submitted(account)

    for words in (found.reference, f"zz{found.pk}", f"#{found.work_item_id}"):
        went = at_desk.get(reverse("admin:search_records", query={"q": words}))
        assert went.url == reverse("admin:qualification", args=[found.pk])


class TestTypes:
    @pytest.fixture
    def officer(self, staff_user):
        return staff_user("compliance_officer")

    def propose(self, client, officer, **changes):
        client.force_login(officer)
        rule = catalogue.rule_in_force("tax_agent", timezone.now())
        form = {
            "issuer": rule.issuer,
            "number_lengths": "",
            "validity": "recheck",
            "months": "12",
            "renewal_days": "",
            "reminder_days": "90 30",
            "checklist": rule.checklist,
            "opens_field": "on",
            "is_accepted": "on",
            "reason": "行业协会改为年度考核",
            **changes,
        }
        return client.post(reverse("admin:change_qualification_type", args=["tax_agent"]), form)

    def test_a_change_holds_once_somebody_else_approved_it(self, client, officer, staff_user):
        assert self.propose(client, officer).status_code == 302
        proposal = Proposal.objects.latest("pk")
        url = reverse("admin:qualification_types")
        own = post(client, url, "approve", proposal=proposal.pk, reason="同意")
        assert own.status_code == 409
        client.force_login(staff_user("supervisor"))

        post(client, url, "approve", proposal=proposal.pk, reason="同意")

        rule = catalogue.rule_in_force("tax_agent", timezone.now())
        assert (rule.number, rule.validity, rule.months) == (2, "recheck", 12)
        assert rule.reminder_days == [90, 30]
        assert rule.proposal == proposal

    def test_refuses_what_changes_nothing_or_cannot_be(self, client, officer):
        same = {"validity": "none", "months": "", "reminder_days": "90 30 7"}
        assert self.propose(client, officer, **same).status_code == 409
        assert self.propose(client, officer, months="").status_code == 409
        assert self.propose(client, officer, reminder_days="bald").status_code == 422
        assert self.propose(client, officer, checklist=[]).status_code == 422
        assert not Proposal.objects.exists()
        assert QualificationRule.objects.filter(code="tax_agent").count() == 1

    def test_one_change_of_a_type_at_a_time(self, client, officer):
        self.propose(client, officer)

        assert self.propose(client, officer, months="6").status_code == 409
        assert Proposal.objects.count() == 1


class TestInterface:
    @pytest.fixture
    def caller(self, make_caller):
        return make_caller("qualifications:write", "qualifications:read", "accounts:read")

    def body(self, account, **more):
        return {
            "platform_uid": account.platform_uid,
            "type": "nurse",
            "number": unused_number(),
            "holder": "纸上甲",
            "valid_until": in_days(60).isoformat(),
            **more,
        }

    def test_takes_one_in_and_tells_neither_number_nor_holder(self, caller, account):
        body = self.body(account)

        answer = caller.post(API, body)

        assert answer.status_code == 201
        told = json.loads(answer.content)
        assert (told["status"], told["mark"]) == ("in_review", "field_health")
        again = caller.get(answer["Location"])
        listed = caller.get(f"{API}?platform_uid={account.platform_uid}")
        for each in (answer, again, listed):
            assert body["number"] not in each.text
            assert "纸上甲" not in each.text
        assert json.loads(listed.content)["results"][0]["reference"] == told["reference"]

    def test_refuses_with_words_and_leaves_nothing(self, caller, account):
        bodies = [
            self.body(account, type="driver"),
            self.body(account, platform_uid="nobody"),
            self.body(account, valid_until="2020-01-01"),
            self.body(account, renews="ZZ99999999"),
            self.body(account, password="x"),
        ]

        answers = [caller.post(API, body).status_code for body in bodies]

        assert answers == [400, 422, 422, 422, 400]
        assert not Qualification.objects.exists()

    def test_needs_the_scope(self, make_caller, account):
        reader = make_caller("qualifications:read")

        assert reader.post(API, self.body(account)).status_code == 403
        assert not Qualification.objects.exists()

    def test_an_account_shows_its_marks_with_the_name_of_the_document(
        self, caller, account, qualification_desk
    ):
        found = qualification_desk(account, type="nurse", valid_until=in_days(60)).verify()

        told = json.loads(caller.get(f"/api/v1/accounts/{account.platform_uid}/").content)

        assert told["marks"] == [{"code": "field_health", "material": "nurse"}]
        assert caller.get(f"{API}ZZ{found.pk:08d}/").status_code == 200
        assert caller.get(f"{API}ZZxyz/").status_code == 404
