"""The forms of the policies: registration, changes of profiles, claims of names, leaving an account."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import (
    EXPERT_FIELDS,
    Category,
    CheckCode,
    QualificationType,
    SubjectNature,
)
from accounts.pages.formulas.base import FormulaForm, several, whole
from accounts.profile_words import ProfilePart
from accounts.rules import exit_limits, policy_content
from accounts.rules.explanations import CLAIMS
from accounts.transfer_words import TransferPaper
from compliance.ui.admin import SelectWidget, TextareaWidget

# A person has no credit code, so that no head of one can agree with it.
_CODED: Final = [each for each in SubjectNature if each != SubjectNature.NATURAL_PERSON]
_FIELDS: Final = [each for each in Category if each in EXPERT_FIELDS or each == Category.NEWS]


def _words(label: Any, help_text: Any = "", *, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        widget=TextareaWidget(attrs={"rows": rows}),
    )


def _split(text: str) -> list[str]:
    """Return the words of a text, each once, in their order."""
    for mark in "、，,;；":
        text = text.replace(mark, "\n")
    return list(dict.fromkeys(each for line in text.splitlines() for each in line.split()))


def _joined(words: Sequence[str]) -> str:
    return "、".join(words)


def _in_order(chosen: Sequence[str], earlier: Sequence[str]) -> list[str]:
    """Return what is chosen in the order in which it stood, so that the same stays the same."""
    kept = [each for each in earlier if each in chosen]
    return [*kept, *(each for each in chosen if each not in kept)]


class RegistrationForm(FormulaForm):
    """How applications for accounts are checked, art. 7 to 10."""

    def add_fields(self) -> None:
        for nature in SubjectNature:
            self.fields[f"cap_{nature.value}"] = whole(
                _("Accounts that one subject may have: %(nature)s") % {"nature": nature.label},
                "",
                1,
                policy_content.MOST_ACCOUNTS,
            )
        self.fields["signal_subjects"] = whole(
            gettext_lazy("Subjects behind one mobile number, from which a person looks"),
            "",
            1,
            policy_content.MOST_SIGNALS,
        )
        self.fields["signal_burst"] = whole(
            gettext_lazy("Applications with one mobile number, from which a person looks"),
            "",
            1,
            policy_content.MOST_SIGNALS,
        )
        self.fields["signal_burst_hours"] = whole(
            gettext_lazy("Hours within which these applications are counted"),
            "",
            1,
            policy_content.MOST_HOURS,
        )
        self.fields["methods_required"] = whole(
            gettext_lazy("Methods that have to confirm the real identity"),
            gettext_lazy("Art. 7 §1 asks for more than one."),
            policy_content.LEAST_METHODS,
            policy_content.MOST_METHODS,
        )
        self.fields["is_approval_automatic"] = forms.BooleanField(
            label=gettext_lazy(
                "Applications in which no check finds anything are approved at once"
            ),
            help_text=gettext_lazy("Otherwise a person decides on each."),
            required=False,
        )
        self._add_more_accounts()
        self._add_lists()

    def _add_more_accounts(self) -> None:
        self.fields["allowance_natures"] = several(
            gettext_lazy("Who may be granted more accounts than the cap"),
            SubjectNature.choices,
            required=False,
        )
        self.fields["allowance_most"] = whole(
            gettext_lazy("Most accounts that may be granted"), "", 0, policy_content.MOST_ACCOUNTS
        )
        self.fields["allowance_second_person_from"] = whole(
            gettext_lazy("Accounts from which a second person approves the grant"),
            gettext_lazy("Not more than the most that may be granted."),
            0,
            policy_content.MOST_ACCOUNTS,
        )
        self.fields["may_suspend_repudiated"] = forms.BooleanField(
            label=gettext_lazy("An account may rest while it is looked at whose name it stands in"),
            required=False,
        )

    def _add_lists(self) -> None:
        for nature in _CODED:
            self.fields[f"heads_{nature.value}"] = _words(
                _("Beginnings of credit codes that agree: %(nature)s") % {"nature": nature.label},
                gettext_lazy("Two characters each. Empty: all but those that do not agree."),
            )
            self.fields[f"barred_{nature.value}"] = _words(
                _("Beginnings of credit codes that do not agree: %(nature)s")
                % {"nature": nature.label}
            )
        for field in _FIELDS:
            self.fields[f"types_{field.value}"] = several(
                _("Qualifications that count: %(field)s") % {"field": field.label},
                [(each.value, each.label) for each in QualificationType if each.field == field],
            )
        self.fields["unlawful_terms"] = _words(
            gettext_lazy("Terms that names and introductions may not hold"),
            gettext_lazy("Separate words by commas, spaces or lines."),
            rows=4,
        )
        for code in CheckCode:
            self.fields[f"weight_{code.value}"] = whole(
                _("Weight in the queue of reviews: %(check)s") % {"check": code.label},
                gettext_lazy("Of those due at one time the heavier is reviewed first."),
                0,
                policy_content.MOST_WEIGHT,
            )

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **{f"cap_{nature}": cap for nature, cap in content["subject_caps"].items()},
            **{name: content[name] for name in _PLAIN},
            "allowance_natures": content.get("allowance_natures", []),
            "allowance_most": content.get("allowance_most", 0),
            "allowance_second_person_from": content.get("allowance_second_person_from", 0),
            "may_suspend_repudiated": content.get("may_suspend_repudiated", False),
            **{f"heads_{each}": _joined(content["uscc_heads"].get(each, [])) for each in _CODED},
            **{
                f"barred_{each}": _joined(content["uscc_heads_barred"].get(each, []))
                for each in _CODED
            },
            **{f"types_{each}": content["qualification_types"].get(each, []) for each in _FIELDS},
            "unlawful_terms": _joined(content["unlawful_terms"]),
            **{
                f"weight_{code}": content.get("review_weights", {}).get(code, 1)
                for code in CheckCode.values
            },
        }

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        given = self.cleaned_data
        weights, earlier = {}, present.get("review_weights", {})
        for code in CheckCode.values:
            # What has none weighs one; it is written down only where it was or differs.
            if code in earlier or given[f"weight_{code}"] != 1:
                weights[code] = given[f"weight_{code}"]
        return {
            **present,
            "subject_caps": {each: given[f"cap_{each}"] for each in SubjectNature.values},
            **{name: given[name] for name in (*_PLAIN, *_MORE)},
            "allowance_natures": _in_order(
                given["allowance_natures"], present.get("allowance_natures", [])
            ),
            "uscc_heads": self._heads("heads", present["uscc_heads"]),
            "uscc_heads_barred": self._heads("barred", present["uscc_heads_barred"]),
            "qualification_types": {
                each: _in_order(
                    given[f"types_{each}"], present["qualification_types"].get(each, [])
                )
                for each in map(str, _FIELDS)
            },
            "unlawful_terms": _split(given["unlawful_terms"]),
            "review_weights": weights,
        }

    def _heads(self, name: str, present: Mapping[str, list[str]]) -> dict[str, list[str]]:
        kept = {each: list(heads) for each, heads in present.items() if each not in _CODED}
        typed = {each.value: _split(self.cleaned_data[f"{name}_{each}"].upper()) for each in _CODED}
        return {**kept, **{nature: heads for nature, heads in typed.items() if heads}}


_PLAIN: Final = (
    "signal_subjects",
    "signal_burst",
    "signal_burst_hours",
    "methods_required",
    "is_approval_automatic",
)
_MORE: Final = ("allowance_most", "allowance_second_person_from", "may_suspend_repudiated")
_SECTION: Final = "profile_changes"


class ProfilesForm(FormulaForm):
    """Which changes of profiles need no person, and how often a name may change, art. 8 §2."""

    automatic = several(
        gettext_lazy("Parts that the checks alone may approve"),
        ProfilePart.choices,
        gettext_lazy("A change of any other part is decided by a person."),
        required=False,
    )
    reviewed_claims = several(
        gettext_lazy("Names that a person looks at, also where the subject may say so"),
        list(CLAIMS.items()),
        required=False,
    )
    are_divisions_reviewed = forms.BooleanField(
        label=gettext_lazy("A person looks at names with an administrative division"),
        required=False,
    )

    def add_fields(self) -> None:
        for nature in SubjectNature:
            self.fields[f"renames_{nature.value}"] = whole(
                _("Changes of the name within a year: %(nature)s") % {"nature": nature.label},
                "",
                0,
                policy_content.MOST_RENAMES,
            )

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        # The first versions had no such section: nothing was approved by the checks alone.
        section = content.get(_SECTION, _NOTHING_AUTOMATIC)
        return {
            "automatic": section["automatic"],
            "reviewed_claims": section["reviewed_claims"],
            "are_divisions_reviewed": section["are_divisions_reviewed"],
            **{f"renames_{nature}": most for nature, most in section["renames_a_year"].items()},
        }

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        given, earlier = self.cleaned_data, present.get(_SECTION, _NOTHING_AUTOMATIC)
        return {
            **present,
            _SECTION: {
                "automatic": _in_order(given["automatic"], earlier["automatic"]),
                "reviewed_claims": _in_order(given["reviewed_claims"], earlier["reviewed_claims"]),
                "are_divisions_reviewed": given["are_divisions_reviewed"],
                "renames_a_year": {each: given[f"renames_{each}"] for each in SubjectNature.values},
            },
        }


_NOTHING_AUTOMATIC: Final[Mapping[str, Any]] = {
    "automatic": [],
    "reviewed_claims": [],
    "are_divisions_reviewed": True,
    "renames_a_year": {},
}
_CLAIM_WORDS: Final = {
    "words": gettext_lazy("Words anywhere in the name"),
    "endings": gettext_lazy("Endings of the name"),
    "bio": gettext_lazy("Words in the introduction"),
}


class ClaimsForm(FormulaForm):
    """Which words say what a subject is, and who may say so, art. 9."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.rows: int = kwargs.pop("rows", 0)
        super().__init__(*args, **kwargs)

    @classmethod
    def made_for(cls, present: Mapping[str, Any], **kwargs: Any) -> FormulaForm:
        return cls(**kwargs, rows=len(present.get("name_claims", ())))

    def add_fields(self) -> None:
        for number in range(self.rows + 1):
            is_new = number == self.rows
            title = _("another one") if is_new else str(number + 1)
            self._add(number, "claim", title).required = not is_new
            for column, label in _CLAIM_WORDS.items():
                self.fields[f"{column}_{number}"] = _words(f"{title} · {label}")
            self.fields[f"natures_{number}"] = several(
                _("%(number)s · Natures that may say so") % {"number": title},
                SubjectNature.choices,
                required=False,
            )
            self.fields[f"qualifications_{number}"] = several(
                _("%(number)s · Qualifications with which others may") % {"number": title},
                QualificationType.choices,
                required=False,
            )

    def _add(self, number: int, column: str, title: str) -> forms.Field:
        field = forms.ChoiceField(
            label=_("%(number)s · What is claimed") % {"number": title},
            help_text=gettext_lazy("Left without any words it is taken off the list."),
            choices=[("", "—"), *CLAIMS.items()],
            widget=SelectWidget,
        )
        self.fields[f"{column}_{number}"] = field
        return field

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, row in enumerate(content.get("name_claims", ())):
            found[f"claim_{number}"] = row["claim"]
            found[f"natures_{number}"] = row["natures"]
            found[f"qualifications_{number}"] = row.get("qualifications", [])
            for column in _CLAIM_WORDS:
                found[f"{column}_{number}"] = _joined(row.get(column, []))
        return found

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        earlier, given = list(present.get("name_claims", ())), self.cleaned_data
        claims = []
        for number in range(self.rows + 1):
            before = earlier[number] if number < len(earlier) else {}
            words = {
                column: found
                for column in _CLAIM_WORDS
                if (found := _split(given[f"{column}_{number}"]))
            }
            if not words:
                continue
            shown = _in_order(given[f"qualifications_{number}"], before.get("qualifications", []))
            claims.append(
                {
                    "claim": given[f"claim_{number}"],
                    "natures": _in_order(given[f"natures_{number}"], before.get("natures", [])),
                    **({"qualifications": shown} if shown else {}),
                    **words,
                }
            )
        return {**present, "name_claims": claims}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        new = f"claim_{self.rows}"
        typed = any(given.get(f"{column}_{self.rows}") for column in _CLAIM_WORDS)
        if typed and not given.get(new):
            self.add_error(new, _("Choose what these words claim."))
        return given


class ExitsForm(FormulaForm):
    """Who may take an account over, and how long an operator may think again, art. 11."""

    natures = several(gettext_lazy("Who may take an account over"), SubjectNature.choices)
    papers = several(
        gettext_lazy("Papers that have to be there before a transfer is reviewed"),
        TransferPaper.choices,
    )
    monetisation_off_months = whole(
        gettext_lazy("Months after a transfer without earning money"),
        gettext_lazy("0: earning is not switched off."),
        0,
        exit_limits.MOST_MONTHS,
    )
    stop_small_followers = whole(
        gettext_lazy("Followers up to which an account counts as small"),
        gettext_lazy("How long its operator may think again stands among the time limits."),
        0,
        exit_limits.MOST_FOLLOWERS,
    )
    stop_medium_followers = whole(
        gettext_lazy("Followers up to which an account counts as medium"),
        gettext_lazy("More than those of a small account."),
        1,
        exit_limits.MOST_FOLLOWERS,
    )

    @classmethod
    def initial_of(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return dict(content)

    def content(self, present: Mapping[str, Any]) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            **present,
            "natures": _in_order(given["natures"], present["natures"]),
            "papers": _in_order(given["papers"], present["papers"]),
            **{
                name: given[name]
                for name in (
                    "monetisation_off_months",
                    "stop_small_followers",
                    "stop_medium_followers",
                )
            },
        }
