"""What was told of a record and how far it has come; the page of one delivery."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import (
    CommandStatus,
    Delivery,
    DeliveryState,
    Notice,
    StaffUser,
)
from compliance.notices import commands, interventions, writing
from compliance.notices.purposes import purpose_label
from compliance.pages.door import staff_of
from compliance.pages.timeline import timeline_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.responses.links import without_markers
from compliance.ui.kit import AllowedAction, Badge, Fact, TimelineStep
from compliance.ui.pages import ConsolePage, Crumb, register_page

VIEW_ALL = "compliance.view_delivery"
VIEW_OWN = "compliance.view_own_notices"
TONES = {
    DeliveryState.HELD: "info",
    DeliveryState.RETRYING: "warning",
    DeliveryState.DELIVERED: "good",
    DeliveryState.DEAD: "danger",
    DeliveryState.CANCELLED: "warning",
    DeliveryState.GIVEN_UP: "warning",
}


def instant(at: Any) -> str:
    """Return an instant as notices write it."""
    return date_format(localtime(at), "Y-m-d H:i")


def visible_to(staff: StaffUser, deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return the deliveries that a person may see: all, or those of own notices."""
    if staff.has_perm(VIEW_ALL):
        return deliveries
    if not staff.has_perm(VIEW_OWN):
        return deliveries.none()
    return deliveries.filter(
        Q(notice__written_by=staff.person_id) | Q(notice__prepared_by=staff.person_id)
    )


def state_badge(delivery: Delivery) -> Badge:
    """Return where a delivery stands as a word with a colour."""
    state = delivery.state(timezone.now())
    return Badge(text=state.label, tone=TONES.get(state, ""))


def state_hint(delivery: Delivery) -> str:
    """Return since when, or until when, a delivery is in its state."""
    now = timezone.now()
    state = delivery.state(now)
    sentences = {
        DeliveryState.HELD: (_("will be sent at %(time)s"), delivery.not_before),
        DeliveryState.RETRYING: (_("next attempt at %(time)s"), delivery.next_at),
        DeliveryState.DELIVERED: (_("at %(time)s"), delivery.delivered_at),
        DeliveryState.DEAD: (_("since %(time)s"), delivery.dead_at),
        DeliveryState.CANCELLED: (_("at %(time)s"), delivery.cancelled_at),
        DeliveryState.GIVEN_UP: (_("at %(time)s"), delivery.given_up_at),
    }
    if state not in sentences:
        return ""
    sentence, at = sentences[state]
    return sentence % {"time": instant(at)}


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery on the page of what it tells of."""

    channel: str
    badge: Badge
    hint: str
    url: str


@dataclass(frozen=True)
class NoticeRow:
    """One notice on the page of what it tells of, with its deliveries, or why there are none."""

    title: str
    language: str
    language_label: str
    written: str
    text: str
    deliveries: list[DeliveryRow]
    why_unsent: str


def delivery_url(delivery: Delivery) -> str:
    """Return the address of the page of a delivery."""
    return reverse("admin:delivery", args=[delivery.pk])


def notice_rows(records: Iterable[models.Model], staff: StaffUser) -> list[NoticeRow]:
    """Return every notice that tells of the given records, with what became of it."""
    wanted = Q()
    for each in records:
        wanted |= Q(about_type=each._meta.label_lower, about_id=str(each.pk))
    if not wanted:
        return []
    notices = Notice.objects.filter(wanted).order_by("id").prefetch_related("deliveries")
    sent = {_telling(each) for each in notices if each.deliveries.all()}
    return [
        NoticeRow(
            title=notice.title,
            language=notice.language,
            language_label=notice.get_language_display(),
            written=instant(notice.written_at),
            text=without_markers(notice.text),
            deliveries=[
                DeliveryRow(
                    channel=each.get_channel_display(),
                    badge=state_badge(each),
                    hint=state_hint(each),
                    url=delivery_url(each) if _may_open(notice, staff) else "",
                )
                for each in sorted(notice.deliveries.all(), key=lambda each: each.pk)
            ],
            why_unsent=(
                _("Kept for the record; whoever it concerns reads another language.")
                if _telling(notice) in sent
                else _("Sent to nobody: there is nothing by which to tell whoever it concerns.")
            ),
        )
        for notice in notices
    ]


def _telling(notice: Notice) -> tuple[object, ...]:
    """Return what the same telling has in every language."""
    about = (notice.about_type, notice.about_id)
    return (*about, notice.purpose, notice.audience, notice.occasion, notice.edition)


def _may_open(notice: Notice, staff: StaffUser) -> bool:
    is_own = staff.person_id in {notice.written_by_id, notice.prepared_by_id}
    return staff.has_perm(VIEW_ALL) or (is_own and staff.has_perm(VIEW_OWN))


class DeliveryPage(ConsolePage):
    """One delivery: what it carries, every attempt, and what may be done about it."""

    template_name = "notices/delivery.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and (
            request.user.has_perm(VIEW_ALL) or request.user.has_perm(VIEW_OWN)
        )

    @cached_property
    def record(self) -> Delivery:
        """The delivery that the address names, if the person may see it."""
        deliveries = Delivery.objects.select_related(
            "notice__written_by", "notice__template", "command", "ended_by"
        )
        return get_object_or_404(
            visible_to(staff_of(self.request), deliveries), pk=self.kwargs["pk"]
        )

    def get_title(self) -> str:
        return _("Delivery %(number)s") % {"number": self.record}

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("deliveries"), reverse("admin:compliance_delivery_changelist")),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        delivery = self.record
        acted_on = [delivery, *([delivery.command] if delivery.command else [])]
        return {
            "record": delivery,
            "badge": state_badge(delivery),
            "hint": state_hint(delivery),
            "facts": self.facts(),
            "attempts": self.attempts(),
            "steps": timeline_of(*acted_on),
            "actions": self.allowed_actions(),
            **super().get_context_data(**kwargs),
        }

    def facts(self) -> list[Fact]:
        """Return what is known of the delivery."""
        delivery = self.record
        facts = [
            Fact(_("Channel"), delivery.get_channel_display()),
            Fact(_("Told about"), delivery.subject_id, is_code=True),
            Fact(_("Number in its stream"), str(delivery.sequence)),
            Fact(_("Number of the message"), str(delivery.message_id), is_code=True),
            Fact(_("Written"), instant(delivery.created_at)),
        ]
        notice, command = delivery.notice, delivery.command
        if notice is not None:
            facts += [
                Fact(_("Purpose"), purpose_label(notice.purpose)),
                Fact(_("Written by"), notice.written_by.name),
                Fact(_("Template version"), str(notice.template.number)),
            ]
        if command is not None:
            facts += [
                Fact(_("Command"), command.kind_label),
                Fact(_("State of the command"), command.get_status_display()),
                Fact(_("Ground"), command.ground_ref),
                Fact(_("Answer of the platform"), command.answer_code, is_code=True),
            ]
        if delivery.ended_by is not None:
            facts.append(Fact(_("Ended by"), delivery.ended_by.name, hint=delivery.ended_reason))
        return facts

    def attempts(self) -> list[TimelineStep]:
        """Return every attempt, the newest first."""
        return [
            TimelineStep(
                at=each.at,
                title=_("Attempt %(number)s: %(result)s")
                % {"number": each.number, "result": each.get_result_display()},
                text=str(each.status_code or ""),
                tone="good" if each.result == "delivered" else "warning",
            )
            for each in self.record.attempts.order_by("-number")
        ]

    def allowed_actions(self) -> list[AllowedAction]:
        """Return what the person at the screen may do about it now."""
        delivery, staff = self.record, staff_of(self.request)
        state = delivery.state(timezone.now())
        notice, command = delivery.notice, delivery.command
        offered: list[tuple[str, str, str, str]] = []
        if notice is not None and writing.may_act_for(notice, staff):
            if state in (DeliveryState.HELD, DeliveryState.WAITING):
                hint = _(
                    "Nothing of it has been sent. It stays on record, and can be written again."
                )
                offered.append(("cancel", _("Cancel the sending"), hint, "danger"))
            if state == DeliveryState.CANCELLED and not self.is_written_again(notice):
                hint = _("From the record as it is now, by the text that is in force.")
                offered.append(("write_again", _("Write again"), hint, ""))
        if state == DeliveryState.DEAD and staff.has_perm("compliance.resend_delivery"):
            offered += [
                ("resend", _("Send anew"), _("Attempts are counted from the beginning."), ""),
                (
                    "give_up",
                    _("Give up"),
                    _("What comes after it in its stream is sent then."),
                    "danger",
                ),
            ]
        if (
            command is not None
            and command.status == CommandStatus.FAILED
            and staff.has_perm("compliance.repeat_platformcommand")
        ):
            offered.append(("repeat", _("Order again"), "", ""))
        return [
            AllowedAction(code=code, label=label, hint=hint, tone=tone, url=self.request.path)
            for code, label, hint, tone in offered
        ]

    @staticmethod
    def is_written_again(notice: Notice) -> bool:
        """Return whether a later edition of a notice exists."""
        return Notice.objects.filter(
            purpose=notice.purpose,
            about_type=notice.about_type,
            about_id=notice.about_id,
            occasion=notice.occasion,
            audience=notice.audience,
            language=notice.language,
            edition__gt=notice.edition,
        ).exists()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        with refusals_logged(
            action=f"compliance.delivery.{act or 'unknown'}", target=self.record, actor=actor
        ):
            said, url = self.carry_out(act, actor, request.POST.get("reason", ""))
        return self.redirect(url, said)

    def carry_out(self, act: str, actor: StaffUser, reason: str) -> tuple[str, str]:
        """
        Call the service that the button stands for; return what to say and where to go on.

        :raises InvalidInput: if the form names something that this page does not offer.
        """
        delivery, here = self.record, self.request.path
        grounds: Grounds = {
            "actor": actor,
            "provision": Provision.PUBLIC_ACCOUNT_20_2,
            "reason": reason,
        }
        if act == "cancel":
            interventions.cancel_delivery(delivery=delivery, **grounds)
            return _("Cancelled: nothing was sent on this channel."), here
        if act == "resend":
            interventions.resend_delivery(delivery=delivery, **grounds)
            return _("It is sent anew."), here
        if act == "give_up":
            interventions.give_up_delivery(delivery=delivery, **grounds)
            return _("Given up; what waited behind it is sent."), here
        if act == "write_again" and delivery.notice is not None:
            again = writing.write_again(notice=delivery.notice, **grounds)
            return _("Written again; it is held back for a moment."), delivery_url(
                again.deliveries.get(channel=delivery.channel)
            )
        if act == "repeat" and delivery.command is not None:
            ordered = commands.repeat_command(command=delivery.command, **grounds)
            return _("Ordered again."), delivery_url(ordered.delivery)
        raise InvalidInput(_("This page does not offer that act."))

    def show_refusal(self, refusal: Any) -> HttpResponse:
        # What was read before the refusal may be what made it: read again.
        self.__dict__.pop("record", None)
        return super().show_refusal(refusal)


def register() -> None:
    """Give the page its address; called when apps are ready."""
    register_page("deliveries/<int:pk>/", DeliveryPage, name="delivery")
