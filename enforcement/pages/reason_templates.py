"""Ready-made reasons that a person may take and change, per act, in both languages."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from compliance.ui.kit import ReasonTemplate

_FILE = Path(__file__).resolve().parents[1] / "catalogues" / "reason_templates.json"


@cache
def _catalogue() -> Any:
    return json.loads(_FILE.read_text(encoding="utf-8"))


def reason_templates(act: str) -> list[ReasonTemplate]:
    """Return the ready-made reasons for an act in the language of the screen."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return [
        ReasonTemplate(each["label"][language], each["text"][language])
        for each in _catalogue()[act]
    ]
