"""How evidence files are worded for the pages that show them."""

from dataclasses import dataclass
from typing import Final

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.clocks.rules import last_day
from compliance.evidence import access, names, retention
from compliance.evidence.services import name_of
from compliance.identity import minors
from compliance.models import EvidenceFile, EvidenceStatus, ScanResult, StaffUser
from compliance.ui.kit import Badge, Fact

_TONES: Final = {
    EvidenceStatus.QUARANTINED: "info",
    EvidenceStatus.AVAILABLE: "good",
    EvidenceStatus.REFUSED: "danger",
    EvidenceStatus.ERASED: "warning",
}
# What the check says of a file beside its verdict; codes that are not here say nothing to a reader.
_REMARKS: Final[dict[str, Promise]] = {
    "drawn_anew": gettext_lazy("drawn anew, without position, camera and other hidden data"),
    "half_size": gettext_lazy("shown at half its size"),
    "some_frames": gettext_lazy("only some pictures of the animation are shown"),
    "script_removed": gettext_lazy("the document holds scripts; they are left out"),
    "action_removed": gettext_lazy("the document acts by itself when opened; that is left out"),
    "form_program_removed": gettext_lazy("the document holds a form program; it is left out"),
    "embedded_files_removed": gettext_lazy("the document holds further files; they are left out"),
    "links_removed": gettext_lazy("the document holds links; they lead nowhere here"),
    "encoding_changed": gettext_lazy("the text was in another encoding than UTF-8"),
    "container_only": gettext_lazy(
        "a recording is not played here: only its outer form was checked; take out the original"
    ),
}


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """An evidence file as one entry of a list."""

    number: str
    name: str
    url: str
    facts: str
    sha256: str
    status: Badge
    sensitivity: str
    note: str
    is_waiting: bool


def shown_name(file: EvidenceFile) -> str:
    """Return the name of a file with every trick visible; of an erased one there is none."""
    if file.status == EvidenceStatus.ERASED:
        return _("(erased)")
    return names.shown(name_of(file))


def status_badge(file: EvidenceFile) -> Badge:
    """Return the state of a file as a word with a colour."""
    tone = _TONES[EvidenceStatus(file.status)]
    if file.is_waiting_for_scanner:
        return Badge(text=_("Waits for the virus scanner"), tone="warning")
    return Badge(text=file.get_status_display(), tone=tone)


def file_note(file: EvidenceFile) -> str:
    """Return what has to be said of a file's state."""
    if file.status == EvidenceStatus.REFUSED:
        return file.get_refusal_display()
    if file.is_waiting_for_scanner:
        return _("The virus scanner gives no answer. The file stays in quarantine until it does.")
    if file.status == EvidenceStatus.AVAILABLE and file.scan == ScanResult.NOT_SCANNED:
        return file.get_scan_display()
    return ""


def attached_in_words(file: EvidenceFile) -> str:
    """Return when and by whom a file was attached."""
    return _("%(time)s by %(name)s") % {
        "time": date_format(timezone.localtime(file.arrived_at), "Y-m-d H:i"),
        "name": file.attached_by.name,
    }


def file_row(file: EvidenceFile, staff: StaffUser) -> FileRow:
    """Return a file as an entry of a list; its name and page are for those who may look."""
    may_look = access.may_view(file, staff)
    return FileRow(
        number=file.number,
        name=shown_name(file) if may_look else "",
        url=reverse("admin:evidence_file", args=[file.pk]) if may_look else "",
        facts=_("; ").join(
            [str(file.get_kind_display()), filesizeformat(file.size), attached_in_words(file)]
        ),
        sha256=file.sha256,
        status=status_badge(file),
        sensitivity=str(file.get_sensitivity_display()) if file.is_sensitive else "",
        note=file_note(file),
        is_waiting=file.status == EvidenceStatus.QUARANTINED,
    )


def file_facts(file: EvidenceFile) -> list[Fact]:
    """Return what is known of a file."""
    return [
        Fact(_("File name"), shown_name(file)),
        Fact(_("Type"), file.get_kind_display(), hint=declared_hint(file)),
        Fact(_("Size"), filesizeformat(file.size)),
        Fact("SHA-256", file.sha256, is_code=True),
        Fact(_("Attached"), attached_in_words(file)),
        Fact(_("Sensitivity"), file.get_sensitivity_display()),
        Fact(_("Virus scan"), file.get_scan_display()),
        Fact(
            _("What is shown"),
            _("; ").join(str(_REMARKS[code]) for code in file.remarks if code in _REMARKS)
            or _("as it came"),
        ),
    ]


def keeping_facts(file: EvidenceFile) -> list[Fact]:
    """Return until when a picture of an identity is kept, or when it was erased and by which limit."""
    erased = retention.erased_for_retention(file)
    if erased is not None:
        return [
            Fact(
                _("Erased"),
                date_format(timezone.localtime(erased.at), "Y-m-d H:i"),
                hint=_("%(limit)s after the result of %(day)s; result and record stay")
                % {
                    "limit": erased.limit.amount_in_words,
                    "day": date_format(timezone.localtime(erased.settled_at), "Y-m-d"),
                },
            )
        ]
    need = retention.need_of(file)
    if need is None or file.status == EvidenceStatus.ERASED:
        return []
    limit = retention.keeping_in_force()
    if need.settled_at is None:
        until, hint = _("until there is a result"), ""
    else:
        end = retention.kept_until(need.settled_at, limit)
        until = _("until the end of %(day)s") % {"day": last_day(end).isoformat()}
        hint = _("%(limit)s after the result of %(day)s") % {
            "limit": limit.amount_in_words,
            "day": date_format(timezone.localtime(need.settled_at), "Y-m-d"),
        }
    if need.held_by:
        until = _("as long as something open needs it")
        hint = _("; ").join(need.held_by)
    return [Fact(_("How long it is kept"), until, hint=hint)]


def minor_facts(file: EvidenceFile, staff: StaffUser) -> list[Fact]:
    """Return that a second person approves that a picture is shown, and how far that is."""
    if file.status == EvidenceStatus.ERASED or not minors.shows_minor(file):
        return []
    standing = minors.standing_of_picture(file, staff.person)
    if standing.approval is not None:
        lapses = timezone.localtime(standing.approval.outcome.at + minors.APPROVED_FOR)
        said = _("approved for one look at each part, until %(time)s") % {"time": f"{lapses:%H:%M}"}
    elif standing.asked is not None:
        asked_at = timezone.localtime(standing.asked.proposed_at)
        said = _("asked for on %(time)s") % {"time": date_format(asked_at, "Y-m-d H:i")}
    else:
        said = ""
    return [Fact(_("Of a minor"), _("Somebody else approves first that it is shown."), hint=said)]


def declared_hint(file: EvidenceFile) -> str:
    """Return what the file was declared as, where somebody declared something."""
    if not file.declared_type:
        return ""
    return _("declared as %(type)s") % {"type": names.shown(file.declared_type)}
