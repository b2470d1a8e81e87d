"""The base of every list and profile of records (STYLE 4.9): keys, traces, cheap lists, no bulk delete.

An admin class is a declaration::

    @admin.register(Order)
    class OrderAdmin(MirroredAdmin):
        permission_category = "orders"
        list_display = ("number", "customer", "status", "total")
        list_extra = ("territory_name",)               # offered by *Columns*, not shown at first
        list_filter = (filters.choice("status", _("Status")), filters.days("posted_on", _("Date")))
        sortable_by = ("number", "posted_on")          # what an index can sort
        facts = (Facts(_("Sale"), ("number", "posted_on")),)
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.admin import ShowFacets
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from apps.core.access import may
from apps.core.admin.changelist import ShopChangeList
from apps.core.admin.listing import ListPages
from apps.core.admin.pages import require
from apps.core.admin.profile import ProfilePages
from apps.core.admin.traces import TracedMixin


class ShopAdmin(TracedMixin, ListPages, ProfilePages, ModelAdmin):
    """Rights by permission key; Django's own permissions are not asked."""

    permission_category: ClassVar[str]
    list_select_related: ClassVar[Sequence[str]] = ()  # empty, not False: False joins every foreign key shown
    list_per_page = 50
    list_max_show_all = 0
    key_actions: ClassVar[
        Mapping[str, str]
    ] = {}  # the action of the key behind has_x_permission, where not x
    view_on_site = False  # staff have no public page to see a record on
    show_full_result_count = False
    list_editable = ()
    save_as = False
    show_facets = ShowFacets.NEVER
    list_fullwidth = True
    change_list_template = "larder/list/page.html"
    change_form_template = "larder/list/profile.html"

    def holds(self, request: HttpRequest, action: str) -> bool:
        """Whether the person may do this to records of this kind."""
        return may(request.user, f"{self.permission_category}.{action}")

    def require(self, request: HttpRequest, action: str) -> None:
        """Refuse by the key's name, so that the page of the refusal can say which right is missing."""
        require(request.user, f"{self.permission_category}.{action}")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.holds(request, "view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.holds(request, "view")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.holds(request, "create")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Through the form on the profile; without fields to edit there is none."""
        return bool(self.edited) and self.holds(request, "edit")

    def has_edit_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Through an action."""
        return self.holds(request, "edit")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.holds(request, "delete")

    def has_export_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.holds(request, "export")

    def has_approve_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.holds(request, "approve")

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.holds(request, "publish")

    def has_run_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.holds(request, "run")

    def is_within_reach(self, request: HttpRequest, record: Any) -> bool:
        """Whether to offer this person any act on the very record; the act's own verb refuses as well."""
        return True

    def picture_of(self, record: Any) -> SafeString | str:
        """What stands before the name in a list: a face, for those who have one."""
        return ""

    def offers(self, act: Any, request: HttpRequest, record: Any) -> bool:
        """Whether an action that the person holds the right for suits the record, and the record him."""
        return bool(act.when(record)) and self.is_within_reach(request, record)

    def _get_base_actions(self) -> list[Any]:
        """Our own only: Django adds *delete selected* to every list, and nothing here is deleted in bulk."""
        found = [self.get_action(name) for name in self.actions or ()]
        return [action for action in found if action]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        self.require(request, "view")
        return super().changelist_view(request, extra_context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponseBase:
        self.require(request, "view")
        return super().change_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ShopChangeList]:
        return ShopChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only filters narrow a list: a lookup spelt out in the address could read a column by letters."""
        return request is not None and lookup in self.filter_parameters(request)

    def filter_parameters(self, request: HttpRequest) -> set[str]:
        """The words of the address that this list's filters understand."""
        return {name for spec in self.get_list_filter(request) for name in spec.parameters}

    def list_url(self) -> str:
        return reverse(self.url_of("changelist"))

    def url_of(self, page: str) -> str:
        """The name of one of this admin's addresses."""
        return f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By the model's own search where it has one: it knows codes, digits and which index to use."""
        words = search_term.strip()
        if hasattr(queryset, "matching"):
            return (queryset.matching(words) if words else queryset), False
        found: tuple[Any, bool] = super().get_search_results(request, queryset, words)
        return found

    def action_url(self, action_name: str, record: models.Model) -> str:
        """Where one of this admin's dialogs is, for a record."""
        return reverse(f"{self.admin_site.name}:{action_name}", args=[record.pk])

    def get_urls(self) -> list[URLPattern]:
        return [*self._own_urls(), *super().get_urls()]

    def _own_urls(self) -> list[URLPattern]:
        views: tuple[tuple[str, Callable[..., Any], str], ...] = (
            ("export/", self.export_view, "export"),
            ("saved/add/", self.save_view_view, "save_view"),
            ("saved/<int:view_id>/remove/", self.remove_view_view, "remove_view"),
            ("columns/", self.columns_view, "columns"),
        )
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(route, self.admin_site.admin_view(view), name=f"{prefix}_{name}")
            for route, view, name in views
        ]


class OwnAdmin(ShopAdmin):
    """Records that are ours. Forms keep what was typed and put each message at its field."""

    warn_unsaved_form = True


class ReadOnlyAdmin(ShopAdmin):
    """What only the house itself writes: runs, traces."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
