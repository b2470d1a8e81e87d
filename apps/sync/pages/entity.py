"""One entity: what it reads, how far it has been read, what its runs did."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.admin.pages import Crumb, staff_page
from apps.core.templatetags.larder import entity_title
from apps.sync import overview, reports
from apps.sync.entities import entity_called
from apps.sync.errors import UnknownEntityError
from apps.sync.models import Run
from apps.sync.overview import Line
from apps.sync.pages.faces import HEALTH
from apps.sync.pages.overview import SyncOverview
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
            "chips": [HEALTH[line.health]],
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
