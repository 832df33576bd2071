"""Base classes of every admin page of the console; no rule, no status and no save of its own."""

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib.admin import ShowFacets, register
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import DateTimeField, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    BooleanRadioFilter,
    ChoicesCheckboxFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateFilter,
    RangeNumericFilter,
    RelatedDropdownFilter,
)
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from compliance.errors import InvalidInput
from compliance.numbers import read_number
from compliance.ui.changelist import ConsoleChangeList
from compliance.ui.history import ReadableChanges, version_facts
from compliance.ui.instants import instant_column
from compliance.ui.lookups import allowed_parameters, is_relation_choice
from compliance.ui.navigation import Text
from compliance.ui.pagination import ConsolePaginator
from compliance.ui.refusals import logger
from compliance.ui.searching import is_exact, search_exactly
from compliance.ui.spans import RangeDateTimeFilter

__all__ = [
    "AdminPasswordChangeForm",
    "AutocompleteSelectFilter",
    "BooleanRadioFilter",
    "ChoicesCheckboxFilter",
    "ChoicesDropdownFilter",
    "ConsoleAdmin",
    "DateWidget",
    "DropdownFilter",
    "FactPageConsoleAdmin",
    "FileWidget",
    "HistoryConsoleAdmin",
    "NumberWidget",
    "PageConsoleAdmin",
    "PasswordWidget",
    "RangeDateFilter",
    "RangeDateTimeFilter",
    "RangeNumericFilter",
    "ReadOnlyInline",
    "ReadOnlyStackedInline",
    "RelatedDropdownFilter",
    "SelectWidget",
    "SplitDateTimeWidget",
    "SwitchWidget",
    "TextInputWidget",
    "TextareaWidget",
    "UserChangeForm",
    "UserCreationForm",
    "action",
    "display",
    "register",
]

DateWidget = UnfoldAdminDateWidget
FileWidget = UnfoldAdminFileFieldWidget
NumberWidget = UnfoldAdminIntegerFieldWidget
PasswordWidget = UnfoldAdminPasswordWidget
SelectWidget = UnfoldAdminSelectWidget
SplitDateTimeWidget = UnfoldAdminSplitDateTimeWidget
SwitchWidget = UnfoldBooleanSwitchWidget
TextareaWidget = UnfoldAdminTextareaWidget
TextInputWidget = UnfoldAdminTextInputWidget


class ConsoleAdmin(ModelAdmin):
    """
    An admin class that shows and does not write.

    `allows_add`, `allows_change` and `allows_delete` open the theme's own forms for tables that
    are nobody's evidence; the permission is asked all the same. `section`, `section_order`, `icon`
    and `key` give the list its place in the sidebar. `list_title` names the list where the name of what
    it holds names a page too: no two lines of the sidebar read alike. `number_prefix` are the letters of the number by
    which people call its records; a search of `=id` then takes that number.
    """

    allows_add = False
    allows_change = False
    allows_delete = False

    section = ""
    section_order = 50
    icon = ""
    key = ""
    list_title: Text = ""
    number_prefix = ""

    list_per_page = 25
    list_max_show_all = 25
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator: type[Paginator] = ConsolePaginator
    list_filter_submit = True
    list_filter_sheet = True
    list_disable_select_all = True
    warn_unsaved_form = True
    compressed_fields = True
    empty_value_display = "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.allows_add and bool(super().has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.allows_change and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.allows_delete and bool(super().has_delete_permission(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(super().has_view_permission(request, obj))

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Return the columns; instants that stand for a day are shown as the day."""
        instants = {
            field.name: field
            for field in self.model._meta.concrete_fields
            if isinstance(field, DateTimeField)
        }
        return [
            instant_column(instants[each]) if each in instants else each
            for each in super().get_list_display(request)
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ConsoleChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """
        Show the list; Django shows it too where an act is sent that it does not have.

        :raises InvalidInput: if what was sent names such an act.
        """
        asked = request.POST.get("action", "")
        if asked and asked not in self.get_actions(request):
            raise InvalidInput(_("This page does not offer that act."))
        return super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """
        Return whether an address may filter by this lookup.

        Django lets every column of the table itself be filtered by address. That would answer
        questions about columns that the list does not show, so only what it shows is let through.
        """
        if request is None:
            return False
        if lookup in allowed_parameters(self, request):
            return True
        if is_relation_choice(self, lookup, value):
            return True
        logger.warning(
            "Refused: lookup %r at %s for staff %s", lookup, request.path, request.user.pk
        )
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        fields = self.get_search_fields(request)
        typed = search_term.strip()
        if not typed or not is_exact(fields):
            found: tuple[QuerySet, bool] = super().get_search_results(
                request, queryset, search_term
            )
            return found
        return search_exactly(queryset, fields, typed, self.spelled), False

    def spelled(self, path: str, typed: str) -> Collection[str]:
        """Return the values of a column that are meant by what was typed into the search."""
        if path == "id" and self.number_prefix:
            number = read_number(self.number_prefix, typed)
            return {str(number)} if number is not None else set()
        return {typed, typed.upper()}

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Model | None = None,
    ) -> HttpResponse:
        """Name the record in the title; Django says only that one looks at or changes it."""
        if obj is not None:
            context["title"] = f"{self.model._meta.verbose_name} {obj}"
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet,
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> Paginator:
        return self.paginator(queryset, per_page, orphans, allow_empty_first_page)


class HistoryConsoleAdmin(SimpleHistoryAdmin, ConsoleAdmin):
    """
    An admin class whose records have a history that is read and never turned back.

    `history_hidden_fields` names tracked fields that this admin class does not show.
    """

    history_list_per_page = 25
    history_hidden_fields: tuple[str, ...] = ()
    object_history_form_template = "ui/history_version.html"

    def revert_disabled(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Turning a record back would step round the workflow and its reasons.
        return True

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """
        Show one version of a record.

        The page of simple_history is a form, and saves what is posted to it even where turning
        back is switched off; this one only reads.
        """
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        opts = self.model._meta
        history = getattr(self.model, opts.simple_history_manager_attribute).model
        version = get_object_or_404(
            history, **{opts.pk.attname: unquote(object_id), "history_id": version_id}
        )
        record = version.instance
        if not self.has_view_history_or_change_history_permission(request, record):
            raise PermissionDenied
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": self.history_form_view_title(request, record),
            "opts": opts,
            "original": record,
            "version": version,
            "facts": version_facts(
                version,
                hidden=frozenset(self.history_hidden_fields),
                empty=self.empty_value_display,
            ),
            "history_url": reverse(
                f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_history",
                args=[object_id],
            ),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_form_template, context)

    def get_historical_record_context_helper(
        self, request: HttpRequest, historical_record: Any
    ) -> ReadableChanges:
        return ReadableChanges(
            self.model, historical_record, hidden=frozenset(self.history_hidden_fields)
        )


class FactPageConsoleAdmin(ConsoleAdmin):
    """
    An admin class of facts without history that open on a page of their own, which says all of them.

    `page_name` is the name of that page's URL, which takes the record's number.
    """

    page_name = ""

    def page_number(self, number: str) -> str:
        """Return the number by which the page of a record goes; its own, unless overridden."""
        return number

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead on to the record's page; what is sent to the form is refused as everywhere."""
        if request.method not in ("GET", "HEAD") or not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse(self.page_name, args=[self.page_number(object_id)]))


class PageConsoleAdmin(FactPageConsoleAdmin, HistoryConsoleAdmin):
    """An admin class whose records open on a page of their own, which says all that a form would."""


class _ReadOnly:
    extra = 0
    can_delete = False
    show_change_link = True
    tab = True
    fields: Sequence[str] = ()
    readonly_fields: Sequence[str] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        # All of them: a form would refuse columns that the database fills by itself.
        return list(self.fields or self.readonly_fields)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(_ReadOnly, TabularInline):
    """Rows that belong to a record, as a table to read."""


class ReadOnlyStackedInline(_ReadOnly, StackedInline):
    """Rows that belong to a record, one below the other, to read."""
