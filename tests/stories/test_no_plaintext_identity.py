"""Planted identity data is nowhere in the clear: no table, page, export, log or error shows it."""

import csv
import io
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import ApplicationSource
from accounts.guardian_words import DECLARATION_VERSION
from accounts.models import Application, PublicAccount
from accounts.rules.application_data import ApplicationData, read_application
from accounts.services import review
from accounts.services.registration import register_account
from compliance import work
from compliance.identity import vault
from compliance.models import Clause, ResponseInvitation, StaffUser, WorkItem
from compliance.provisions import Provision
from compliance.responses.codes import code_of
from compliance.staff import system_actor
from enforcement.models import ViolationType
from enforcement.services import cases, decisions
from enforcement.services.decision_content import MeasureOrder
from tests.accounts.applications import personal
from tests.accounts.fixtures import unused_cells
from tests.compliance.evidence_files import picture
from tests.conftest import PASSWORD
from tests.hearings import hear

P = Provision.PUBLIC_ACCOUNT_19_2
# Made up, and rare enough that nothing else can hold them by chance.
NAME = "诸葛霂霂"
ADDRESS = "浙江省杭州市霂园路9876号"
EMAIL = "mumu.secret.canary@example.com"
BACKGROUND = "霂氏医馆坐诊二十年"
QUALIFICATION = "QX7788990011223344"
ROLES = ("moderator", "complaint_handler", "supervisor", "compliance_officer", "auditor")


def planted(number: int) -> dict[str, str]:
    """One natural person's columns, different for each number."""
    return {
        "subject_name": f"{NAME}{number}",
        "id_number": personal(f"1101011987031{number:01d}876"),
        "mobile": f"1997766550{number}",
        "registered_region": f"{ADDRESS}-{number}",
        "operating_region": f"{ADDRESS}-{number}",
        "contact": f"{number}{EMAIL}",
    }


def applications() -> list[dict[str, str]]:
    """One application for each state that checks can give."""
    expert = {
        "category": "health",
        "qualification_type": "DOC_PRACTICE",
        "qualification_number": QUALIFICATION,
        "qualification_issuer": "某卫生健康委员会",
        "professional_background": BACKGROUND,
    }
    rows = [
        unused_cells(**planted(1)),
        unused_cells(**{**planted(2), **expert}),
        unused_cells(**{**planted(3), "account_name": "隐​形"}),
        unused_cells(**{**planted(4), "category": ""}),
        unused_cells(**{**planted(5), **expert, "account_name": "另一个医生"}),
    ]
    invalid = unused_cells(**{**planted(6), "subject_nature": "robot"})
    return [*rows, invalid]


def secrets(rows: list[dict[str, str]]) -> list[str]:
    """Every value that must not be seen."""
    names = ["subject_name", "id_number", "mobile", "registered_region", "contact"]
    found = {row[name] for row in rows for name in names}
    return sorted(found | {NAME, ADDRESS, EMAIL, BACKGROUND, QUALIFICATION})


def found_in(text: str, values: list[str]) -> list[str]:
    return [value for value in values if value in text]


def somebody_claims() -> list[str]:
    """Claim on the public page that an identity was used, with a refused try before; what was typed."""
    given = {
        "name": f"{NAME}7",
        "id_number": personal("11010119870317876"),
        "mobile": "19977665507",
        "words": f"{NAME}7从未注册，住{ADDRESS}-7",
    }
    form = {**given, "id_type": "resident_id", "complete": "1"}
    visitor = Client(raise_request_exception=False)
    url = reverse("public:repudiate")
    assert visitor.post(url, {**form, "id_type": "card"}).status_code == 409
    answer = visitor.post(url, form)
    assert answer.status_code == 302
    page = visitor.get(answer["Location"])
    assert found_in(page.text + answer["Location"], list(given.values())) == []
    return list(given.values())


def guardian_consents(moderator: StaffUser) -> list[str]:
    """Ask a guardian for consent and let them answer; what was typed."""
    born = timezone.localdate().year - 15
    cells = unused_cells(id_number=personal(f"110101{born}0601876"))
    data = read_application(cells)
    assert isinstance(data, ApplicationData)
    because = {"actor": moderator, "provision": Provision.PUBLIC_ACCOUNT_8_1, "reason": "核对"}
    minor = register_account(
        data=data,
        source=ApplicationSource.API,
        **{**because, "actor": system_actor()},
    ).application
    assert minor.work_item is not None
    review.ask_for_material(
        application=minor,
        fence=work.claim_item(work_item=minor.work_item, actor=moderator).fence,
        expected_version=minor.version,
        told="请监护人同意",
        asks_guardian=True,
        **because,
    )
    invitation = ResponseInvitation.objects.about(minor).get()
    given = {
        "name": f"{NAME}8",
        "id_number": personal("11010119870318876"),
        "mobile": "19977665508",
    }
    answer = Client(raise_request_exception=False).post(
        reverse("public:response", args=[code_of(invitation)]),
        {
            **given,
            "relation": "mother",
            "id_type": "resident_id",
            "agreed": DECLARATION_VERSION,
            "files": [SimpleUploadedFile("hukou.jpg", picture(), "image/jpeg")],
            "complete": "1",
        },
    )
    assert answer.status_code == 302
    return list(given.values())


def database_text(owner: psycopg.Connection) -> Iterator[tuple[str, str]]:
    """Every table as text; binary columns also decoded, packed ones unpacked."""
    tables = owner.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind = 'r'"
    ).fetchall()
    for (table,) in tables:
        for row in owner.execute(f"SELECT * FROM {table}"):
            for cell in row:
                if isinstance(cell, bytes | memoryview):
                    raw = bytes(cell)
                    yield table, raw.decode("utf-8", "replace")
                    for bits in (15, 31, -15):
                        try:
                            yield table, zlib.decompress(raw, bits).decode("utf-8", "replace")
                        except zlib.error:
                            continue
                elif cell is not None:
                    yield table, str(cell)


def crawl(client: Client, limit: int = 400) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, from the desk on."""
    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) < limit:
        url = waiting.pop(0)
        response = client.get(url, follow=True)
        text = b"".join(response).decode("utf-8", "replace")
        yield url, text
        for link in re.findall(r'href="([^"#]+)"', text):
            link = link.replace("&amp;", "&")
            if link.startswith("?"):
                link = url.partition("?")[0] + link
            is_page = link.startswith("/") and not link.startswith(("/static/", "/logout"))
            if is_page and link not in seen:
                seen.add(link)
                waiting.append(link)


@pytest.mark.django_db(transaction=True)
def test_planted_identity_data_is_seen_through_a_reveal_alone(
    tmp_path: Path,
    staff_user: Callable[..., StaffUser],
    owner_connection: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    staff = {role: staff_user(role) for role in ROLES}
    moderator = staff["moderator"]
    second_officer = staff_user("compliance_officer")

    # The platform hands its file in, the broken row with it, and once more with another content.
    rows = applications()
    values = secrets(rows)
    for number, changed in enumerate(["", "改名"]):
        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "account_name": row["account_name"] + changed} for row in rows)
        path = tmp_path / f"platform{number}.csv"
        path.write_text(text.getvalue(), encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("register_accounts", str(path), "--json")
    statuses = set(Application.objects.values_list("status", flat=True))
    assert statuses == {"approved", "in_review", "refused", "waiting_material"}

    # A moderator decides one on the page, is refused something, and meets a fault.
    console = Client(raise_request_exception=False)
    assert console.login(username=moderator.username, password=PASSWORD)
    console.post(reverse("admin:claim_next", args=["applications"]))
    item = WorkItem.objects.get(lease__holder=moderator.person)
    page = reverse("admin:review_application", args=[item.pk])
    console.post(page, {"action": "approve", "reason": "", "fence": "1", "version": "1"})
    with monkeypatch.context() as broken:

        def fail(*args: object, **kwargs: object) -> None:
            raise RuntimeError("made-up fault")

        broken.setattr("accounts.pages.application_review.review.refuse_application", fail)
        version = Application.objects.get(work_item=item).version
        fault = console.post(
            page, {"action": "refuse", "reason": "不符", "fence": "1", "version": version}
        )
    assert fault.status_code == 500
    assert found_in(fault.text, values) == []

    # Somebody says that an account is not theirs, and a guardian consents to another.
    values += somebody_claims()
    values += guardian_consents(moderator)

    # An account is closed by three people.
    account = PublicAccount.objects.get()
    case = cases.open_case(
        account=account,
        source="own",
        summary="冒用名义",
        actor=moderator,
        provision=P,
        reason="巡查",
    )
    fence = work.claim_item(work_item=case.work_item, actor=moderator).fence
    decision = decisions.propose_decision(
        case=case,
        fence=fence,
        violation_type=ViolationType.objects.get(code="V02.3"),
        severity=3,
        facts="账号冒用他人名义发布内容，经核对属实。",
        reasoning="该行为使公众误认发布者身份，属于假冒仿冒。",
        clauses=[Clause.objects.get(provision="public-account-2021:18(2)")],
        measures=[MeasureOrder("close", None)],
        deviation_reason="grave_effect",
        deviation_note="冒用他人名义收取费用，影响明显大于一般情形。",
        actor=moderator,
        provision=P,
        reason="事实清楚",
    )
    decision = hear(decision)
    for approver in (staff["supervisor"], staff["compliance_officer"]):
        decisions.approve_decision(decision=decision, actor=approver, provision=P, reason="同意")
    decision.refresh_from_db()
    assert decision.status == "in_force"

    # It is filed, in every form.
    today = timezone.localdate()
    out = tmp_path / "filing"
    call_command(
        "prepare_filing",
        "R07",
        f"--from={today - timedelta(days=1)}",
        f"--until={today + timedelta(days=1)}",
        "--format=csv,xlsx,json,html",
        f"--out={out}",
        f"--as={second_officer.username}",
    )

    # Where it must not be.
    leaks = {
        f"table {table}: {value}"
        for table, text in database_text(owner_connection)
        for value in found_in(text, values)
    }
    pages = 0
    for role, colleague in staff.items():
        client = Client()
        client.force_login(colleague)
        for url, text in crawl(client):
            pages += 1
            leaks |= {f"page {url} as {role}: {value}" for value in found_in(text, values)}
    for file in out.iterdir():
        text = file.read_bytes().decode("utf-8", "replace")
        leaks |= {f"file {file.name}: {value}" for value in found_in(text, values)}
    printed = capsys.readouterr()
    for name, text in {"log": caplog.text, "out": printed.out, "err": printed.err}.items():
        leaks |= {f"{name}: {value}" for value in found_in(text, values)}
    assert leaks == set()
    assert pages > 100

    # The search would have found them: they are there, and what is not secret is found.
    assert account.platform_uid in " ".join(text for _, text in database_text(owner_connection))
    assert account.platform_uid in printed.out
    shown = vault.reveal(
        value=Application.objects.get(account=account).mobile,
        actor=moderator,
        provision=Provision.PIPL_51,
        reason="核对",
    )
    assert shown in values
