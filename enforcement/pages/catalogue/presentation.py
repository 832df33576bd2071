"""The rows of a version of the catalogue in words, and what differs between two versions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from compliance.provisions import provision_in_words
from compliance.ui.kit import Change
from enforcement.enums import ApprovalOccasion, FactorDirection, MeasureCode
from enforcement.models import MeasureType
from enforcement.pages.consequences import role_with
from enforcement.pages.ladder_panel import offence_in_words
from enforcement.pages.presentation import decision_url, order_in_words, severity_in_words
from enforcement.rules.catalogue_content import allowed_of
from enforcement.services.catalogue.contents import OWN, Content, table_of
from enforcement.services.catalogue.effects import Effects
from enforcement.services.ladder import orders_of_step


def _here(row: Mapping[str, Any], name: str) -> str:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return str(row[f"{name}_{language}"])


@dataclass(frozen=True)
class StepShown:
    """One step of a ladder in words."""

    offence: str
    severity: str
    orders: str
    note: str
    provision: str


@dataclass(frozen=True)
class ViolationShown:
    """One violation with what the version says of it; empty where the code above it decides."""

    code: str
    title: str
    severity: str
    provision: str
    counted_as: str
    steps: list[StepShown]
    allowed: str


@dataclass(frozen=True)
class HeadShown:
    """One head of art. 18 with the violations under it."""

    code: str
    title: str
    violations: list[ViolationShown]


def heads_of(content: Content) -> list[HeadShown]:
    """Return the violations of a version under the heads of art. 18."""
    heads: dict[str, HeadShown] = {}
    for code in sorted(content["ViolationType"]):
        row = content["ViolationType"][code]
        head = code.partition(".")[0]
        heads.setdefault(head, HeadShown(head, _here(row, "title"), [])).violations.append(
            violation_shown(content, code)
        )
    return list(heads.values())


def violation_shown(content: Content, code: str) -> ViolationShown:
    """Return what a version says of one violation, in words."""
    row = content["ViolationType"][code]
    family = content["OffenceFamily"].get(code)
    return ViolationShown(
        code=code,
        title=_here(row, "title"),
        severity=_("%(usual)s (from %(lowest)s to %(highest)s)")
        % {
            "usual": severity_in_words(row["default_severity"]),
            "lowest": row["lowest_severity"],
            "highest": row["highest_severity"],
        },
        provision=provision_in_words(row["provision"]),
        counted_as=family["code"] if family else "",
        steps=[
            StepShown(
                offence=offence_in_words(step["offence_number"]),
                severity=_from_severity(step["from_severity"]),
                orders=step_in_words(content, name),
                note=_here(step, "note"),
                provision=provision_in_words(step["provision"]),
            )
            for name, step in steps_of(content, code)
        ],
        allowed=_allowed(content, code),
    )


def _from_severity(severity: int) -> str:
    if severity == 1:
        return _("every severity")
    return _("severity %(number)s and above") % {"number": severity}


def steps_of(content: Content, code: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the steps of a violation's own ladder with their names, by severity and offence."""
    own = [
        (name, row) for name, row in content["LadderStep"].items() if row["violation_type"] == code
    ]
    return sorted(own, key=lambda each: (each[1]["from_severity"], each[1]["offence_number"]))


def measures_of_step(content: Content, name: str) -> list[dict[str, Any]]:
    """Return the measures of a step."""
    return [row for row in content["LadderMeasure"].values() if row["step"] == name]


def step_in_words(content: Content, name: str) -> str:
    """Return the measures of a step in words."""
    return _("; ").join(
        order_in_words(each["measure"], each["term_days"], sorted(each["functions"]))
        for each in measures_of_step(content, name)
    )


def _allowed(content: Content, code: str) -> str:
    own = allowed_of(content).get(code, {})
    return _(", ").join(
        str(MeasureCode(each).label)
        if first == 1
        else _("%(measure)s from offence %(number)s on")
        % {"measure": MeasureCode(each).label, "number": first}
        for each, first in own.items()
    )


def measures_of(content: Content) -> list[tuple[str, str, str]]:
    """Return the measures of a version: name, longest term, whose approval each needs."""
    return [
        (
            f"{row['number']} {MeasureCode(measure).label}",
            _days(row["longest_days"]) if row["has_term"] else _("no term"),
            approvals_in_words(content, measure),
        )
        for measure, row in sorted(
            content["MeasureType"].items(), key=lambda each: str(each[1]["number"])
        )
    ]


def _days(number: int | None) -> str:
    if number is None:
        return _("any term")
    return ngettext("at most %(days)s day", "at most %(days)s days", number) % {"days": number}


def approvals_in_words(content: Content, measure: str) -> str:
    """Return whose approval a measure needs, by its term."""
    rules = [each for each in content["ApprovalRule"].values() if each["measure_type"] == measure]
    return _("; ").join(
        _("longer than %(days)s days: %(roles)s")
        % {"days": each["longer_than_days"], "roles": roles_in_words(each["permissions"])}
        if each["longer_than_days"]
        else roles_in_words(each["permissions"])
        for each in sorted(rules, key=lambda each: each["longer_than_days"])
    )


def roles_in_words(permissions: Sequence[str]) -> str:
    """Return the roles of the approvers."""
    return " + ".join(role_with(each) for each in permissions)


def conditions_of(content: Content) -> list[tuple[str, str]]:
    """Return on which occasions a version asks for more approvals, and whose."""
    return [
        (occasion_in_words(row), roles_in_words(row["permissions"]))
        for row in content["ApprovalCondition"].values()
    ]


def occasion_in_words(row: Mapping[str, Any]) -> str:
    """Return an occasion with the number from which on it counts."""
    label = str(ApprovalOccasion(row["occasion"]).label)
    if row["occasion"] == ApprovalOccasion.FOLLOWERS:
        return _("%(occasion)s: %(number)s or more") % {
            "occasion": label,
            "number": f"{row['threshold']:,}",
        }
    if row["occasion"] == ApprovalOccasion.LIGHTER:
        return ngettext(
            "%(occasion)s: by %(number)s step or more",
            "%(occasion)s: by %(number)s steps or more",
            row["threshold"],
        ) % {"occasion": label, "number": row["threshold"]}
    return label


def factors_of(content: Content) -> list[tuple[str, str]]:
    """Return the factors of a version: title, and where they fit."""
    return [(_here(row, "title"), factor_in_words(row)) for row in content["Factor"].values()]


def factor_in_words(row: Mapping[str, Any]) -> str:
    """Return the direction of a factor, where it fits, and whether it needs more approvals."""
    said = [str(FactorDirection(row["direction"]).label)]
    if row["only_code"]:
        said.append(_("only for %(code)s") % {"code": row["only_code"]})
    if row["up_to_offence"] is not None:
        said.append(_("up to offence %(number)s") % {"number": row["up_to_offence"]})
    if row["up_to_severity"] is not None:
        said.append(_("up to severity %(number)s") % {"number": row["up_to_severity"]})
    if row["needs_approval"]:
        said.append(_("needs more approvals"))
    return _("; ").join(said)


def changes_shown(before: Content, after: Content) -> list[Change]:
    """Return what differs between two versions, a line for everything that a person would name."""
    old, new = dict(_lines(before)), dict(_lines(after))
    return [
        Change(label, old.get(label, ""), new.get(label, ""))
        for label in {**old, **new}
        if old.get(label, "") != new.get(label, "")
    ]


# What stands in a line of its own below; the columns of all other tables are named one by one.
_IN_LINES = ("LadderStep", "LadderMeasure", "AllowedMeasure", "ApprovalRule")


def _lines(content: Content) -> Iterator[tuple[str, str]]:
    for code, rows in content.items():
        if code in _IN_LINES:
            continue
        fields = table_of(code).fields()
        for name, row in rows.items():
            for field in fields:
                label = str(field.verbose_name)
                title = f"{_name_of(code, name)} · {label}" if code != OWN else label
                yield title, _shown(field, row[field.name])
    chinese, english = _("besides, in Chinese"), _("besides, in English")
    for name, row in content["LadderStep"].items():
        title = " · ".join(
            [
                row["violation_type"],
                offence_in_words(row["offence_number"]),
                _from_severity(row["from_severity"]),
            ]
        )
        yield title, step_in_words(content, name)
        yield f"{title} · {chinese}", row["note_zh"]
        yield f"{title} · {english}", row["note_en"]
    allowed, approvals = _("allowed measures"), _("approvals")
    for violation in allowed_of(content):
        yield f"{violation} · {allowed}", _allowed(content, violation)
    for measure in content["MeasureType"]:
        yield (
            f"{MeasureCode(measure).label} · {approvals}",
            approvals_in_words(content, measure),
        )


def _name_of(code: str, name: str) -> str:
    if code == MeasureType.__name__:
        return str(MeasureCode(name).label)
    if code == "ApprovalCondition":
        return str(ApprovalOccasion(name).label)
    return name


def _shown(field: models.Field, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name == "permissions":
        return roles_in_words(value)
    if field.name == "provision":
        return provision_in_words(value)
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, list):
        return _(", ").join(map(str, value))
    return str(value)


@dataclass(frozen=True)
class OtherwiseShown:
    """A decision for which another version would have proposed another step."""

    number: str
    url: str
    violation: str
    change: Change


def effects_shown(effects: Effects) -> list[OtherwiseShown]:
    """Return in words which decisions would have been proposed otherwise."""
    return [
        OtherwiseShown(
            number=each.decision.number,
            url=decision_url(each.decision),
            violation=f"{each.decision.violation_type} · "
            f"{offence_in_words(each.decision.offence_number or 1)}",
            change=Change(
                each.decision.number,
                _("; ").join(
                    order_in_words(order.measure, order.term_days, sorted(order.functions))
                    for order in orders_of_step(each.before)
                ),
                _("; ").join(
                    order_in_words(order.measure, order.term_days, sorted(order.functions))
                    for order in (each.after.orders if each.after else ())
                ),
            ),
        )
        for each in effects.otherwise
    ]
