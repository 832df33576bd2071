"""The list page of an admin class: bounded counts, and pages by position in long lists."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.core.paginator import InvalidPage
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from unfold.views import ChangeList

from compliance.ui.pagination import (
    ConsolePaginator,
    Order,
    Position,
    Slice,
    slice_from,
    tally_rows,
    total_order,
)
from compliance.ui.spans import column_of_span

POSITION_PARAM = "at"


class ConsoleChangeList(ChangeList):
    """Numbers the pages while the rows were counted; walks from row to row where there are more."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.position_text = request.GET.get(POSITION_PARAM, "")
        self.slice: Slice | None = None
        super().__init__(request, *args, **kwargs)
        if not self.is_popup:
            named = getattr(self.model_admin, "list_title", "")
            self.title = capfirst(str(named or self.opts.verbose_name_plural))

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        # A place in the list is no filter and must not travel on into other links of the page.
        self.params.pop(POSITION_PARAM, None)
        self.filter_params.pop(POSITION_PARAM, None)
        found: dict[str, Any] = super().get_filters_params(params)
        found.pop(POSITION_PARAM, None)
        return found

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list[Any]:
        """Return the order of the rows: of those of a span of time, by that time, latest first."""
        column = column_of_span(self.model, self.filter_specs)
        if column and not self.params.get(ORDER_VAR):
            # In the order of their numbers all rows after the span would be read to find it.
            return [f"-{column}", "-pk"]
        return list(super().get_ordering(request, queryset))

    def get_results(self, request: HttpRequest) -> None:
        paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.paginator = paginator
        is_console = isinstance(paginator, ConsolePaginator)
        self.tally = paginator.tally if is_console else tally_rows(self.queryset)
        self.result_count = self.tally.number
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = self.result_count > 0
        self.can_show_all = False
        self.multi_page = self.result_count > self.list_per_page
        orders = total_order(self.queryset)
        if orders and not self.tally.is_exact and not self.list_editable:
            self._walk(orders)
        elif not self.multi_page:
            self.result_list = self.queryset._clone()
        else:
            try:
                self.result_list = paginator.page(self.page_num).object_list
            except InvalidPage as error:
                raise IncorrectLookupParameters from error

    def _walk(self, orders: tuple[Order, ...]) -> None:
        position = None
        if self.position_text:
            position = Position.unseal(self.position_text, length=len(orders))
            if position is None:
                raise IncorrectLookupParameters
        self.slice = slice_from(self.queryset, orders, position=position, size=self.list_per_page)
        self.result_list = self.slice.rows
        self.has_position = position is not None

    def first_url(self) -> str:
        """Return the address of the beginning of the list."""
        return str(self.get_query_string())

    def previous_url(self) -> str:
        """Return the address of the rows before these, or nothing."""
        if self.slice is None:
            return self._page_url(self.page_num - 1)
        return self._url(self.slice.previous)

    def following_url(self) -> str:
        """Return the address of the rows after these, or nothing."""
        if self.slice is None:
            return self._page_url(self.page_num + 1)
        return self._url(self.slice.following)

    def _page_url(self, number: int) -> str:
        is_there = 1 <= number <= self.paginator.num_pages
        return str(self.get_query_string({PAGE_VAR: number})) if is_there else ""

    def _url(self, place: str) -> str:
        return str(self.get_query_string({POSITION_PARAM: place})) if place else ""
