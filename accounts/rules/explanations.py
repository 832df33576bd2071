"""The sentences that say to a moderator why a check, a row or a file did not pass."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import (
    Category,
    CheckCode,
    CheckOutcome,
    IdType,
    SubjectNature,
    VerificationMethod,
)
from accounts.rules.application_data import CellProblem, CellProblemKind
from accounts.rules.applications import DuplicateKind, ReviewReason
from accounts.rules.check_results import CheckReason, CheckResult
from accounts.rules.identity_numbers import NumberProblem
from accounts.rules.registration_file import FileRefusal, RegistrationFileRefused

COLUMN_LABELS: Final[Mapping[str, Promise]] = {
    "platform_uid": gettext_lazy("account number of the platform"),
    "account_name": gettext_lazy("account name"),
    "bio": gettext_lazy("bio"),
    "category": gettext_lazy("category"),
    "subject_nature": gettext_lazy("subject nature"),
    "subject_name": gettext_lazy("subject name"),
    "id_type": gettext_lazy("identity document"),
    "id_number": gettext_lazy("identity number"),
    "mobile": gettext_lazy("mobile number"),
    "registered_region": gettext_lazy("place of registration"),
    "operating_region": gettext_lazy("place of operation"),
    "business_scope": gettext_lazy("business scope"),
    "contact": gettext_lazy("contact"),
    "professional_background": gettext_lazy("professional background"),
    "qualification_type": gettext_lazy("qualification type"),
    "qualification_number": gettext_lazy("qualification number"),
    "qualification_issuer": gettext_lazy("qualification issuer"),
    "qualification_valid_until": gettext_lazy("end of the qualification's validity"),
    "applied_at": gettext_lazy("time of application"),
}

_WHY: Final[Mapping[str, Promise]] = {
    "same": gettext_lazy("the same name"),
    "width": gettext_lazy("other character width"),
    "case": gettext_lazy("upper or lower case"),
    "traditional": gettext_lazy("traditional or variant characters"),
    "separator": gettext_lazy("separators or invisible characters"),
    "confusable": gettext_lazy("characters that look alike"),
    "pinyin": gettext_lazy("the same sound"),
    "edit": gettext_lazy("one character added, left out, replaced or swapped"),
    "contains": gettext_lazy("contained in the name"),
}
_KINDS: Final[Mapping[str, Promise]] = {
    "barred": gettext_lazy("barred name"),
    "reserved": gettext_lazy("reserved name"),
    "live": gettext_lazy("name of an account"),
}
CLAIMS: Final[Mapping[str, Promise]] = {
    "organ": gettext_lazy("a Party or government organ"),
    "media": gettext_lazy("a medium"),
    "institution": gettext_lazy("a school, hospital or the like"),
    "association": gettext_lazy("an association or foundation"),
    "company": gettext_lazy("a company"),
    "finance": gettext_lazy("a financial institution"),
    "practice": gettext_lazy("a practice that needs a licence"),
    "official": gettext_lazy("an official account of somebody"),
    "profession": gettext_lazy("a profession that needs a certificate"),
}
_VERDICTS: Final[Mapping[str, Promise]] = {
    "clear": gettext_lazy("clear"),
    "review": gettext_lazy("to review"),
    "barred": gettext_lazy("barred"),
}

_C: Final = CheckCode
_SENTENCES: Final[Mapping[tuple[CheckCode, str], Promise]] = {
    (_C.FIELD_MISSING, CheckReason.EMPTY): gettext_lazy("Not given: %(fields)s."),
    (_C.ID_NUMBER_INVALID, NumberProblem.LENGTH): gettext_lazy(
        "The identity number (%(id_type)s) does not have 18 characters."
    ),
    (_C.ID_NUMBER_INVALID, NumberProblem.CHARACTERS): gettext_lazy(
        "The identity number (%(id_type)s) is not 17 digits and a digit or X."
    ),
    (_C.ID_NUMBER_INVALID, NumberProblem.PREFIX): gettext_lazy(
        "The identity number does not begin as a number of this document does (%(id_type)s)."
    ),
    (_C.ID_NUMBER_INVALID, NumberProblem.BIRTH_DATE): gettext_lazy(
        "The birth date in the identity number (%(id_type)s) does not exist."
    ),
    (_C.ID_NUMBER_INVALID, NumberProblem.BIRTH_DATE_LATER): gettext_lazy(
        "The birth date in the identity number (%(id_type)s) is after the day of application."
    ),
    (_C.ID_NUMBER_INVALID, NumberProblem.CHECK_DIGIT): gettext_lazy(
        "The check digit of the identity number (%(id_type)s) is wrong."
    ),
    (_C.ID_NUMBER_INVALID, NumberProblem.PATTERN): gettext_lazy(
        "The number cannot be one of this document (%(id_type)s)."
    ),
    (_C.USCC_INVALID, NumberProblem.LENGTH): gettext_lazy(
        "The unified social credit code does not have 18 characters."
    ),
    (_C.USCC_INVALID, NumberProblem.CHARACTERS): gettext_lazy(
        "The unified social credit code has a character that such codes do not use."
    ),
    (_C.USCC_INVALID, NumberProblem.DIVISION): gettext_lazy(
        "Positions 3 to 8 of the unified social credit code are not digits."
    ),
    (_C.USCC_INVALID, NumberProblem.CHECK_DIGIT): gettext_lazy(
        "The check character of the unified social credit code is wrong."
    ),
    (_C.MOBILE_INVALID, NumberProblem.PATTERN): gettext_lazy(
        "The mobile number is not 11 digits beginning with 13 to 19."
    ),
    (_C.NATURE_MISMATCH, CheckReason.HEAD): gettext_lazy(
        "The credit code begins with %(head)s, which does not agree with the declared nature: "
        "%(subject_nature)s."
    ),
    (_C.NATURE_MISMATCH, CheckReason.NATURAL_PERSON): gettext_lazy(
        "A natural person has no unified social credit code."
    ),
    (_C.IDENTITY_UNVERIFIED, CheckReason.TOO_FEW_METHODS): gettext_lazy(
        "%(count)s of at least %(required)s methods confirmed the identity. "
        "Confirmed: %(methods_passed)s. Not confirmed: %(methods_failed)s."
    ),
    (_C.SUBJECT_CAP, CheckReason.CAP_REACHED): gettext_lazy(
        "The subject already has %(count)s accounts or applications; the cap for its nature "
        "(%(subject_nature)s) is %(cap)s. An organisation with a need for more can make a "
        "multi-account application."
    ),
    (_C.SUBJECT_CAP, CheckReason.CAP_OF_PERSON): gettext_lazy(
        "A natural person may run %(cap)s account and already has %(count)s accounts or "
        "applications. This number is not raised."
    ),
    (_C.SUBJECT_CAP, CheckReason.CAP_OF_ALLOWANCE): gettext_lazy(
        "The subject already has %(count)s accounts or applications, as many as it was granted "
        "(%(cap)s by %(allowance)s). It can apply for more."
    ),
    (_C.MULTI_ACCOUNT, CheckReason.FURTHER_BY_ALLOWANCE): gettext_lazy(
        "The subject already has %(count)s accounts or applications of the %(cap)s that it was "
        "granted by %(allowance)s: a person checks its nature, qualification, business scope and "
        "credit."
    ),
    (_C.MULTI_ACCOUNT, CheckReason.FURTHER_ACCOUNT): gettext_lazy(
        "The subject already has %(count)s accounts or applications of the %(cap)s it may have: "
        "a person checks its nature, qualification, business scope and credit."
    ),
    (_C.REGISTRATION_SIGNAL, CheckReason.MOBILE_SUBJECTS): gettext_lazy(
        "%(count)s subjects use this mobile number; more than %(limit)s are unusual."
    ),
    (_C.REGISTRATION_SIGNAL, CheckReason.CONTACT_SUBJECTS): gettext_lazy(
        "%(count)s subjects use this contact; more than %(limit)s are unusual."
    ),
    (_C.REGISTRATION_SIGNAL, CheckReason.MOBILE_BURST): gettext_lazy(
        "%(count)s applications with this mobile number within %(hours)s hours; more than "
        "%(limit)s are unusual."
    ),
    (_C.REGISTRATION_SIGNAL, CheckReason.CONTACT_BURST): gettext_lazy(
        "%(count)s applications with this contact within %(hours)s hours; more than %(limit)s "
        "are unusual."
    ),
    (_C.REGISTRATION_SIGNAL, CheckReason.SEVERAL_SIGNALS): gettext_lazy("%(signals)s"),
    (_C.SUBJECT_BLACKLISTED, CheckReason.IDENTIFIER): gettext_lazy(
        "A blacklist entry in force has the same identifier: %(fields)s."
    ),
    (_C.BLACKLIST_LIKENESS, CheckReason.IDENTIFIER): gettext_lazy(
        "This is the same as in a blacklist entry in force: %(fields)s. That alone refuses nobody; "
        "a person looks whether it is the same subject."
    ),
    (_C.DUPLICATE, DuplicateKind.OPEN_APPLICATION): gettext_lazy(
        "The same subject already has an open application under the same name: %(platform_uid)s."
    ),
    (_C.DUPLICATE, DuplicateKind.ACTIVE_ACCOUNT): gettext_lazy(
        "The same subject already has an active account under the same name: %(platform_uid)s."
    ),
    (_C.NAME_UNSAFE, CheckReason.CHARACTERS): gettext_lazy(
        "The account name holds characters that are invisible or change how it reads: "
        "%(characters)s."
    ),
    (_C.NAME_BARRED, CheckReason.EQUALS): gettext_lazy(
        "The account name equals a barred name: %(hits)s."
    ),
    (_C.NAME_RESERVED, CheckReason.CONTAINS): gettext_lazy(
        "The account name contains a reserved name: %(hits)s. A person checks whether the "
        "applicant is its holder."
    ),
    (_C.NAME_SIMILAR, CheckReason.PROTECTED): gettext_lazy(
        "The account name was given up by another operator and is protected until %(until)s."
    ),
    (_C.NAME_SIMILAR, CheckReason.NEAR): gettext_lazy(
        "The account name comes close to: %(near)s. A person compares the two."
    ),
    (_C.NAME_MISMATCH, CheckReason.CLAIM): gettext_lazy(
        "The profile claims what the subject (%(subject_nature)s) is not known to be: %(claims)s. "
        "A person asks for proof or for another name."
    ),
    (_C.NAME_MISMATCH, CheckReason.AVATAR): gettext_lazy(
        "The avatar looks like one that only its holder may show: %(avatars)s. A person compares "
        "the two."
    ),
    (_C.PROFILE_UNLAWFUL, CheckReason.TERM): gettext_lazy(
        "The profile holds a term of the list of unlawful terms: %(terms)s."
    ),
    (_C.QUALIFICATION_REQUIRED, CheckReason.TYPE_MISSING): gettext_lazy(
        "Publishing in this field (%(category)s) asks for a qualification; none is given."
    ),
    (_C.QUALIFICATION_REQUIRED, CheckReason.TYPE_OF_OTHER_FIELD): gettext_lazy(
        "The qualification given is not one of this field: %(category)s."
    ),
    (_C.QUALIFICATION_REQUIRED, CheckReason.DETAILS_MISSING): gettext_lazy(
        "Of the qualification these are not given: %(fields)s."
    ),
    (_C.QUALIFICATION_EXPIRED, CheckReason.BEFORE_APPLICATION): gettext_lazy(
        "The qualification was valid until %(valid_until)s, before the day of application, "
        "%(applied_on)s."
    ),
    (_C.NEWS_LICENCE_REQUIRED, CheckReason.LICENCE_MISSING): gettext_lazy(
        "Publishing news asks for an internet news information service licence."
    ),
    (_C.MINOR, CheckReason.UNDER_AGE): gettext_lazy(
        "The applicant was under 18 on the day of application, %(applied_on)s."
    ),
}

_REVIEW_SENTENCES: Final[Mapping[ReviewReason, Promise]] = {
    ReviewReason.EXPERT_FIELD: gettext_lazy(
        "No check found anything. The account is to publish in an expert field: a person checks "
        "the background and the qualification."
    ),
    ReviewReason.NEWS: gettext_lazy(
        "No check found anything. The account is to publish news: a person checks the licence."
    ),
    ReviewReason.AUTOMATIC_APPROVAL_OFF: gettext_lazy(
        "No check found anything. Automatic approval is switched off."
    ),
}

_CELL_SENTENCES: Final[Mapping[CellProblemKind, Promise]] = {
    CellProblemKind.CELL_COUNT: gettext_lazy(
        "The row has %(found)s cells; the header has %(expected)s."
    ),
    CellProblemKind.UID_EMPTY: gettext_lazy("The account number of the platform is empty."),
    CellProblemKind.DATE_UNREADABLE: gettext_lazy(
        "This is no date that can be read: %(column)s. Write 2026-11-17, or "
        "2026-11-17T09:30:00+08:00 for a time."
    ),
    CellProblemKind.VALUE_UNKNOWN: gettext_lazy("The value is not one of the list: %(column)s."),
    CellProblemKind.CELL_OVERSIZED: gettext_lazy(
        "The cell has %(size)s characters; at most %(limit)s are taken: %(column)s."
    ),
    CellProblemKind.CELL_FAR_OVERSIZED: gettext_lazy(
        "The cell is far longer than the %(limit)s characters that are taken: %(column)s."
    ),
    CellProblemKind.ROW_OVERSIZED: gettext_lazy(
        "The row has more than %(limit)s characters over %(lines)s lines. Perhaps a quotation mark "
        "is not closed."
    ),
    CellProblemKind.NUL: gettext_lazy("The cell holds a NUL character: %(column)s."),
    CellProblemKind.CARRIAGE_RETURN: gettext_lazy(
        "The row holds a carriage return outside quotation marks that does not end the line."
    ),
    CellProblemKind.QUOTE_NEVER_CLOSED: gettext_lazy(
        "A quotation mark is opened in this row and never closed; the %(lines)s lines up to the "
        "end of the file were read as one cell and not taken."
    ),
}


_FILE_SENTENCES: Final[Mapping[FileRefusal, Promise]] = {
    FileRefusal.ENCODING: gettext_lazy(
        "The file is neither UTF-8 nor GB18030 (first unreadable byte: %(byte)s). Save it as "
        "“CSV UTF-8”."
    ),
    FileRefusal.UTF16: gettext_lazy(
        "The file is UTF-16; it must be UTF-8 or GB18030. Save it as “CSV UTF-8”."
    ),
    FileRefusal.DAMAGED_UTF8: gettext_lazy(
        "The file is UTF-8, but damaged from byte %(byte)s on. Export it again."
    ),
    FileRefusal.EMPTY: gettext_lazy("The file is empty; not even a header is in it."),
    FileRefusal.HEADER_UNREADABLE: gettext_lazy(
        "The header of the file cannot be read; a quotation mark in it may not be closed."
    ),
    FileRefusal.SEPARATOR: gettext_lazy(
        "The columns must be separated by commas; this file separates them by something else "
        "(semicolons or tabs, for example). Save it as CSV with commas."
    ),
    FileRefusal.COLUMNS_MISSING: gettext_lazy("Columns are missing in the header: %(columns)s."),
    FileRefusal.COLUMNS_UNKNOWN: gettext_lazy(
        "The header has columns that are not known: %(columns)s."
    ),
    FileRefusal.COLUMNS_DOUBLE: gettext_lazy("Columns stand twice in the header: %(columns)s."),
}


def _joined(parts: Iterable[object]) -> str:
    # Translators: what stands between the items of a list within a sentence.
    return _(", ").join(map(str, parts)) or _("none")


def _columns(columns: Iterable[str]) -> str:
    return _joined(COLUMN_LABELS.get(column, column) for column in columns)


def _methods(values: Iterable[str]) -> str:
    return _joined(VerificationMethod(value).label for value in values)


def _hits(hits: Iterable[Mapping[str, Any]]) -> str:
    return _joined(
        _("“%(name)s” (%(why)s)")
        % {"name": hit["name"], "why": _joined(_WHY.get(why, why) for why in hit["why"])}
        for hit in hits
    )


def _near(hits: Iterable[Mapping[str, Any]]) -> str:
    return _joined(
        known_name_in_words(hit["name"], hit["kind"], hit["why"], hit.get("platform_uid", ""))
        for hit in hits
    )


def _terms(terms: Iterable[Mapping[str, str]]) -> str:
    return _joined(
        _("“%(term)s” (%(field)s)")
        % {"term": found["term"], "field": COLUMN_LABELS[found["field"]]}
        for found in terms
    )


def _claims(claims: Iterable[Mapping[str, str]]) -> str:
    return _joined(
        _("“%(word)s” (%(field)s: %(claim)s)")
        % {
            "word": found["word"],
            "field": COLUMN_LABELS[found["field"]],
            "claim": CLAIMS[found["claim"]],
        }
        for found in claims
    )


def _avatars(avatars: Iterable[Mapping[str, Any]]) -> str:
    return _joined(
        _("“%(name)s” (%(distance)s of 64 traits differ)")
        % {"name": found["name"], "distance": found["distance"]}
        for found in avatars
    )


def _signals(signals: Iterable[Mapping[str, Any]]) -> str:
    sentences = (
        str(_SENTENCES[CheckCode.REGISTRATION_SIGNAL, signal["signal"]]) % signal
        for signal in signals
    )
    return " ".join(sentences)


_SHOWN: Final[Mapping[str, Callable[[Any], object]]] = {
    "fields": _columns,
    "characters": _joined,
    "methods_passed": _methods,
    "methods_failed": _methods,
    "hits": _hits,
    "near": _near,
    "claims": _claims,
    "terms": _terms,
    "avatars": _avatars,
    "signals": _signals,
    "id_type": lambda value: IdType(value).label,
    "subject_nature": lambda value: SubjectNature(value).label,
    "category": lambda value: Category(value).label,
}


def has_explanation(code: CheckCode, reason: str) -> bool:
    """Return whether there is a sentence for this reason of this check."""
    return (code, reason) in _SENTENCES


def explanation(check: CheckResult) -> str:
    """
    Return in words why a check did not pass, in the language now active; "" where it passed.

    Public Account Provisions, art. 20 §2: whoever is affected is told the reason, so the reason
    has to be there in words. The sentence holds no identity data, as the parameters hold none.
    """
    if check.outcome == CheckOutcome.PASS:
        return ""
    shown = {
        name: _SHOWN[name](value) if name in _SHOWN else value
        for name, value in check.params.items()
    }
    return str(_SENTENCES[check.code, check.reason]) % shown


def review_explanation(reason: ReviewReason) -> str:
    """Return in words why a person looks at an application in which no check found anything."""
    return str(_REVIEW_SENTENCES[reason])


def cell_explanation(problem: CellProblem) -> str:
    """Return in words why a row of a file is no application."""
    shown = {**dict(problem.params), "column": COLUMN_LABELS.get(problem.column, problem.column)}
    return str(_CELL_SENTENCES[problem.kind]) % shown


def file_explanation(refusal: RegistrationFileRefused) -> str:
    """Return in words why a whole file was refused and what to do about it."""
    shown = {"byte": refusal.byte, "columns": ", ".join(refusal.columns)}
    return str(_FILE_SENTENCES[refusal.reason]) % shown


def differences_in_words(why: Iterable[str]) -> str:
    """Return in words in what a name differs from a listed one, in the language now active."""
    return _joined(_WHY.get(each, each) for each in why)


def known_name_in_words(name: str, kind: str, why: Iterable[str], platform_uid: str) -> str:
    """Return in words which known name was found, of what kind, and why."""
    parts = {
        "name": name,
        "kind": _KINDS[kind],
        "why": differences_in_words(why),
        "uid": platform_uid,
    }
    if platform_uid:
        return _("“%(name)s” (%(kind)s %(uid)s: %(why)s)") % parts
    return _("“%(name)s” (%(kind)s: %(why)s)") % parts


def differing_in_words(name: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return in words which characters of a name differ from those of the one that was found."""
    parts = [
        _("“%(characters)s”") % {"characters": name[start:end]}
        if end > start
        else _("one missing at place %(place)s") % {"place": start + 1}
        for start, end in spans
    ]
    return _("differing: %(parts)s") % {"parts": _joined(parts)} if parts else ""


def verdict_in_words(verdict: str) -> str:
    """Return the verdict of screening in words, in the language now active."""
    return str(_VERDICTS[verdict])
