"""The one helper by which a data migration lays the first texts of a purpose of notices."""

from pathlib import Path

from django.db.migrations.state import StateApps

LANGUAGES = ("zh-hans", "en")


def lay_texts(
    apps: StateApps,
    alias: str,
    folder: Path,
    *,
    purpose: str,
    audience: str,
    reasons_in: str = "",
    appeal_in: str = "",
) -> None:
    """Lay version 1 in every language from `<purpose>.<language>.txt`: a subject line, the text."""
    model = apps.get_model("compliance.NoticeTemplate")
    for language in LANGUAGES:
        text = (folder / f"{purpose}.{language}.txt").read_text(encoding="utf-8")
        subject, _line_end, body = text.partition("\n")
        model.objects.using(alias).create(
            purpose=purpose,
            audience=audience,
            language=language,
            number=1,
            subject=subject.strip(),
            body=body.strip(),
            reasons_in=reasons_in,
            appeal_in=appeal_in,
        )
