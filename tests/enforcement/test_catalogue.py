"""The catalogue and the rules as migrations lay them."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone, translation

from compliance import roles, work
from compliance.models import Clause, RuleDocument, StaffUser
from enforcement.models import CatalogueVersion, MeasureType, ViolationType

pytestmark = pytest.mark.django_db


def test_the_ten_violations_follow_the_items_of_article_18() -> None:
    top = ViolationType.objects.filter(parent__isnull=True).order_by("code")

    assert [(each.code, each.provision) for each in top] == [
        (f"V{number:02d}", f"public-account-2021:18({number})") for number in range(1, 11)
    ]


def test_every_sub_code_stands_under_its_violation() -> None:
    for each in ViolationType.objects.filter(parent__isnull=False).select_related("parent"):
        assert each.code.startswith(f"{each.parent.code}.")
        assert each.provision == each.parent.provision


def test_every_violation_has_a_clause_that_words_it() -> None:
    worded = set(Clause.objects.values_list("provision", flat=True))

    assert set(ViolationType.objects.values_list("provision", flat=True)) <= worded


def test_whatever_has_sub_codes_of_an_open_head_cannot_stand_alone() -> None:
    alone = ViolationType.objects.filter(code__regex=r"^V(09|10)", subtypes__isnull=False)

    assert alone.exists()
    assert not alone.filter(needs_subtype=False).exists()


def test_titles_follow_the_language_of_the_screen() -> None:
    found = ViolationType.objects.get(code="V06.1")

    with translation.override("zh-hans"):
        assert found.title == "编造事实"
    with translation.override("en"):
        assert found.title == "Fabricated facts"


def test_the_version_in_force_is_the_first_one() -> None:
    assert CatalogueVersion.objects.in_force(timezone.now()).label == "1"


def test_every_measure_names_its_approvers_by_permissions_that_exist() -> None:
    known = {
        f"{each.content_type.app_label}.{each.codename}"
        for each in Permission.objects.select_related("content_type")
    }

    for each in MeasureType.objects.all():
        rules = list(each.approval_rules.all())
        assert any(rule.longer_than_days == 0 for rule in rules)
        assert {name for rule in rules for name in rule.permissions} <= known


def test_rule_documents_have_their_history() -> None:
    for document in RuleDocument.objects.all():
        assert document.history.count() == 1


def test_every_queue_is_open_to_somebody_but_never_to_the_system_administrator(
    staff_user: Callable[..., StaffUser],
) -> None:
    granted = {definition.code: set(definition.permissions) for definition in roles.definitions()}

    for code in ("cases", "approvals", "approvals_officer"):
        permission = work.get_queue(code).permission
        assert any(permission in permissions for permissions in granted.values())
    assert not any(name.startswith("enforcement.") for name in granted[roles.SYSTEM_ADMINISTRATOR])
