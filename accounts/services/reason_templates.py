"""Ready-made reasons that a person may take and change, per act, in both languages."""

from dataclasses import dataclass

from django.utils.translation import get_language

from accounts.catalogue_files import catalogue


@dataclass(frozen=True)
class ReasonTemplate:
    """A reason: what it is called and its text."""

    code: str
    label: str
    text: str


def reason_templates(act: str) -> list[ReasonTemplate]:
    """
    Return the reasons for an act in the language of the screen.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason.
    """
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return [
        ReasonTemplate(each["code"], each["label"][language], each["text"][language])
        for each in catalogue("reason_templates").get(act, [])
    ]
