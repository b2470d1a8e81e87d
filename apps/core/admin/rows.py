"""What a list's template is given: heads, rows, chips, pages and the state that the list is in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.db import models
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.core.access import may
from apps.core.admin.columns import Column, Kind, rendered
from apps.core.admin.filters import DayFilter, SetFilter

SHARES: Final = "settings.edit"  # what everyone sees on a list is a setting of the shop


@dataclass(frozen=True)
class Head:
    """A column's head: its words, and the address that sorts by it."""

    column: Column
    link: str
    is_sorted: bool
    downwards: bool

    @property
    def aria(self) -> str:
        if not self.is_sorted:
            return "none"
        return "descending" if self.downwards else "ascending"


@dataclass(frozen=True)
class Cell:
    """One value, as it reads."""

    column: Column
    shown: SafeString | str
    place: int = 0  # on a phone's two lines: 1 beside the name, 2 and 3 below; 0 is not there


@dataclass(frozen=True)
class RowAction:
    """An entry of a row's ⋯ menu, or a button of a profile: it opens a dialog, or a page of its own."""

    label: str
    link: str
    icon: str
    is_dangerous: bool
    is_page: bool = False


@dataclass(frozen=True)
class Row:
    """One record: its name with the link, its cells, what can be done to it."""

    pk: Any
    link: str
    name: SafeString | str
    cells: list[Cell]
    actions: list[RowAction]
    picture: SafeString | str = ""


@dataclass(frozen=True)
class Segment:
    """One of several lists of a single matter, as a tab above them; ``count`` is of what is to be seen to."""

    title: str | Promise
    link: str
    is_here: bool = False
    count: str = ""


@dataclass(frozen=True)
class Elsewhere:
    """What a search also finds, in the list beside this one."""

    text: str
    link: str
    words: str


class Listing:
    """Everything that the list template shows; each part is worked out when it is asked for."""

    def __init__(self, admin: Any, request: HttpRequest, changelist: Any) -> None:
        self.admin, self.request, self.cl = admin, request, changelist
        self.taste = admin.taste(request)

    @property
    def title(self) -> str:
        return str(capfirst(self.admin.opts.verbose_name_plural))

    @property
    def noun(self) -> str:
        return str(self.admin.opts.verbose_name_plural)

    @property
    def state(self) -> str:
        if self.cl.result_list:
            return "rows"
        return "filtered" if self.cl.is_narrowed else "empty"

    @cached_property
    def heads(self) -> list[Head]:
        by, downwards = self.cl.sorted_by
        return [self._head(column, column is by, downwards) for column in self.cl.columns]

    def _head(self, column: Column, is_sorted: bool, downwards: bool) -> Head:
        if not self.cl.may_sort_by(column):
            return Head(column, "", False, False)
        next_order = column.name if is_sorted and downwards else f"-{column.name}"
        if not is_sorted:
            next_order = f"-{column.name}" if column.is_figure else column.name
        link = self.cl.get_query_string({ORDER_VAR: next_order}, [PAGE_VAR])
        return Head(column, link, is_sorted, is_sorted and downwards)

    @cached_property
    def rows(self) -> list[Row]:
        return list(self._rows())

    def _rows(self) -> Iterator[Row]:
        name, *others = self.cl.columns
        actions = self.admin.get_actions_row(self.request)
        for record in self.cl.result_list:
            yield Row(
                pk=record.pk,
                link=self._link(record),
                name=name.cell(record, self.admin),
                cells=[self._cell(column, record) for column in others],
                actions=[
                    self._action(action, record)
                    for action in actions
                    if self.admin.offers(action.method, self.request, record)
                ],
                picture=self.admin.picture_of(record),
            )

    def _cell(self, column: Column, record: models.Model) -> Cell:
        return Cell(column, column.cell(record, self.admin), self._places.get(column.name, 0))

    @cached_property
    def _places(self) -> dict[str, int]:
        """Which three columns a phone shows: those that the admin names, else a chip and the next two."""
        others = self.cl.columns[1:]
        chips = [column.name for column in others if column.kind is Kind.CHIP]
        rest = [column.name for column in others if column.name not in chips[:1]]
        named = self.admin.on_phone or (*chips[:1], *rest[: 3 - len(chips[:1])])
        first = 1 if self.admin.on_phone or chips else 2
        return {name: place for place, name in enumerate(named, first) if place <= 3}

    def _link(self, record: models.Model) -> str:
        kept = {"preserved_filters": self.cl.preserved_filters, "opts": self.cl.opts}
        return str(add_preserved_filters(kept, self.cl.url_for_result(record)))

    def _action(self, action: Any, record: models.Model) -> RowAction:
        link = self.admin.action_url(action.action_name, record)
        return RowAction(str(action.description), link, action.icon, action.method.is_dangerous)

    @cached_property
    def bulk_actions(self) -> list[tuple[str, str, str, bool]]:
        """(name, words, icon, dangerous) of what a selection can be given to."""
        found = self.admin.get_actions(self.request).values()
        return [(name, str(words), door.icon, door.is_dangerous) for door, name, words in found]

    @property
    def has_row_menu(self) -> bool:
        return any(row.actions for row in self.rows)

    @property
    def set_filters(self) -> list[SetFilter]:
        return list(self.cl.set_filters)

    @property
    def complaints(self) -> list[str]:
        """What of the address could not be understood, in the list's own words."""
        days = [spec for spec in self.cl.shop_filters if isinstance(spec, DayFilter) and spec.complaint]
        said = [f"{spec.title}: {spec.complaint}" for spec in days]
        unknown = self.cl.unknown_parameters
        return said + [
            _("This list has no filter “%s”; it is not narrowed by it.") % name for name in unknown
        ]

    @property
    def search_keeps(self) -> list[tuple[str, str]]:
        """What of the address a new search must not lose."""
        dropped = {"q", PAGE_VAR, "view", "e"}
        return [
            (name, value)
            for name, values in self.request.GET.lists()
            if name not in dropped
            for value in values
        ]

    @property
    def filter_keeps(self) -> list[tuple[str, str]]:
        """What of the address a change of filters must not lose."""
        dropped = self.admin.filter_parameters(self.request) | {PAGE_VAR, "view", "e"}
        return [
            (name, value)
            for name, values in self.request.GET.lists()
            if name not in dropped
            for value in values
        ]

    @property
    def query(self) -> str:
        """The address's words, for the forms that act on the list as it is narrowed."""
        return self.request.GET.urlencode()

    @property
    def clear_link(self) -> str:
        order = self.cl.params.get(ORDER_VAR)
        return f"?{ORDER_VAR}={order}" if order else "?"

    @property
    def unsearched_link(self) -> str:
        return str(self.cl.get_query_string(remove=["q", PAGE_VAR]))

    @property
    def view_links(self) -> list[tuple[Any, str, bool, bool]]:
        """(saved filter, its address, whether it is on, whether this person may remove it)."""
        mine = (self.taste.actor.kind, self.taste.actor.id)
        return [
            (
                view,
                f"?{view.query}&view={view.pk}" if view.query else f"?view={view.pk}",
                view == self.taste.view,
                (view.owner_kind, view.owner_id) == mine or self.may_share,
            )
            for view in self.taste.views
        ]

    @property
    def may_share(self) -> bool:
        return may(self.request.user, SHARES)

    @property
    def may_export(self) -> bool:
        return bool(self.admin.has_export_permission(self.request))

    @property
    def add_link(self) -> str:
        """Where a new one is made; empty when this person may not, or no page does it."""
        if not self.admin.has_add_permission(self.request):
            return ""
        try:
            return reverse(self.admin.url_of("add"))
        except NoReverseMatch:
            return ""

    @property
    def add_label(self) -> str:
        return _("Add %s") % str(self.admin.opts.verbose_name)

    @property
    def empty_action(self) -> tuple[str, str]:
        """(address, words) of what fills this list, when it is not an *Add* button."""
        return self.admin.empty_action(self.request)  # type: ignore[no-any-return]

    @cached_property
    def segments(self) -> list[Segment]:
        """The lists of the same matter."""
        return list(self.admin.segments(self.request))

    @cached_property
    def elsewhere(self) -> Elsewhere | None:
        """What the search finds beside this list."""
        return self.admin.elsewhere(self.request, self.cl.query) if self.cl.query else None

    @property
    def export_url(self) -> str:
        return reverse(self.admin.url_of("export"))

    @property
    def save_url(self) -> str:
        return reverse(self.admin.url_of("save_view"))

    @property
    def columns_url(self) -> str:
        return reverse(self.admin.url_of("columns"))

    @property
    def remove_url_name(self) -> str:
        return str(self.admin.url_of("remove_view"))

    @cached_property
    def totals(self) -> list[Cell]:
        """The sums under the columns: of all that is filtered while that can be counted, else nothing."""
        wanted = {name: sum_ for name, sum_ in self.admin.list_totals.items() if name in self._names}
        if not wanted or not self.cl.slice.count.is_exact or not self.cl.result_list:
            return []
        summed = self.cl.queryset.order_by().aggregate(
            **{f"total_{name}": sum_ for name, sum_ in wanted.items()}
        )
        return [
            Cell(column, self._total(column, summed) if column.name in wanted else "")
            for column in self.cl.columns[1:]
        ]

    def _total(self, column: Column, summed: dict[str, Any]) -> SafeString | str:
        kind = column.kind if column.kind is not Kind.TEXT else Kind.QUANTITY
        return rendered(summed[f"total_{column.name}"], kind)

    @property
    def _names(self) -> set[str]:
        return {column.name for column in self.cl.columns}

    def page_link(self, page: int | None) -> str:
        return str(self.cl.get_query_string({PAGE_VAR: page})) if page is not None else ""

    @property
    def pages(self) -> list[tuple[str, str, str]]:
        """(icon, words, address) of the pager's steps; no address where there is no further."""
        at = self.cl.slice
        is_first, is_last = at.page == 1, at.page == at.last
        return [
            ("first_page", _("First page"), "" if is_first else self.page_link(1)),
            ("chevron_left", _("Previous page"), self.page_link(at.previous)),
            ("chevron_right", _("Next page"), self.page_link(at.next)),
            ("last_page", _("Last page"), "" if is_last else self.page_link(at.last)),
        ]
