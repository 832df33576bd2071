"""The form in which a decision is written, and what it is filled with."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.correction_words import CorrectionGround, Mismatch
from accounts.enums import AccountFunction
from accounts.services.blacklist.listing import latest_review_date
from compliance.errors import ActionRefused
from compliance.models import Clause, DocumentKind
from compliance.rulebook.documents import clauses_in_force
from enforcement.enums import (
    LISTING_MEASURES,
    MILDEST_MEASURES,
    PLATFORM_MEASURES,
    ContentKind,
    DeviationReason,
    MeasureCode,
)
from enforcement.hearing_words import HoldGround
from enforcement.measure_words import ContentAct, LabelKind
from enforcement.models import (
    Case,
    CatalogueVersion,
    Factor,
    MeasureType,
    ViolationType,
)
from enforcement.pages.consequences import role_with
from enforcement.pages.ladder_panel import LadderPanel, panel_of
from enforcement.pages.presentation import SEVERITIES
from enforcement.rules.ladder import Order
from enforcement.services.decision_content import DecisionWords, MeasureOrder
from enforcement.services.emergencies.ordering import EmergencyWords

# What a form posts besides its fields, and what says nothing about the decision.
_NOT_WORDS = frozenset({"csrfmiddlewaretoken", "action", "fence", "version", "previewed"})


@dataclass(frozen=True)
class ViolationGroup:
    """One head of art. 18 and the violations under it that can be named."""

    title: str
    violations: list[ViolationType]


@dataclass(frozen=True)
class FactorLine:
    """One factor of the catalogue as the form offers it."""

    factor: Factor
    is_chosen: bool


@dataclass(frozen=True)
class MeasureLine:
    """One measure of the catalogue as the form offers it."""

    type: MeasureType
    is_chosen: bool
    term: Any
    functions: Any
    review: Any
    contents: Any
    acts: Any
    label: Any
    # Never a departure from the ladder, so that the page does not ask why.
    is_mildest: bool
    mismatches: Any
    correction_ground: Any
    approvals: list[str]


def words_digest(posted: QueryDict) -> str:
    """Return a digest of what was written, by which a preview is known to be of the same words."""
    words = {name: posted.getlist(name) for name in sorted(posted) if name not in _NOT_WORDS}
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()


def _document_order(clause: Clause) -> tuple[int, int, int, int]:
    """Return where a clause stands: law before the platform's own rules, each document in order."""
    document = clause.rule_version.document
    return DocumentKind.values.index(document.kind), document.pk, clause.position, clause.pk


def _area(rows: int, **attributes: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "ui-input", "rows": rows, **attributes})


class ProposalForm(forms.Form):
    """
    What is written for a decision.

    The form reads; whether the words do is the matter of the service that proposes them.
    """

    violation = forms.ModelChoiceField(
        label=gettext_lazy("Violation"), queryset=ViolationType.objects.none()
    )
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"),
        choices=[("", "")] + [(str(number), label) for number, label in SEVERITIES.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    statute = forms.CharField(
        label=gettext_lazy("Statute and article"), max_length=200, required=False
    )
    content_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of content"), choices=ContentKind.choices
    )
    content_ref = forms.CharField(
        label=gettext_lazy("Number or address of the content"), max_length=400, required=False
    )
    facts = forms.CharField(label=gettext_lazy("Facts"), widget=_area(5))
    clauses = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Cited clauses"), queryset=Clause.objects.none(), required=False
    )
    reasoning = forms.CharField(label=gettext_lazy("Reasoning"), widget=_area(5))
    private_note = forms.CharField(
        label=gettext_lazy("Private note"), widget=_area(3), required=False
    )
    measures = forms.MultipleChoiceField(label=gettext_lazy("Measures"), required=False)
    functions = forms.MultipleChoiceField(
        label=gettext_lazy("Functions that are off"),
        choices=AccountFunction.choices,
        required=False,
    )
    content_acts = forms.MultipleChoiceField(
        label=gettext_lazy("What is done with the contents"),
        choices=ContentAct.choices,
        required=False,
    )
    mismatches = forms.MultipleChoiceField(
        label=gettext_lazy("What has to be corrected"), choices=Mismatch.choices, required=False
    )
    correction_ground = forms.ChoiceField(
        label=gettext_lazy("In what way it is wrong"),
        choices=[("", ""), *CorrectionGround.choices],
        required=False,
    )
    label_kind = forms.ChoiceField(
        label=gettext_lazy("Which label"), choices=[("", ""), *LabelKind.choices], required=False
    )
    factors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Factors"), queryset=Factor.objects.none(), required=False
    )
    deviation_reason = forms.ChoiceField(
        label=gettext_lazy("Kind of reason"),
        choices=[("", ""), *DeviationReason.choices],
        required=False,
    )
    deviation_note = forms.CharField(
        label=gettext_lazy("Why this case differs"), widget=_area(2), required=False
    )

    is_emergency = forms.BooleanField(
        label=gettext_lazy("Without a hearing before it, because it cannot wait"), required=False
    )
    emergency_ground = forms.ChoiceField(
        label=gettext_lazy("Why at once"), choices=[("", ""), *HoldGround.choices], required=False
    )
    emergency_reason = forms.CharField(
        label=gettext_lazy("What harm is done while everybody waits"),
        widget=_area(2),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        catalogue = CatalogueVersion.objects.in_force(now)
        self.types = list(
            MeasureType.objects.filter(version=catalogue)
            .prefetch_related("approval_rules")
            .order_by("number")
        )
        violation, clauses = self.fields["violation"], self.fields["clauses"]
        measures, factors = self.fields["measures"], self.fields["factors"]
        assert isinstance(factors, forms.ModelMultipleChoiceField)
        factors.queryset = Factor.objects.filter(version=catalogue).order_by("direction", "pk")
        assert isinstance(violation, forms.ModelChoiceField)
        assert isinstance(clauses, forms.ModelMultipleChoiceField)
        assert isinstance(measures, forms.MultipleChoiceField)
        violation.queryset = ViolationType.objects.filter(version=catalogue).order_by("code")
        clauses.queryset = clauses_in_force(timezone.localdate(now))
        measures.choices = [(each.measure, str(each)) for each in self.types]
        for each in self.types:
            if each.has_term:
                self.fields[f"term_{each.measure}"] = forms.IntegerField(
                    required=False, min_value=1, max_value=each.longest_days
                )
            elif each.measure in LISTING_MEASURES:
                self.fields[f"review_{each.measure}"] = review_field(timezone.localdate(now))
            if each.measure in PLATFORM_MEASURES:
                self.fields[f"contents_{each.measure}"] = forms.CharField(
                    label=_("Contents, one a line"),
                    required=False,
                    widget=_area(2, **{"data-chooses": each.measure}),
                )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for each in self.types:
            name = f"term_{each.measure}"
            # Days for a measure that is not chosen are a slip that would let it go unordered.
            if given.get(name) and each.measure not in given.get("measures", []):
                self.add_error(name, _("Days are given, but the measure is not chosen."))
        if given.get("functions") and MeasureCode.RESTRICT_FUNCTIONS not in given.get(
            "measures", []
        ):
            self.add_error("functions", _("Functions are ticked, but the measure is not chosen."))
        chosen = given.get("measures", [])
        for measure, names in (
            (
                MeasureCode.HANDLE_CONTENT,
                ("content_acts", f"contents_{MeasureCode.HANDLE_CONTENT}"),
            ),
            (MeasureCode.ORDER_CORRECTION, ("mismatches", "correction_ground")),
            (MeasureCode.LABEL, ("label_kind", f"contents_{MeasureCode.LABEL}")),
        ):
            for name in names:
                if given.get(name) and measure not in chosen:
                    self.add_error(name, _("This is filled in, but the measure is not chosen."))
        return given

    def groups(self) -> list[ViolationGroup]:
        """Return the violations that can be named, under the heads of art. 18."""
        violation = self.fields["violation"]
        assert isinstance(violation, forms.ModelChoiceField)
        groups: dict[str, ViolationGroup] = {}
        for each in violation.queryset or ():
            head = each.code.split(".")[0]
            group = groups.setdefault(head, ViolationGroup(str(each), []))
            if not each.needs_subtype:
                group.violations.append(each)
        return list(groups.values())

    def offered_clauses(self) -> list[Clause]:
        """Return the clauses in force, each knowing whether it is cited."""
        field = self.fields["clauses"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        chosen = {str(value) for value in self["clauses"].value() or ()}
        offered = sorted(field.queryset or (), key=_document_order)
        for clause in offered:
            clause.is_cited = str(clause.pk) in chosen
        return offered

    def offered_factors(self) -> list[FactorLine]:
        """Return the factors of the catalogue, each knowing whether it is chosen."""
        field = self.fields["factors"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        chosen = {str(value) for value in self["factors"].value() or ()}
        return [FactorLine(each, str(each.pk) in chosen) for each in field.queryset or ()]

    def panel(self, case: Case) -> LadderPanel | None:
        """Return what the ladder proposes for what is chosen so far; None while nothing is."""
        key = str(self["violation"].value() or "")
        field = self.fields["violation"]
        assert isinstance(field, forms.ModelChoiceField)
        found = field.queryset.filter(pk=key).first() if key.isdigit() and field.queryset else None
        if found is None:
            return None
        severity = str(self["severity"].value() or "")
        factors = [each.factor for each in self.offered_factors() if each.is_chosen]
        try:
            return panel_of(
                case,
                found,
                int(severity) if severity.isdigit() else found.default_severity,
                factors,
                self.chosen_orders(),
            )
        except ActionRefused:
            return None

    def chosen_orders(self) -> list[Order]:
        """Return the measures as far as they are chosen, whether or not the form would do."""
        chosen = self["measures"].value() or ()
        return [
            Order(
                each.measure,
                _days(self[f"term_{each.measure}"].value()) if each.has_term else None,
                frozenset(self["functions"].value() or ())
                if each.measure == MeasureCode.RESTRICT_FUNCTIONS
                else frozenset(),
            )
            for each in self.types
            if each.measure in chosen
        ]

    def measure_lines(self) -> list[MeasureLine]:
        """Return the measures of the catalogue, what is chosen of them, and who approves each."""
        chosen = self["measures"].value() or ()
        return [
            MeasureLine(
                type=each,
                is_chosen=each.measure in chosen,
                term=self[f"term_{each.measure}"] if each.has_term else None,
                functions=self["functions"]
                if each.measure == MeasureCode.RESTRICT_FUNCTIONS
                else None,
                review=self[f"review_{each.measure}"] if each.measure in LISTING_MEASURES else None,
                contents=self[f"contents_{each.measure}"]
                if each.measure in PLATFORM_MEASURES
                else None,
                acts=self["content_acts"] if each.measure == MeasureCode.HANDLE_CONTENT else None,
                label=self["label_kind"] if each.measure == MeasureCode.LABEL else None,
                mismatches=self["mismatches"]
                if each.measure == MeasureCode.ORDER_CORRECTION
                else None,
                correction_ground=self["correction_ground"]
                if each.measure == MeasureCode.ORDER_CORRECTION
                else None,
                is_mildest=each.measure in MILDEST_MEASURES,
                approvals=[
                    _("longer than %(days)s days: %(roles)s")
                    % {"days": rule.longer_than_days, "roles": _roles(rule.permissions)}
                    if rule.longer_than_days
                    else _("approved by: %(roles)s") % {"roles": _roles(rule.permissions)}
                    for rule in sorted(
                        each.approval_rules.all(), key=lambda rule: rule.longer_than_days
                    )
                ],
            )
            for each in self.types
        ]

    def words(self) -> DecisionWords:
        """Return what was written; a severity that was left open is the catalogue's."""
        given = self.cleaned_data
        violation = given["violation"]
        return DecisionWords(
            violation_type=violation,
            severity=given["severity"] or violation.default_severity,
            facts=given["facts"],
            reasoning=given["reasoning"],
            private_note=given["private_note"],
            statute=given["statute"],
            content_kind=given["content_kind"],
            content_ref=given["content_ref"],
            clauses=list(given["clauses"]),
            measures=[
                MeasureOrder(
                    measure,
                    given.get(f"term_{measure}"),
                    tuple(given["functions"]) if measure == MeasureCode.RESTRICT_FUNCTIONS else (),
                    given.get(f"review_{measure}"),
                    self.contents_of(measure),
                    tuple(given["content_acts"]) if measure == MeasureCode.HANDLE_CONTENT else (),
                    given["label_kind"] if measure == MeasureCode.LABEL else "",
                    *self.correction_of(measure),
                )
                for measure in given["measures"]
            ],
            is_automated=False,
            factors=list(given["factors"]),
            deviation_reason=given["deviation_reason"],
            deviation_note=given["deviation_note"],
            emergency=(
                EmergencyWords(given["emergency_ground"], given["emergency_reason"].strip())
                if given["is_emergency"]
                else None
            ),
        )

    def correction_of(self, measure: str) -> tuple[tuple[str, ...], str]:
        """Return what a measure says is to be corrected, and in what way it is wrong."""
        if measure != MeasureCode.ORDER_CORRECTION:
            return (), ""
        return tuple(self.cleaned_data["mismatches"]), self.cleaned_data["correction_ground"]

    def contents_of(self, measure: str) -> tuple[str, ...]:
        """Return the contents that a measure names; those handled are at least the one of the case."""
        given = self.cleaned_data
        lines = given.get(f"contents_{measure}", "").splitlines()
        named = tuple(line.strip() for line in lines if line.strip())
        if not named and measure == MeasureCode.HANDLE_CONTENT and given["content_ref"].strip():
            return (given["content_ref"].strip(),)
        return named


def _days(value: Any) -> int | None:
    return int(value) if str(value or "").isdecimal() else None


def review_field(today: date) -> forms.DateField:
    """Return the field for the day of the next review, filled with the last day that is allowed."""
    return forms.DateField(label=_("Review by"), required=False, initial=latest_review_date(today))


def _roles(permissions: list[str]) -> str:
    return " + ".join(role_with(permission) for permission in permissions)
