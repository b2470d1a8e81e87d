"""What the lists of the sync's own records have in common."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.admin.base import ReadOnlyAdmin
from apps.core.admin.pages import Crumb
from apps.sync.pages.tabs import tabs


class SyncListAdmin(ReadOnlyAdmin):
    """A list among the sync's pages."""

    permission_category = "sync"
    change_list_template = "sync/list.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data:
            above = [Crumb(_("Settings")), Crumb(_("Sync"), reverse("admin:sync"))]
            response.context_data |= {"breadcrumbs": above, "tabs": list(tabs(request))}
        return response
