"""One entity: what it reads, how far it has been read, what its runs did."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.admin.pages import Crumb, staff_page
from apps.core.templatetags.larder import entity_title
from apps.sync import overview, reports
from apps.sync.entities import entity_called
from apps.sync.errors import UnknownEntityError
from apps.sync.models import Run
from apps.sync.overview import Line
from apps.sync.pages.overview import Row, SyncOverview
from apps.sync.pages.starting import ASKED_FOR, why_off, why_shut
from apps.sync.pages.tabs import SyncPage
from apps.sync.words import came_of

RUNS = 15


@staff_page
class SyncEntity(SyncPage):
    """How one entity stands."""

    title = _("Entity")
    route = "settings/sync/entities/<str:entity>/"
    url_name = "sync_entity"
    template_name = "sync/entity.html"
    parts: ClassVar[Mapping[str, str]] = {"entity-live": "sync/entity_live.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Once a run that somebody watches has ended, its figures and buttons stand all over the page."""
        if self.part and self._line().under_way is None:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    def breadcrumbs(self) -> list[Crumb]:
        return [*super().breadcrumbs(), Crumb(_("Sync"), SyncOverview.link())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        line = self._line()
        why = why_shut(self.request.user)
        runs = list(
            Run.objects.over_entities().begun().filter(entity=line.entity.name).order_by("-id")[:RUNS]
        )
        return super().get_context_data(**kwargs) | {
            "title": entity_title(line.entity.name),
            "chips": [Row(line, why).chip],
            "now": now,
            "line": line,
            "described": next(one for one in reports.described() if one.name == line.entity.name),
            "runs": [(run, came_of(run)) for run in runs],
            "modes": ASKED_FOR,
            "why_off": why or why_off(line),
            "start_link": SyncOverview.link(),
        }

    def _line(self) -> Line:
        try:
            entity = entity_called(self.kwargs["entity"])
        except UnknownEntityError as why:
            raise Http404(str(why)) from why
        runs = Run.objects.over_entities().under_way().filter(entity=entity.name)
        lines = overview.lines(at=timezone.now(), runs=list(runs), has_cursors=True)
        return next(line for line in lines if line.entity is entity)
