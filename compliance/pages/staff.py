"""Pages on which the system administrator keeps people, logins and roles."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import roles, staff
from compliance.errors import InvalidInput
from compliance.grounds import Grounds
from compliance.models import RoleAssignment, StaffUser
from compliance.pages.adding import AddPage
from compliance.pages.door import posted_number, staff_of
from compliance.provisions import Provision
from compliance.refusals import refusals_logged
from compliance.ui.admin import PasswordWidget, SelectWidget, TextareaWidget, TextInputWidget
from compliance.ui.kit import AllowedAction, Choice, Fact
from compliance.ui.navigation import register_link
from compliance.ui.pages import ConsolePage, Crumb, register_page

PERMISSION = "compliance.change_staffuser"


class AddStaffForm(forms.Form):
    """What is needed to let a colleague in."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, widget=TextInputWidget)
    post = forms.CharField(
        label=gettext_lazy("Post"), max_length=150, required=False, widget=TextInputWidget
    )
    username = forms.CharField(
        label=gettext_lazy("Login name"), max_length=150, widget=TextInputWidget
    )
    password = forms.CharField(label=gettext_lazy("First password"), widget=PasswordWidget)
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=SelectWidget)
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=TextareaWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["role"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = list(roles.LABELS.items())


def kept_logins() -> QuerySet[StaffUser]:
    """Return the logins of colleagues; the system and clients of the API have none to be kept."""
    return StaffUser.objects.select_related("person").filter(
        person__is_system=False, person__is_client=False
    )


class AddStaffPage(AddPage):
    """Enters a person with a login and a role, all or nothing."""

    title = gettext_lazy("Add a colleague")
    permission = PERMISSION
    form_class = AddStaffForm
    list_name = "admin:compliance_staffuser_changelist"

    def enter(self, given: dict[str, Any], actor: StaffUser) -> HttpResponse:
        with refusals_logged(
            action="compliance.person.create",
            target=actor,
            actor=actor,
            provision=Provision.OPINIONS_10,
        ):
            login = staff.add_colleague(
                name=given["name"],
                post=given["post"],
                username=given["username"],
                password=given["password"],
                role=given["role"],
                actor=actor,
                provision=Provision.OPINIONS_10,
                reason=given["reason"],
            )
        return self.redirect(
            reverse("admin:staff_login", args=[login.pk]), _("The colleague can log in now.")
        )


class StaffLoginPage(ConsolePage):
    """A login with its roles, and what may be done about them."""

    permission = PERMISSION
    template_name = "staff/login.html"

    def login(self) -> StaffUser:
        """Return the login that the address names."""
        return get_object_or_404(kept_logins(), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        login = self.login()
        return f"{login.person.name} ({login.username})"

    def breadcrumbs(self) -> list[Crumb]:
        return [
            Crumb(_("logins"), reverse("admin:compliance_staffuser_changelist")),
            Crumb(self.get_title()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        login = self.login()
        held = list(login.role_assignments.filter(ended_at=None).select_related("role"))
        holds = {each.role.name for each in held}
        url = reverse("admin:staff_login", args=[login.pk])
        offered = [Choice(code, label) for code, label in roles.LABELS.items() if code not in holds]
        actions = []
        if login.is_active:
            actions = [
                AllowedAction(
                    code="assign",
                    label=_("Give a role"),
                    url=url,
                    version=login.version,
                    choices_name="role",
                    choices_label=_("Role"),
                    choices=[Choice(each.value, str(each.label)) for each in offered],
                    key="a",
                ),
                AllowedAction(
                    code="deactivate",
                    label=_("Take out of use"),
                    url=url,
                    version=login.version,
                    hint=_("The login ends at once. It is kept and never deleted."),
                    tone="danger",
                ),
            ]
        if held:
            actions.insert(
                1,
                AllowedAction(
                    code="end_role",
                    label=_("End a role"),
                    url=url,
                    version=login.version,
                    choices_name="assignment",
                    choices_label=_("Role"),
                    choices=[
                        Choice(str(each.pk), roles.role_label(each.role.name)) for each in held
                    ],
                    key="e",
                ),
            )
        return {
            "facts": [
                Fact(_("Person"), str(login.person)),
                Fact(_("Post"), login.person.post),
                Fact(_("Login name"), login.username, is_code=True),
                Fact(_("In use"), _("yes") if login.is_active else _("no")),
                Fact(_("Roles"), _(", ").join(roles.role_label(each.role.name) for each in held)),
            ],
            "actions": actions,
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        login, actor = self.login(), staff_of(request)
        act, reason = request.POST.get("action", ""), request.POST.get("reason", "")
        with refusals_logged(
            action=f"compliance.staffuser.{act or 'unknown'}",
            target=login,
            actor=actor,
            provision=Provision.OPINIONS_10,
        ):
            self.carry_out(act, login, actor, reason)
        return self.redirect(
            reverse("admin:staff_login", args=[pk]), _("It is done and on record.")
        )

    def carry_out(self, act: str, login: StaffUser, actor: StaffUser, reason: str) -> None:
        """
        Call the one service that the button stands for.

        :raises InvalidInput: if the form names something that is not offered.
        """
        grounds: Grounds = {"actor": actor, "provision": Provision.OPINIONS_10, "reason": reason}
        if act == "assign" and self.request.POST.get("role") in roles.LABELS:
            staff.assign_role(staff=login, role=self.request.POST["role"], **grounds)
        elif act == "end_role":
            assignment = get_object_or_404(
                RoleAssignment, staff=login, pk=posted_number(self.request, "assignment")
            )
            staff.end_role(assignment=assignment, **grounds)
        elif act == "deactivate":
            staff.deactivate_login(staff=login, **grounds)
        else:
            raise InvalidInput


def register() -> None:
    """Give the pages their addresses; called when apps are ready."""
    register_page("people/add/", AddStaffPage, name="add_staff")
    register_page("people/logins/<int:pk>/", StaffLoginPage, name="staff_login")
    register_link(
        "people",
        gettext_lazy("Add a colleague"),
        view="admin:add_staff",
        permission=PERMISSION,
        icon="person_add",
        order=5,
    )
