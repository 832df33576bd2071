"""What the outbox puts on the desk: what was not told, what was not carried out, a silent worker."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.models import CommandStatus, Delivery, Notice, PlatformCommand
from compliance.models.notices import NoticeQuerySet
from compliance.notices import jobs
from compliance.notices.commands import overdue_since
from compliance.pages.deliveries import VIEW_ALL, delivery_url, instant
from compliance.pages.door import staff_of
from compliance.ui.desk import CardData, CardRow, register_card

# Our choice; more lines than this are not read on a desk.
LINES = 4


def outbox_card(request: HttpRequest) -> CardData | None:
    """Return what of the outbox needs a person, for those who see all of it."""
    staff = staff_of(request)
    if not staff.has_perm(VIEW_ALL):
        return None
    now = timezone.now()
    dead = Delivery.objects.dead().select_related("notice", "command").order_by("dead_at")
    untold = cancelled_for_good()
    unanswered = PlatformCommand.objects.overdue(overdue_since(now))
    # What could not be delivered is named once, above.
    commands = (unanswered | PlatformCommand.objects.not_carried_out()).filter(
        delivery__dead_at__isnull=True
    )
    counts = (dead.count(), untold.count(), commands.count())
    listed = reverse("admin:compliance_delivery_changelist")
    rows = [
        CardRow(
            label=each.notice.title if each.notice else str(each.command),
            url=delivery_url(each),
            value=_("undeliverable"),
            hint=instant(each.dead_at),
            tone="danger",
        )
        for each in dead[:LINES]
    ]
    rows += [
        CardRow(
            label=str(each),
            url=delivery_url(each.delivery),
            value=(
                each.get_status_display()
                if each.status == CommandStatus.FAILED
                else _("no answer from the platform")
            ),
            hint=instant(each.ordered_at),
            tone="danger",
        )
        for each in commands.select_related("delivery").order_by("ordered_at")[:LINES]
    ]
    if counts[1]:
        rows.append(
            CardRow(
                label=_("Cancelled and not written again"),
                value=counts[1],
                url=f"{listed}?state=cancelled",
                tone="warning",
            )
        )
    silent = jobs.silent_since(now)
    if silent is not None:
        rows.insert(
            0, CardRow(label=_("The worker is silent since"), value=instant(silent), tone="danger")
        )
    return CardData(
        title=_("Notices and commands"),
        value=sum(counts),
        hint=_what_waits(*counts),
        rows=rows,
        empty=_("Everything is on its way."),
        link_url=listed,
        link_label=_("All deliveries"),
        tone="danger" if counts[0] or counts[2] or silent else "",
        icon="outgoing_mail",
    )


def _what_waits(dead: int, untold: int, commands: int) -> str:
    """Return what the number of the card is made of."""
    parts = [
        ngettext("%(count)s undeliverable", "%(count)s undeliverable", dead) % {"count": dead},
        ngettext(
            "%(count)s command that the platform has not carried out",
            "%(count)s commands that the platform has not carried out",
            commands,
        )
        % {"count": commands},
        ngettext(
            "%(count)s notice cancelled and not written again",
            "%(count)s notices cancelled and not written again",
            untold,
        )
        % {"count": untold},
    ]
    shown = [part for part, count in zip(parts, (dead, commands, untold), strict=True) if count]
    if not shown:
        return ""
    return _("somebody has to see to: %(parts)s") % {"parts": _(", ").join(shown)}


def cancelled_for_good() -> NoticeQuerySet:
    """Return notices that were cancelled and of which there is no later edition."""
    return Notice.objects.filter(deliveries__cancelled_at__isnull=False).exclude(
        pk__in=_with_later_edition()
    )


def _with_later_edition() -> NoticeQuerySet:
    later = Notice.objects.filter(
        purpose=OuterRef("purpose"),
        about_type=OuterRef("about_type"),
        about_id=OuterRef("about_id"),
        occasion=OuterRef("occasion"),
        audience=OuterRef("audience"),
        language=OuterRef("language"),
        edition__gt=OuterRef("edition"),
    )
    return Notice.objects.filter(Exists(later))


def register() -> None:
    """Put the card on the desk; called when apps are ready."""
    register_card(outbox_card, order=70)
