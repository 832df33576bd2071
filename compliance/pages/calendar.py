"""The page of the working-day calendar: each year's notice, and the way to enter another one."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.clocks.calendar import newest_notices
from compliance.clocks.calendar_files import Day, read_days
from compliance.clocks.notices import (
    CALENDAR_KIND,
    NoticeDraft,
    approve_notice,
    check_notice,
    open_notices,
    preview_notice,
    propose_notice,
)
from compliance.clocks.reprojection import Moved
from compliance.desk.kinds import (
    ProposalKind,
    ProposalWords,
    came_back_lately,
    proposed_anew,
    register_kind,
)
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import CalendarNotice, Proposal, StaffUser
from compliance.models.limits import step_in_words
from compliance.pages.approving import ApprovingPage
from compliance.pages.clock_panel import due_in_words
from compliance.pages.door import staff_of
from compliance.pages.limits import (
    PROPOSE,
    VIEW,
    calendar_warning,
    end_proposal,
    named_proposal,
    verdicts,
)
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import (
    DateWidget,
    FileWidget,
    NumberWidget,
    TextareaWidget,
    TextInputWidget,
)
from compliance.ui.kit import Change
from compliance.ui.navigation import register_link
from compliance.ui.pages import register_page

# As many moved dates as a page lists one by one.
MOST_SHOWN = 50


class NoticeForm(forms.Form):
    """A year's notice: its days in a file, or typed in the same form."""

    year = forms.IntegerField(label=gettext_lazy("Year"), widget=NumberWidget)
    title = forms.CharField(
        label=gettext_lazy("Number or title of the notice"), max_length=200, widget=TextInputWidget
    )
    published_on = forms.DateField(
        label=gettext_lazy("Published on"), required=False, widget=DateWidget
    )
    file = forms.FileField(label=gettext_lazy("File (CSV)"), required=False, widget=FileWidget)
    days = forms.CharField(
        label=gettext_lazy("or the days, one a line: date,is_working_day,name"),
        required=False,
        widget=TextareaWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)

    def draft(self) -> NoticeDraft:
        """
        Return the notice that was handed in.

        :raises InvalidInput: if there are no days, or they cannot be read.
        """
        given = self.cleaned_data
        content = given["file"].read() if given["file"] else given["days"].encode()
        if not content.strip():
            raise InvalidInput(_("Choose a file or type the days."))
        draft = NoticeDraft(
            given["year"],
            given["title"],
            read_days(content, given["year"]),
            given["published_on"],
        )
        return check_notice(draft)


class CalendarPage(ApprovingPage):
    """The years that are laid down; whoever keeps the calendar proposes the next one here."""

    title = gettext_lazy("Working-day calendar")
    permission = VIEW
    template_name = "clocks/calendar.html"

    def proposals_here(self) -> Q:
        return Q(kind=CALENDAR_KIND)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff = staff_of(self.request)
        form = None
        if staff.has_perm(PROPOSE):
            typed = self.request.POST.get("action") in ("preview", "propose")
            year = {"year": timezone.localdate().year + 1}
            form = NoticeForm(
                self.request.POST if typed else None,
                self.request.FILES if typed else None,
                initial=year,
            )
        notices = newest_notices()
        return {
            "notices": [
                {"notice": each, "days": list(each.days.order_by("date"))} for each in notices[::-1]
            ],
            "earlier": CalendarNotice.objects.exclude(
                pk__in=[each.pk for each in notices]
            ).order_by("-pk"),
            "form": form,
            "proposed": [
                {
                    "proposal": each,
                    "content": json.loads(each.content),
                    "changes": moved_in_words(json.loads(each.content)["moved"]),
                    "days": [
                        {**day, "date": parse_date(day["date"])}
                        for day in json.loads(each.content)["days"]
                    ],
                    "actions": verdicts(each, staff, self.request.path),
                }
                for each in open_notices()
            ],
            "calendar_warning": calendar_warning(),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        act, actor = request.POST.get("action", ""), staff_of(request)
        form = NoticeForm(request.POST, request.FILES)
        if act in ("preview", "propose") and not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        with refusals_logged(
            action=f"compliance.calendarnotice.{act or 'unknown'}",
            target=actor,
            actor=actor,
            provision=Provision.OPINIONS_2,
        ):
            if act == "preview":
                return self.show_preview(form.draft())
            said = self.carry_out(act, form, actor)
        return self.redirect(request.path, said)

    def show_preview(self, draft: NoticeDraft) -> HttpResponse:
        """Show which due dates would move; nothing is written."""
        moved = preview_notice(draft)
        return self.render_to_response(
            {
                **self.get_context_data(),
                "preview": draft,
                "preview_changes": [change_of(each) for each in moved[:MOST_SHOWN]],
                "preview_count": len(moved),
                # A file is not sent twice: its days go on as text.
                "preview_days": days_as_text(draft.days),
            }
        )

    def carry_out(self, act: str, form: NoticeForm, actor: StaffUser) -> str:
        """
        Call the one service that the button stands for and return what to say about it.

        :raises InvalidInput: if the form names something that this page does not offer.
        """
        grounds = Grounds(
            actor=actor,
            provision=Provision.OPINIONS_2,
            reason=self.request.POST.get("reason", ""),
        )
        if act == "propose":
            propose_notice(draft=form.draft(), **grounds)
            return _("Proposed; somebody else has to approve it.")
        proposal = named_proposal(self.request, CALENDAR_KIND)
        if act == "approve":
            _notice, moved = approve_notice(proposal=proposal, **grounds)
            return _("The notice counts now; %(count)s due dates moved.") % {"count": len(moved)}
        return end_proposal(act, proposal, grounds)


def change_of(moved: Moved) -> Change:
    """Return a moved date in words."""
    return Change(
        f"{moved.clock.step_label} #{moved.clock.pk}",
        due_in_words(moved.before.due_at),
        due_in_words(moved.after.due_at),
    )


def moved_in_words(moved: list[dict[str, Any]]) -> list[Change]:
    """Return in words the moved dates that a proposal names."""
    changes = []
    for each in moved[:MOST_SHOWN]:
        before, after = (parse_datetime(each[name]) for name in ("from", "to"))
        assert before is not None
        assert after is not None
        changes.append(
            Change(
                f"{step_in_words(each['step'])} #{each['clock']}",
                due_in_words(before),
                due_in_words(after),
            )
        )
    return changes


def words_of(found: Sequence[Proposal]) -> dict[int, ProposalWords]:
    """Return which year's notice each proposal enters."""
    url = reverse("admin:calendar")
    contents = {each.pk: json.loads(each.content) for each in found}
    return {
        pk: ProposalWords(
            f"{content['year']} {content['title']}",
            f"{url}#proposal-{pk}",
            _("enter the whole notice again"),
        )
        for pk, content in contents.items()
    }


def days_as_text(days: "list[Day] | Any") -> str:
    """Return days as the file has them."""
    rows = [
        f"{each.date.isoformat()},{'yes' if each.is_working_day else 'no'},"
        f"{each.name.replace(',', ' ')}"
        for each in days
    ]
    return "\n".join(["date,is_working_day,name", *rows])


def register() -> None:
    """Give the page its address and its place; called when apps are ready."""
    register_page("calendar/", CalendarPage, name="calendar")
    register_link(
        "records",
        gettext_lazy("Working-day calendar"),
        view="admin:calendar",
        permission=VIEW,
        icon="calendar_month",
        order=49,
    )
    register_kind(
        ProposalKind(
            code=CALENDAR_KIND,
            label=gettext_lazy("working-day notice"),
            still_waits=Q(came_back_lately(), ~proposed_anew(CALENDAR_KIND, "year")),
            describe=words_of,
        )
    )
