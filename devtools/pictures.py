"""
What the pictures show: for the handbooks, and for looking at pages that are hard to make fit.

To add one, add a line: the name of its file, the login of the demo that sees it, and its address. An
address may name a record in braces, as `RECORDS` finds it; `steps` are what is done on the page
before the picture is taken.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
PHONE = 390
COMPARABLE = "#preview div:has(> .enf-comparable)"
VIOLATIONS = ROOT / "reports" / "demo" / "data" / "violations.json"


@dataclass(frozen=True)
class Picture:
    """A picture: its name, who sees it, where, and what they do there before it is taken."""

    name: str
    login: str
    path: str
    steps: Sequence[Callable[[Page], None]] = ()
    # Of the window in pixels; 0 is that of a desk.
    width: int = 0

    @property
    def role(self) -> str:
        """Which handbook the picture stands in, by the login's name without its number."""
        return self.login.rstrip("0123456789")


def press(keys: str, leads_to: str) -> Callable[[Page], None]:
    """Return a step that presses keys one after the other and waits for what they lead to."""

    def step(page: Page) -> None:
        for key in keys.split():
            page.keyboard.press(key)
        page.wait_for_selector(leads_to)

    return step


def hold(page: Page) -> None:
    """Take the item on the screen, unless it is held already."""
    if page.locator("button[data-key=t]").count():
        page.keyboard.press("t")
        page.wait_for_selector("[data-heart-beat]")


def propose(page: Page) -> None:
    """Fill in the proposal that fits the case on the screen and ask what would happen."""
    summary = page.locator(".ui-facts__row", has_text="待查内容").locator("dd").inner_text()
    known: list[dict[str, Any]] = json.loads(VIOLATIONS.read_text(encoding="utf-8"))
    told = (each for each in known if each["facts"].rpartition("{day}")[2] in summary)
    found = next(told, known[0])
    chosen = page.locator(f"#id_violation option[data-code='{found['code']}']")
    page.select_option("#id_violation", chosen.get_attribute("value"))
    page.fill("[name=facts]", summary.removeprefix("疑似违规："))
    page.fill("[name=reasoning]", found["reasoning"])
    page.fill("[name=private_note]", "转发较多，请尽快批准。")
    # The ladder has filled in what it proposes.
    page.wait_for_selector("[name=measures]:checked")
    page.click("#look")
    page.wait_for_selector("#preview")


def fill(**words: str) -> Callable[[Page], None]:
    """Return a step that fills in the fields of these names."""

    def step(page: Page) -> None:
        for name, text in words.items():
            page.fill(f"[name={name}]", text)

    return step


def send(page: Page) -> None:
    """Send the form of a public page."""
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()


def track(page: Page) -> None:
    """Follow the complaint of the receipt on the screen."""
    code = page.locator("dd.code").last.inner_text()
    page.goto(page.url.partition("/public/")[0] + "/public/track/")
    page.fill("[name=code]", code)
    send(page)


def show(selector: str) -> Callable[[Page], None]:
    """Return a step that scrolls until a part of the page stands at the top of the window."""

    def step(page: Page) -> None:
        page.evaluate("found => document.querySelector(found).scrollIntoView()", selector)

    return step


def submit_empty(page: Page) -> None:
    """Send the form on the screen as it is, past what the browser itself would ask for."""
    page.evaluate("document.querySelector('#content-main form').noValidate = true")
    page.locator("#content-main form button[type=submit]").first.click()
    page.wait_for_load_state()


# Where the records of the pictures stand, asked of the product in a process of its own.
RECORDS = """
import json
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from accounts.models import Application, Restriction
from accounts.models import AccountAllowance, AccountMark, DormancyBatch, Finding, MetricAlert
from accounts.models import Repudiation, Transfer
from compliance.models import ApiClient, Delivery, EvidenceFile, IdentityValue, StaffUser
from compliance.models import ResponseInvitation, WorkItem
from accounts.services.corrections.invitations import ANSWER
from compliance.responses.codes import code_of
from compliance.models import Proposal
from enforcement.models import Appeal, BulkDecision, Complaint, Decision
from enforcement.models import Infringement, Refutation, Rumour
from enforcement.pages.complaints.presentation import work_url
from enforcement.pages.lifting.record import measure_url
from enforcement.pages.rumours.presentation import rumour_url
from enforcement.services.appeals.filing import appeal_possible
from enforcement.services.appeals.telling import APPEAL_KIND
from enforcement.services.lifting import proposing
from reports.models import Filing

reviewed = Application.objects.filter(status="in_review", work_item__closed_at=None)
named = next(
    each
    for each in reviewed.order_by("-pk").prefetch_related("checks")
    if any(check.params.get("hits") for check in each.checks.all())
)
restricted = Restriction.objects.filter(
    ended_at=None, account__status="active", in_force_until__gt=timezone.now()
)
in_force = Decision.objects.filter(status="in_force", ordered_measures__measure="close")
reported = in_force.filter(report_duty__status="receipted")
filing = Filing.objects.filter(status="released")
asked = ResponseInvitation.objects.filter(kind=ANSWER, status="open")
appeals = ResponseInvitation.objects.filter(kind=APPEAL_KIND, status="open")
contested = next(
    each
    for each in appeals.order_by("-pk")
    if not appeal_possible(Decision.objects.get(pk=each.about_id), timezone.now()).why_not
)
won = Appeal.objects.filter(ruling__outcome="revoked", level=1).latest("pk")
told_of_won = ResponseInvitation.objects.about(won.decision).filter(kind=APPEAL_KIND)
looked_into = Complaint.objects.filter(status="investigating")
ours = looked_into.exclude(kind="platform")
crowded = Complaint.objects.filter(kind="fake_traffic", status="acknowledged").alias(
    others=Count(
        "account__complaints",
        filter=Q(account__complaints__status__in=("acknowledged", "investigating")),
    )
)
notices = Infringement.objects.filter(complaint__status="investigating")
longest = Application.objects.filter(platform_uid__startswith="demo-long").first()
records = {
    "review": reverse("admin:review_application", args=[named.work_item_id]),
    "account": reverse(
        "admin:accounts_publicaccount_change", args=[restricted.latest("pk").account_id]
    ),
    "decision": reverse("admin:decision", args=[(reported or in_force).latest("pk").pk]),
    "filing": reverse("admin:filing", args=[filing.latest("period_from").pk]),
    "staff": reverse("admin:staff_login", args=[StaffUser.objects.get(username="hegui1").pk]),
    "identity": reverse("admin:reveal_identity", args=[IdentityValue.objects.earliest("pk").pk]),
    "evidence": reverse(
        "admin:evidence_file", args=[EvidenceFile.objects.filter(status="available").latest("pk").pk]
    ),
    "finding": reverse("admin:finding", args=[Finding.objects.filter(status="open").latest("pk").pk]),
    "delivery": reverse("admin:delivery", args=[Delivery.objects.dead().latest("pk").pk]),
    "subject": reverse("admin:subject", args=[restricted.latest("pk").account.subject_id]),
    "alert": reverse("admin:metric_alert", args=[MetricAlert.objects.latest("pk").pk]),
    "public-account": reverse(
        "public:account", args=[AccountMark.objects.latest("pk").account.platform_uid]
    ),
    "correction": reverse(
        "admin:review_correction",
        args=[WorkItem.objects.filter(queue="corrections", closed_at=None).earliest("pk").pk],
    ),
    "response": reverse("public:response", args=[code_of(asked.earliest("pk"))]),
    "transfer": reverse(
        "admin:review_transfer",
        args=[Transfer.objects.filter(status="in_review").latest("pk").work_item_id],
    ),
    "repudiation": reverse(
        "admin:review_repudiation", args=[Repudiation.objects.latest("pk").work_item_id]
    ),
    "allowance": reverse(
        "admin:review_allowance", args=[AccountAllowance.objects.latest("pk").work_item_id]
    ),
    "dormancy": reverse("admin:dormancy_batch", args=[DormancyBatch.objects.latest("pk").pk]),
    "client": reverse("admin:api_client", args=[ApiClient.objects.earliest("pk").pk]),
    "bulk-draft": reverse(
        "admin:bulk_decision", args=[BulkDecision.objects.filter(status="draft").latest("pk").pk]
    ),
    "bulk-begun": reverse(
        "admin:bulk_decision", args=[BulkDecision.objects.filter(status="stopped").latest("pk").pk]
    ),
    "rumour": rumour_url(Rumour.objects.filter(status="refuted").latest("pk")),
    "refutation": reverse(
        "public:refutation", args=[Refutation.objects.filter(status="published").latest("pk").pk]
    ),
    "together": reverse("admin:answer_together", args=[crowded.latest("others", "pk").pk]),
    "infringement": work_url(notices.latest("pk").complaint),
    "complain-account": restricted.latest("pk").account.platform_uid,
    "appeal-by-code": reverse("public:appeal_case", args=[code_of(contested)]),
    "appeal-won": reverse("public:appeal_case", args=[code_of(told_of_won.latest("pk"))]),
    "decision-reversed": reverse("admin:decision", args=[won.decision_id]),
    "lifting": measure_url(
        proposing.measure_of(
            Proposal.objects.open().filter(kind=proposing.KIND).earliest("pk")
        )
    ),
}
if longest:
    records["long"] = reverse("admin:application", args=[longest.pk])
print(json.dumps(records))
"""

HANDBOOK = (
    Picture("desk", "shenhe1", "/"),
    Picture("review-application", "shenhe1", "{review}", [hold]),
    Picture("account", "shenhe1", "{account}"),
    Picture("case", "shenhe1", "/", [press("n c", "#proposal"), propose]),
    Picture("comparable", "shenhe1", "/", [press("n c", "#proposal"), propose, show(COMPARABLE)]),
    Picture("bulk-preview", "shenhe1", "{bulk-draft}"),
    Picture("bulk-progress", "zhuguan1", "{bulk-begun}"),
    Picture("second-look", "shenhe2", "/", [press("n 2", "[data-heart-beat]")]),
    Picture("rumour", "shenhe1", "{rumour}", [hold, show("#steps")]),
    Picture("refutation", "", "{refutation}"),
    Picture("lifting", "zhuguan1", "{lifting}"),
    Picture("later-hearing", "zhuguan1", "/", [press("n e", "[data-heart-beat]")]),
    Picture("consistency", "zhuguan1", "/consistency/"),
    Picture("approval", "zhuguan1", "/", [press("n a", "[data-heart-beat]")]),
    Picture("decision", "zhuguan1", "{decision}"),
    Picture("filings", "hegui1", "/reports/filing/"),
    Picture("filing", "hegui1", "{filing}"),
    Picture("obligations", "hegui1", "/obligations/?article=public-account-2021:8"),
    Picture("action-log", "shenji1", "/compliance/actionlog/"),
    Picture("staff", "guanli1", "{staff}"),
    Picture("api-client", "guanli1", "{client}"),
    Picture("subject", "shenhe1", "{subject}"),
    Picture("search", "shenhe1", "/search/records/?q=demo-00001"),
    Picture("finding", "shenhe1", "{finding}", [hold]),
    Picture("evidence", "shenhe1", "{evidence}"),
    Picture("qualification", "shenhe1", "/", [press("n q", "[data-heart-beat]")]),
    Picture("metric-alert", "shenhe1", "{alert}"),
    Picture("correction", "shenhe1", "{correction}", [hold]),
    Picture("response", "", "{response}"),
    Picture("transfer", "shenhe1", "{transfer}", [hold]),
    Picture("repudiation", "shenhe1", "{repudiation}", [hold]),
    Picture("allowance", "shenhe1", "{allowance}", [hold]),
    Picture("changes-together", "shenhe1", "/profile-changes/together/"),
    Picture("patrol-check", "shenhe1", "/", [press("n p", "[data-heart-beat]")]),
    Picture("patrols", "zhuguan1", "/patrols/"),
    Picture("dormancy-batch", "zhuguan1", "{dormancy}"),
    Picture("formula", "hegui1", "/formulas/registration/"),
    Picture("keys", "shenhe1", "/", [press("?", "dialog.ui-keys")]),
    Picture("deadlines", "zhuguan1", "/deadlines/"),
    Picture("absences", "zhuguan1", "/people/absences/"),
    Picture("deputies", "zhuguan1", "/people/deputies/"),
    Picture("limits", "hegui1", "/limits/"),
    Picture("calendar", "hegui1", "/calendar/"),
    Picture("qualification-types", "hegui1", "/qualification-types/"),
    Picture("notice-text", "hegui1", "/notice-texts/accounts.application_refused/applicant/"),
    Picture("delivery", "hegui1", "{delivery}"),
    Picture("rules", "hegui1", "/rules/"),
    Picture("rule-document", "hegui1", "/rules/documents/platform-convention/"),
    Picture("rule-filings", "hegui1", "/filings/rules/"),
    Picture("public-rules", "", "/public/rules/"),
    Picture("public-account", "", "{public-account}"),
    Picture("transparency", "", "/public/transparency/"),
    Picture("complain", "", "/public/complain/", width=PHONE),
    Picture(
        "complaint-receipt",
        "",
        "/public/complain/false_information/?account={complain-account}",
        [fill(words="文章所称停水通知并不存在，自来水公司已经声明。"), send],
        width=PHONE,
    ),
    Picture(
        "complaint-tracking",
        "",
        "/public/complain/false_information/?account={complain-account}",
        [fill(words="文章所称停电通知并不存在，供电公司已经声明。"), send, track],
        width=PHONE,
    ),
    Picture("complaint", "shensu1", "/", [press("n x", "[data-heart-beat]")]),
    Picture("complaints-together", "shensu1", "{together}"),
    Picture("infringement", "shensu1", "{infringement}", [hold]),
    Picture("appeal-by-code", "", "{appeal-by-code}", width=PHONE),
    Picture("appeal-won", "", "{appeal-won}", width=PHONE),
    Picture("appeal", "shensu1", "/", [press("n s", "[data-heart-beat]")]),
    Picture("complaint-appeal", "shensu2", "/", [press("n 7", "[data-heart-beat]")]),
    Picture("decision-reversed", "shensu1", "{decision-reversed}"),
    Picture("verify", "", "/public/verify/"),
)

# Looked at by whoever builds a page; in no handbook.
VARIANTS = (
    Picture("login", "", "/login/"),
    Picture("public", "", "/public/"),
    Picture("nothing-there", "", "/public/nowhere/"),
    Picture("desk-of-complaints", "shensu1", "/"),
    Picture("desk-of-administrator", "guanli1", "/"),
    Picture("long-names", "shenhe1", "{long}"),
    Picture("long-names-in-a-list", "shenhe1", "/accounts/application/?o=-1"),
    Picture("many-rows", "shenji1", "/compliance/actionlog/"),
    Picture("empty-list", "shenhe1", "/accounts/application/?q=nobody-has-this-number"),
    Picture("empty-matrix", "shenji1", "/obligations/?state=kept&article=public-account-2021:12"),
    Picture("whole-matrix", "shenji1", "/obligations/"),
    Picture("palette", "shenhe1", "/", [press("Control+k", "[x-data=searchCommand] input")]),
    Picture("reveal", "shenhe1", "{identity}"),
    Picture("refused-form", "hegui1", "/filings/prepare/", [submit_empty]),
    Picture("refused-case", "shenhe1", "/cases/open/", [submit_empty]),
    Picture("forbidden", "guanli1", "/accounts/application/"),
    Picture("not-found", "shenhe1", "/decisions/999999/"),
    Picture("bad-request", "shenhe1", "/accounts/application/?nowhere=1"),
)
