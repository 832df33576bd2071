"""What is published is filed with the regulator, and what is not is seen."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from compliance.errors import ActionRefused, InvalidInput, MissingReason, NotPermitted
from compliance.models import (
    ActionLog,
    RuleDocument,
    RuleFiling,
    RuleFilingReceipt,
    RuleVersion,
)
from compliance.rulebook import changes, filings
from compliance.rulebook.filings import FilingState, document_text, rule_filing_figures, unfiled
from tests.compliance.rule_documents import (
    RuleStaff,
    add_document,
    announce,
    approve,
    because,
    draft,
)

pytestmark = pytest.mark.django_db
AUTHORITY = "某省互联网信息办公室"


@pytest.fixture
def version() -> RuleVersion:
    """The version of the convention that a migration lays."""
    return RuleVersion.objects.select_related("document").get(document__code="platform-convention")


def file(staff: RuleStaff, version: RuleVersion, **more: Any) -> RuleFiling:
    return filings.file_version(
        **{
            "version": version,
            "filed_with": AUTHORITY,
            "filed_on": timezone.localdate(),
            **because(staff.officer),
            **more,
        }
    )


def receipt(staff: RuleStaff, filing: RuleFiling, **more: Any) -> RuleFilingReceipt:
    return filings.receipt_rule_filing(
        **{
            "filing": filing,
            "receipt_number": "备〔2026〕1号",
            "received_on": timezone.localdate(),
            **because(staff.officer),
            **more,
        }
    )


def states() -> dict[str, FilingState]:
    return {
        f"{each.version.document.code} {each.version.label}": each.state
        for each in unfiled(timezone.localdate())
    }


def test_every_published_version_is_unfiled_until_the_regulator_confirms_it(
    staff: RuleStaff, version: RuleVersion
) -> None:
    coming = announce(staff, version.document, draft("2.0"))
    at_first = states()
    filing = file(staff, version)
    filed = states()
    receipt(staff, filing)

    assert at_first == {
        "platform-convention 1.0": FilingState.NOT_FILED,
        "platform-convention 2.0": FilingState.NOT_FILED,
    }
    assert filed["platform-convention 1.0"] == FilingState.FILED
    assert states() == {f"platform-convention {coming.label}": FilingState.NOT_FILED}


def test_what_is_superseded_or_withdrawn_or_a_system_is_not_asked_for(
    staff: RuleStaff, version: RuleVersion
) -> None:
    coming = announce(staff, version.document, draft("2.0"))
    announce(staff, add_document(staff, "data_security"), draft())
    later = [each.version.label for each in unfiled(coming.effective_date)]
    change = changes.propose_withdrawal(version=coming, **because(staff.proposer))
    approve(staff, change)

    assert later == ["2.0"]
    assert states() == {"platform-convention 1.0": FilingState.NOT_FILED}


def test_the_exact_text_is_kept_with_its_digest(staff: RuleStaff, version: RuleVersion) -> None:
    filing = file(staff, version)

    content = bytes(filing.content)
    assert content.decode() == document_text(version)
    assert "3.4\n不得购买、出售或交换关注数、阅读数和评论。" in content.decode()
    assert filing.sha256 == hashlib.sha256(content).hexdigest()
    assert ActionLog.objects.for_object(filing).get().changes["sha256"] == filing.sha256


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"filed_with": " "}, InvalidInput),
        ({"filed_on": timezone.localdate() + timedelta(days=2)}, InvalidInput),
        ({"reason": " "}, MissingReason),
    ],
)
def test_a_filing_that_says_too_little_is_refused(
    staff: RuleStaff, version: RuleVersion, wrong: dict[str, Any], kind: type[ActionRefused]
) -> None:
    with pytest.raises(kind):
        file(staff, version, **wrong)

    assert not RuleFiling.objects.exists()


def test_systems_are_not_filed_and_others_do_not_file(
    staff: RuleStaff, version: RuleVersion
) -> None:
    system = announce(staff, add_document(staff, "data_security"), draft())

    with pytest.raises(InvalidInput):
        file(staff, system)
    with pytest.raises(NotPermitted):
        file(staff, version, actor=staff.supervisor)

    assert not RuleFiling.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"receipt_number": ""},
        {"received_on": timezone.localdate() - timedelta(days=1)},
        {"received_on": timezone.localdate() + timedelta(days=2)},
    ],
)
def test_a_receipt_has_a_number_and_comes_after_the_filing(
    staff: RuleStaff, version: RuleVersion, wrong: dict[str, Any]
) -> None:
    filing = file(staff, version)

    with pytest.raises(InvalidInput):
        receipt(staff, filing, **wrong)

    assert not RuleFilingReceipt.objects.exists()


def test_a_filing_is_confirmed_once(staff: RuleStaff, version: RuleVersion) -> None:
    filing = file(staff, version)
    receipt(staff, filing)

    with pytest.raises(ActionRefused):
        receipt(staff, filing, receipt_number="备〔2026〕2号")

    assert RuleFilingReceipt.objects.get().receipt_number == "备〔2026〕1号"


def test_the_database_compares_the_digest_with_the_text(
    staff: RuleStaff, version: RuleVersion
) -> None:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        RuleFiling.objects.create(
            version=version,
            filed_with=AUTHORITY,
            filed_on=timezone.localdate(),
            filed_by=staff.officer.person,
            content=b"other words",
            sha256="0" * 64,
        )

    problem: Any = refusal.value.__cause__
    assert problem.diag.constraint_name == "rulefiling_digest_is_of_its_text"


def test_r01_lists_every_version_that_binds_or_will(staff: RuleStaff, version: RuleVersion) -> None:
    announce(staff, add_document(staff, "network_security", is_public=False), draft())
    announce(staff, version.document, draft("2.0", summary="补充来源"))
    filing = file(staff, version)
    receipt(staff, filing)

    first, second, system = rule_filing_figures(timezone.localdate())

    assert (first.kind, first.version, first.state) == ("平台公约", "1.0", "已备案，有回执")
    assert first.publication_path == "/public/rules/platform-convention/versions/1.0/"
    assert (first.filed_with, first.receipt_number) == (AUTHORITY, "备〔2026〕1号")
    assert first.file_sha256 == filing.sha256
    assert first.contact_post == "测试"
    assert (second.version, second.change_summary, second.state) == ("2.0", "补充来源", "未备案")
    assert second.publication_date == timezone.localdate()
    assert (system.publication_path, system.state) == ("", "无需备案")


def test_a_document_without_a_version_is_in_no_list(staff: RuleStaff) -> None:
    empty = add_document(staff, "management_rules", code="content-rules")

    assert RuleDocument.objects.filter(pk=empty.pk).exists()
    assert "content-rules" not in {
        each.publication_path for each in rule_filing_figures(timezone.localdate())
    }
    assert all(not name.startswith("content-rules") for name in states())
