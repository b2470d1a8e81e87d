"""What the pages of the sync have in common: the trail above them, the row of tabs, and standing still."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.access import may
from apps.core.admin.pages import Crumb, StaffPage

UNCHANGED: Final = 204  # to htmx, which then leaves the page as it is


@dataclass(frozen=True)
class Tab:
    """One page of the sync."""

    title: str | Promise
    url_name: str
    key: str = "sync.view"


TABS: Final = (
    Tab(_("Overview"), "admin:sync"),
    Tab(_("Runs"), "admin:sync_run_changelist"),
    Tab(_("Quarantine"), "admin:sync_quarantine_changelist"),
    Tab(_("Outbox"), "admin:core_outgoing_changelist"),
    Tab(_("Parity"), "admin:sync_parity"),
    Tab(_("Intervals"), "admin:sync_intervals", key="settings.view"),
    Tab(_("Controls"), "admin:sync_controls"),
    Tab(_("Connection"), "admin:sync_connection"),
)


def tabs(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """The tabs that this person may open, and which is open."""
    for tab in TABS:
        if may(request.user, tab.key):
            link = reverse(tab.url_name)
            yield {"title": tab.title, "link": link, "active": link == request.path}


class SyncPage(StaffPage):
    """A page of the sync."""

    permission_key = "sync.view"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Settings"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"tabs": list(tabs(self.request))}
