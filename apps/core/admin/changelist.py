"""A list's query: what is filtered, in which order, which page."""

from typing import Any, Final

from django.contrib.admin.views.main import ORDER_VAR
from django.db import models
from django.http import HttpRequest
from unfold.views import ChangeList

from apps.core.admin.columns import Column, column_of
from apps.core.admin.filters import SetFilter, ShopFilter
from apps.core.admin.paging import Slice, page_of

CHECKBOX: Final = "action_checkbox"


class ShopChangeList(ChangeList):
    """Sorts by a column's name instead of its place, pages within bounds, and counts no million rows."""

    def get_filters_params(self, params: Any = None) -> dict[str, list[str]]:
        """Only what a filter of this list understands: anything else is said to be unknown, not obeyed."""
        given = super().get_filters_params(params)
        return {name: values for name, values in given.items() if name in self._filter_parameters}

    @property
    def _filter_parameters(self) -> set[str]:
        return {name for spec in self.list_filter for name in spec.parameters}

    @property
    def columns(self) -> list[Column]:
        if not hasattr(self, "_columns"):
            names = [name for name in self.list_display if name != CHECKBOX]
            self._columns = [column_of(self.model_admin, name) for name in names]
        return self._columns

    @property
    def sorted_by(self) -> tuple[Column | None, bool]:
        """The column that the list is sorted by, and whether downwards."""
        asked = str(self.params.get(ORDER_VAR, "")) or self._own_order()
        for column in self.columns:
            if column.name == asked.removeprefix("-") and self.may_sort_by(column):
                return column, asked.startswith("-")
        return None, False

    def _own_order(self) -> str:
        """The column that the list's own order starts with."""
        first = next(iter(self._get_default_ordering()), "")
        field = first if isinstance(first, str) else ""
        for column in self.columns:
            if column.order == field.removeprefix("-"):
                return ("-" if field.startswith("-") else "") + column.name
        return ""

    def may_sort_by(self, column: Column) -> bool:
        return bool(column.order) and (self.sortable_by is None or column.name in self.sortable_by)

    def get_ordering(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> list[Any]:
        """Always ends in something unique, so that no row is shown twice or never."""
        column, downwards = self.sorted_by if ORDER_VAR in self.params else (None, False)
        if column is None:
            return list(self._get_deterministic_ordering(self._get_default_ordering()))
        return list(self._get_deterministic_ordering([("-" if downwards else "") + column.order]))

    def get_results(self, request: HttpRequest) -> None:
        """One page, and no COUNT(*) over everything. Django's own names are filled for its actions."""
        self.slice: Slice = page_of(self.queryset, page=self.page_num, size=self.list_per_page)
        self.result_list = self.slice.rows
        self.result_count = self.slice.count.number
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = False
        self.multi_page = self.slice.last_page > 1
        self.paginator = None

    @property
    def set_filters(self) -> list[SetFilter]:
        """What narrows the list now, each removable."""
        return [chosen for spec in self.shop_filters for chosen in spec.set_values(self)]

    @property
    def shop_filters(self) -> list[ShopFilter]:
        return [spec for spec in self.filter_specs if isinstance(spec, ShopFilter)]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query) or any(spec.is_set for spec in self.shop_filters)

    @property
    def unknown_parameters(self) -> list[str]:
        """What the address asks for and this list does not know."""
        known = self._filter_parameters | self.model_admin.own_parameters
        return sorted(name for name in self.params if name not in known)
