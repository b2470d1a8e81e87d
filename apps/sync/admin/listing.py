"""What the lists of the sync's own records have in common."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.admin.base import ReadOnlyAdmin
from apps.sync.pages.tabs import tabs


class SyncListAdmin(ReadOnlyAdmin):
    """A list among the sync's pages."""

    permission_category = "sync"
    change_list_template = "sync/list.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        return super().changelist_view(request, {**(extra_context or {}), "tabs": list(tabs(request))})
