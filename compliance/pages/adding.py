"""Pages on which one record is entered by a form, all or nothing."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from compliance.models import StaffUser
from compliance.pages.door import staff_of
from compliance.ui.pages import ConsolePage


class AddPage(ConsolePage, ABC):
    """
    A page with one form; its button says what its title says.

    Subclasses name their form and the list that "Cancel" leads back to, and enter what was given.
    """

    template_name = "ui/add.html"
    form_class: ClassVar[type[forms.Form]]
    list_name: ClassVar[str]

    @abstractmethod
    def enter(self, given: dict[str, Any], actor: StaffUser) -> HttpResponse:
        """Call the service with what the form was given, and lead on."""

    def initial(self) -> dict[str, Any]:
        """Return what the form says at first."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": self.form_class(self.request.POST or None, initial=self.initial()),
            "list_url": reverse(self.list_name),
            **super().get_context_data(**kwargs),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        return self.enter(form.cleaned_data, staff_of(request))
