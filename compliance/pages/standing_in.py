"""Pages for who is away, who stands in, and what an absent colleague holds."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compliance import absences, deputies, work
from compliance.desk import stuck, waiting
from compliance.desk.kinds import describe as describe_proposals
from compliance.eligibility import absent_people, people_who_may
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import Absence, Deputy, Matter, Person, WorkItem
from compliance.pages.desk_rows import instant, item_rows
from compliance.pages.door import posted_number, staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.roles import approval_in_words, delegable
from compliance.ui.admin import SelectWidget, TextareaWidget
from compliance.ui.kit import Choice
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page


def colleagues() -> list[Choice]:
    """Return everybody with a login in use."""
    people = Person.objects.filter(logins__is_active=True, is_system=False)
    return [Choice(str(each.pk), str(each)) for each in people.distinct().order_by("name", "pk")]


def _first_instant(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _after(day: Any) -> datetime:
    return _first_instant(day + timedelta(days=1))


class DayField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "ui-input"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class PeriodForm(forms.Form):
    """A person, the first and the last day, the reason."""

    person = forms.ChoiceField(label=gettext_lazy("Person"), widget=SelectWidget)
    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)

    def __init__(self, *args: Any, people: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["person"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(each.value, str(each.label)) for each in people]


class DeputyForm(PeriodForm):
    """What a deputy is named for, besides."""

    permission = forms.ChoiceField(label=gettext_lazy("Stands in for"), widget=SelectWidget)
    matter = forms.ChoiceField(
        label=gettext_lazy("For which matter"), required=False, widget=SelectWidget
    )
    field_order = ["person", "permission", "matter", "first_day", "last_day", "reason"]

    def __init__(self, *args: Any, matters: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permission"].choices = list(delegable().items())  # type: ignore[attr-defined]
        self.fields["matter"].choices = [  # type: ignore[attr-defined]
            ("", _("all matters")),
            *((each.value, str(each.label)) for each in matters),
        ]


class AbsencesPage(ConsolePage):
    """Who is away now or soon; everybody enters their own, a supervisor everybody's."""

    title = gettext_lazy("Absences")
    template_name = "work/absences.html"

    def people(self) -> list[Choice]:
        """Return for whom the person at the screen may enter an absence."""
        staff = staff_of(self.request)
        own = Choice(str(staff.person_id), str(staff.person))
        if not staff.has_perm(absences.ENTER):
            return [own]
        return [own, *(each for each in colleagues() if each.value != own.value)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        staff, now = staff_of(self.request), timezone.now()
        known = Absence.objects.to_come(now).select_related("person", "entered_by")
        enters = staff.has_perm(absences.ENTER)
        is_adding = self.request.POST.get("action") == "enter"
        return {
            "rows": [
                {
                    "absence": each,
                    "from": instant(each.absent_from),
                    "until": instant(each.absent_until),
                    "is_away": each.absent_from <= now,
                    "may_end": enters or each.person_id == staff.person_id,
                }
                for each in known.order_by("absent_from", "pk")
            ],
            "form": PeriodForm(self.request.POST if is_adding else None, people=self.people()),
            "held": waiting.held_items(staff, now).count(),
            "hand_over_url": reverse("admin:work_of", args=[staff.person_id]),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        actor, act = staff_of(request), request.POST.get("action", "")
        grounds: Grounds = {
            "actor": actor,
            "provision": Provision.PUBLIC_ACCOUNT_6_1,
            "reason": request.POST.get("reason", ""),
        }
        here = reverse("admin:absences")
        if act == "end":
            absence = get_object_or_404(Absence, pk=posted_number(request, "absence"))
            with refusals_logged(
                action="compliance.absence.end",
                target=absence,
                actor=actor,
                provision=grounds["provision"],
            ):
                absences.end_absence(absence=absence, **grounds)
            return self.redirect(here, _("The absence is over."))
        form = PeriodForm(request.POST, people=self.people())
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = form.cleaned_data
        person = get_object_or_404(Person, pk=given["person"])
        with refusals_logged(
            action="compliance.absence.create",
            target=person,
            actor=actor,
            provision=grounds["provision"],
        ):
            absences.enter_absence(
                person=person,
                absent_from=_first_instant(given["first_day"]),
                absent_until=_after(given["last_day"]),
                **grounds,
            )
        if WorkItem.objects.held_by(person, timezone.now()).exists():
            return self.redirect(
                reverse("admin:work_of", args=[person.pk]),
                _("The absence is entered. Give what %(name)s holds to others.")
                % {"name": person.name},
            )
        return self.redirect(here, _("The absence is entered."))


class DeputiesPage(ConsolePage):
    """Who stands in for approvers, what lacks one, and the form to name another."""

    title = gettext_lazy("Deputies")
    permission = deputies.NAME_DEPUTY
    template_name = "work/deputies.html"

    def lacking(self) -> list[stuck.StuckProposal]:
        """Return the proposals that nobody can approve now."""
        return stuck.stuck_proposals(timezone.now())

    def form(self, lacking: list[stuck.StuckProposal], posted: Any = None) -> DeputyForm:
        """Return the form, with the matters that lack somebody to choose from."""
        words = describe_proposals(each.proposal for each in lacking)
        matters = [
            Choice(str(each.proposal.matter_id), words[each.proposal.pk].title) for each in lacking
        ]
        own = str(staff_of(self.request).person_id)
        people = [each for each in colleagues() if each.value != own]
        first = {
            "first_day": timezone.localdate(),
            "permission": self.request.GET.get("permission", ""),
            "matter": self.request.GET.get("matter", ""),
        }
        return DeputyForm(posted, initial=first, people=people, matters=matters)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, lacking = timezone.now(), self.lacking()
        words = describe_proposals(each.proposal for each in lacking)
        known = Deputy.objects.to_come(now).select_related("deputy", "given_by", "matter")
        is_naming = self.request.POST.get("action") == "name"
        return {
            "rows": [
                {
                    "deputy": each,
                    "label": approval_in_words(each.permission),
                    "from": instant(each.valid_from),
                    "until": instant(each.valid_until),
                }
                for each in known.order_by("valid_until", "pk")
            ],
            "lacking": [
                {
                    "words": words[each.proposal.pk],
                    "label": approval_in_words(each.permission),
                    "permission": each.permission,
                    "matter": each.proposal.matter_id,
                    "back": instant(each.back_at) if each.back_at else "",
                }
                for each in lacking
            ],
            "form": self.form(lacking, self.request.POST if is_naming else None),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        actor, act = staff_of(request), request.POST.get("action", "")
        grounds: Grounds = {
            "actor": actor,
            "provision": Provision.OPINIONS_2,
            "reason": request.POST.get("reason", ""),
        }
        here = reverse("admin:deputies")
        if act == "end":
            deputy = get_object_or_404(Deputy, pk=posted_number(request, "deputy"))
            with refusals_logged(
                action="compliance.deputy.end",
                target=deputy,
                actor=actor,
                provision=grounds["provision"],
            ):
                deputies.end_deputy(deputy=deputy, **grounds)
            return self.redirect(here, _("The deputy's time is over."))
        form = self.form(self.lacking(), request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        given = form.cleaned_data
        person = get_object_or_404(Person, pk=given["person"])
        matter = get_object_or_404(Matter, pk=given["matter"]) if given["matter"] else None
        with refusals_logged(
            action="compliance.deputy.create",
            target=person,
            actor=actor,
            provision=grounds["provision"],
        ):
            deputies.name_deputy(
                deputy=person,
                permission=given["permission"],
                matter=matter,
                valid_from=_first_instant(given["first_day"]),
                valid_until=_after(given["last_day"]),
                **grounds,
            )
        return self.redirect(here, _("%(name)s stands in.") % {"name": person.name})


class WorkOfPage(ConsolePage):
    """What one colleague holds, and the form that gives all of it to others or to the queues."""

    template_name = "work/of.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and (
            request.user.has_perm(waiting.OVERSEE)
            or staff_of(request).person_id == self.kwargs["number"]
        )

    def person(self) -> Person:
        """Return the colleague that the address names."""
        return get_object_or_404(Person, pk=self.kwargs["number"], is_system=False)

    def get_title(self) -> str:
        return _("Work of %(name)s") % {"name": self.person().name}

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Work items"), reverse("admin:work_list")), Crumb(self.get_title())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, now = self.person(), timezone.now()
        items = WorkItem.objects.held_by(person, now).select_related("lease__holder")
        until = absent_people(now).get(person.pk)
        return {
            "person": person,
            "absent_until": instant(until) if until else "",
            "rows": item_rows(
                items.order_by("due_at", "-weight", "id"), staff_of(self.request), now
            ),
            "receivers": self.receivers(person, now),
            "chosen": self.request.POST.getlist("receiver"),
            **super().get_context_data(**kwargs),
        }

    def receivers(self, person: Person, now: datetime) -> list[Choice]:
        """Return who may take from any queue of which the colleague holds something."""
        held = WorkItem.objects.held_by(person, now).values_list("queue", flat=True).distinct()
        permissions = {work.get_queue(code).permission for code in held}
        may = people_who_may(permissions, now)
        people = set().union(*may.values()) - absent_people(now).keys() - {person.pk}
        found = Person.objects.filter(pk__in=people, is_system=False).order_by("name", "pk")
        return [Choice(str(each.pk), str(each)) for each in found]

    def post(self, request: HttpRequest, number: int) -> HttpResponse:
        person, actor = self.person(), staff_of(request)
        with refusals_logged(
            action="compliance.workitem.hand_over",
            target=person,
            actor=actor,
            provision=Provision.PUBLIC_ACCOUNT_6_1,
        ):
            done = work.hand_over_all(
                holder=person,
                receivers=self.chosen_receivers(),
                actor=actor,
                provision=Provision.PUBLIC_ACCOUNT_6_1,
                reason=request.POST.get("reason", ""),
            )
        handed = sum(done.received.values())
        said = [
            ngettext("%(count)s item handed over.", "%(count)s items handed over.", handed)
            % {"count": handed},
            ngettext(
                "%(count)s went back to its queue.",
                "%(count)s went back to their queues.",
                done.returned,
            )
            % {"count": done.returned},
        ]
        return self.redirect(reverse("admin:index"), " ".join(said))

    def chosen_receivers(self) -> list[Person]:
        """
        Return the colleagues that were chosen, in the order of the list.

        :raises InvalidInput: if somebody is chosen who is not offered.
        """
        numbers = self.request.POST.getlist("receiver")
        offered = {each.value for each in self.receivers(self.person(), timezone.now())}
        if not set(numbers) <= offered:
            raise InvalidInput(_("Choose a colleague."))
        return list(Person.objects.filter(pk__in=numbers).order_by("name", "pk"))


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("work/of/<int:number>/", WorkOfPage, name="work_of")
    register_page("people/absences/", AbsencesPage, name="absences")
    register_page("people/deputies/", DeputiesPage, name="deputies")
    register_link(
        "people",
        gettext_lazy("Absences"),
        view="admin:absences",
        icon="beach_access",
        key="g b",
        order=40,
    )
    register_link(
        "people",
        gettext_lazy("Deputies"),
        view="admin:deputies",
        permission=deputies.NAME_DEPUTY,
        icon="supervised_user_circle",
        key="g n",
        order=45,
    )
