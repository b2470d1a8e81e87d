"""Records in a tree: categories, warehouses, territories."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.core.admin.changelist import ShopChangeList
from apps.core.admin.links import profile_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Table

CHILDREN_SHOWN = 200


class TreeChangeList(ShopChangeList):
    """Children stand under their parents, as long as nothing else was asked for."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.is_tree = "o" not in self.params and not self.is_narrowed and not self.multi_page
        if self.is_tree:
            self.result_list = in_tree_order(self.result_list)
            self.slice.rows[:] = self.result_list


class TreeAdmin(MirroredAdmin):
    """A list in the order of its tree; few enough rows for one page."""

    list_select_related = ("parent",)
    list_per_page = 500
    children_order = ("name", "id")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ShopChangeList]:
        return TreeChangeList

    def indented(self, record: Any) -> SafeString | str:
        """The name of a record, set in by its depth."""
        depth = getattr(record, "depth", 0)
        if not depth:
            return str(record)
        return format_html('<span class="ll-depth" style="--depth: {}"><bdi>{}</bdi></span>', depth, record)

    def children_table(self, record: Any) -> list[Table]:
        """What hangs directly under it."""
        children = record.children.order_by(*self.children_order)[:CHILDREN_SHOWN]
        rows = [(profile_link(child),) for child in children]
        return [Table(_("Under it"), ((_("Name"), False),), rows)] if rows else []


def in_tree_order(records: Sequence[Any]) -> list[Any]:
    """Each under its parent, brothers as they came, with its ``depth`` from the top.

    One whose parent is not among them is a root, and so is one of a ring of parents: ERPNext allows neither,
    but a tree that hides a record would be worse than a crooked one.
    """
    here = {record.pk for record in records}
    children: dict[int | None, list[Any]] = defaultdict(list)
    for record in records:
        children[record.parent_id if record.parent_id in here else None].append(record)
    ordered = _walk(children)
    placed = {record.pk for record in ordered}
    return ordered + [_at(record, 0) for record in records if record.pk not in placed]


def _walk(children: dict[int | None, list[Any]]) -> list[Any]:
    ordered: list[Any] = []
    waiting = [(record, 0) for record in reversed(children[None])]
    while waiting:
        record, depth = waiting.pop()
        ordered.append(_at(record, depth))
        waiting += [(child, depth + 1) for child in reversed(children[record.pk])]
    return ordered


def _at(record: Any, depth: int) -> Any:
    record.depth = depth
    return record
