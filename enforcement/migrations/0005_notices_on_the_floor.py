"""Lay the texts of enforcement's notices, and take the notices of earlier releases along."""

from pathlib import Path

from django.db import migrations

from compliance.migration_notices import lay_texts

FOLDER = Path(__file__).resolve().parent.parent / "catalogues" / "notices"
DECISION = "enforcement.decision"
BATCH = 500
# The number that `Decision.number` shows, as it was when this migration was written.
NUMBER = "CZ{:08d}"
TITLES = {"zh-hans": "处置决定书 {}", "en": "Decision {}"}


def lay(apps, schema_editor):
    alias = schema_editor.connection.alias
    lay_texts(
        apps,
        alias,
        FOLDER,
        purpose=DECISION,
        audience="operator",
        reasons_in="reasoning",
        appeal_in="appeal",
    )
    for purpose in ("enforcement.reversal", "enforcement.measure_ended"):
        lay_texts(apps, alias, FOLDER, purpose=purpose, audience="operator")
    take_along(apps, alias)


def take_along(apps, alias):
    """Copy every notice word for word; none of them was ever delivered by the product."""
    notice_model = apps.get_model("compliance", "Notice")
    templates = {
        each.language: each
        for each in apps.get_model("compliance", "NoticeTemplate")
        .objects.using(alias)
        .filter(purpose=DECISION)
    }
    old = (
        apps.get_model("enforcement", "DecisionNotice")
        .objects.using(alias)
        .select_related("decision__account", "decision__proposal__outcome")
        .order_by("pk")
    )
    approvals = apps.get_model("compliance", "Approval").objects.using(alias)
    batch = []
    for each in old.iterator(chunk_size=BATCH):
        decision = each.decision
        last = approvals.filter(proposal_id=decision.proposal_id, verdict="approve").order_by("pk")
        text = tame(each.text.strip())
        batch.append(
            notice_model(
                purpose=DECISION,
                audience="operator",
                language=each.language,
                template=templates[each.language],
                about_type="enforcement.decision",
                about_id=str(decision.pk),
                occasion="",
                edition=1,
                subject_type="account",
                subject_id=decision.account.platform_uid,
                recipient_type="account",
                recipient_id=decision.account.platform_uid,
                title=TITLES[each.language].format(NUMBER.format(decision.pk)),
                text=text,
                reasons_in="reasoning",
                appeal_in="appeal",
                reasons=tame(decision.reasoning.strip()),
                # The way to appeal was the last line of the old text.
                appeal=text.splitlines()[-1],
                written_by_id=last.last().approver_id,
                prepared_by_id=decision.proposed_by_id,
                written_at=each.created_at,
            )
        )
        if len(batch) == BATCH:
            notice_model.objects.using(alias).bulk_create(batch)
            batch = []
    notice_model.objects.using(alias).bulk_create(batch)


def tame(text):
    """Set double braces apart, as every notice has them."""
    while "{{" in text or "}}" in text:
        text = text.replace("{{", "{ {").replace("}}", "} }")
    return text


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0007_notices_and_outbox"),
        ("enforcement", "0004_matter_of_open_items"),
    ]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
