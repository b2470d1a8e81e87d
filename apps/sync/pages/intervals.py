"""Intervals: how often each entity is read, why so, and when next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.admin.pages import staff_page
from apps.core.pages.settings import Entry, SettingsPage
from apps.sync.options import Interval, QuietOptions, SyncOptions
from apps.sync.pages.tabs import SyncPage
from apps.sync.reports import Scheduled, scheduled
from apps.sync.words import rank


@dataclass(frozen=True)
class Row:
    """One entity: its setting, and what comes of it."""

    entry: Entry
    scheduled: Scheduled
    at: datetime

    @property
    def name(self) -> str:
        return self.scheduled.entity.name

    @property
    def typed_default(self) -> str:
        option = self.entry.option
        return option.typed(option.default)

    @property
    def is_due(self) -> bool:
        return self.scheduled.due_at is not None and self.scheduled.due_at <= self.at


@staff_page
class IntervalsPage(SyncPage, SettingsPage):
    """The group of settings that says how often, with what comes of each."""

    title = _("Sync intervals")
    permission_key = "settings.view"
    route = "settings/sync/intervals/"
    url_name = "sync_intervals"
    template_name = "sync/intervals.html"

    @property
    def group(self) -> str:
        return SyncOptions.key

    @property
    def search(self) -> str:
        return ""

    @property
    def own_link(self) -> str:
        return self.link()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "lead": _("How often the clock reads each entity from ERPNext, why so, and when next."),
            "rows": list(_rows(context["entries"], at=timezone.now())),
            "quiet": QuietOptions(),
            "quiet_link": f"{reverse('admin:settings')}?group={QuietOptions.key}",
        }


def _rows(entries: Iterable[Entry], *, at: datetime) -> Iterator[Row]:
    known = {one.entity.name: one for one in scheduled(at=at)}
    of_entity = {cast("Interval", entry.option).entity: entry for entry in entries}
    for name in sorted(known, key=rank):
        yield Row(of_entity[name], known[name], at)
