"""Settings → Sync: how each entity stands, the buttons that run it, and the live feed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core import figures
from apps.core.actors import Actor, Person
from apps.core.admin.chips import Chip, chip_for
from apps.core.admin.pages import require, staff_page
from apps.core.admin.tiles import Tile
from apps.sync import overview, services
from apps.sync.erpnext import configured_address
from apps.sync.feed import feed
from apps.sync.models import Run
from apps.sync.overview import Figures, Line
from apps.sync.pages.faces import HEALTH, REACH
from apps.sync.pages.starting import (
    ASKED_FOR,
    is_worker_away,
    start,
    start_all,
    why_off,
    why_shut,
)
from apps.sync.pages.tabs import UNCHANGED, SyncPage
from apps.sync.services import connection, gate
from apps.sync.states import Reach
from apps.sync.words import came_of


@dataclass(frozen=True)
class Row:
    """One line of the table, with what this person may do to it."""

    line: Line
    why_off: str  # why its buttons are off; empty when they are not

    @property
    def chip(self) -> Chip:
        """The run that is under way, else how the entity is."""
        under_way = self.line.under_way
        return chip_for(under_way, "state") if under_way else HEALTH[self.line.health]

    @property
    def came(self) -> list[str]:
        return came_of(self.line.last) if self.line.last else []

    @property
    def why_never(self) -> Promise | str:
        """Why the clock does not run it."""
        if self.line.standing.due_at is not None:
            return ""
        return _("its interval is 0") if self.line.may_pull else _("its control is off")


@staff_page
class SyncOverview(SyncPage):
    """How the sync stands."""

    title = _("Sync")
    route = "settings/sync/"
    url_name = "sync"
    template_name = "sync/overview.html"
    parts: ClassVar[Mapping[str, str]] = {"sync-live": "sync/overview_live.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing to whoever has seen all that there is: nothing moves under his pointer."""
        if self.part and request.GET.get("seen") == overview.stamp(at=timezone.now()):
            return HttpResponse(status=UNCHANGED)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        stamp = overview.stamp(at=now)  # before the rest: what changes meanwhile comes with the next
        stands = connection.current()
        runs = list(
            Run.objects.over_entities().under_way().order_by("-id")
        )  # whenever they began: clearing hides no such one
        lines = overview.lines(at=now, runs=runs)
        shut = why_shut(self.request.user)
        return super().get_context_data(**kwargs) | {
            "stamp": stamp,
            "now": now,
            "stands": stands,
            "connection_link": reverse("admin:sync_connection"),
            "is_away": stands.reach != Reach.WELL,
            "reach": REACH[Reach(stands.reach)],
            "site": configured_address().site,
            "why_shut": shut,
            "is_worker_away": is_worker_away(at=now),
            "rows": [Row(line, shut or why_off(line)) for line in lines],
            "any_runs": bool(runs),
            "tiles": list(_tiles(overview.figures(lines))),
            "feed": feed(at=now, runs=runs),
            "modes": ASKED_FOR,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Start runs, or clear the feed, as ``do`` says."""
        act = ACTS.get(request.POST.get("do", ""))
        if act is None:
            require(request.user, gate.RUN_KEY)
            raise BadRequest("“do” names nothing that can be done here")
        act(request, actor=Actor.of(cast("Person", request.user)))
        return redirect(self.link())


# --- acts ---------------------------------------------------------------------------------------------------
def _clear(request: HttpRequest, *, actor: Actor) -> None:
    require(request.user, gate.RUN_KEY)
    services.clear_feed(at=timezone.now(), actor=actor)


def _prune(request: HttpRequest, *, actor: Actor) -> None:
    require(request.user, gate.RUN_KEY)
    pruned = services.prune(at=timezone.now(), actor=actor)
    told = _t(
        "Dropped: %(unknown)d rows of what is no longer synced, %(runs)d old runs, "
        "%(changes)d old differences."
    )
    facts = {"unknown": sum(pruned.unknown.values()), "runs": pruned.runs, "changes": pruned.changes}
    messages.success(request, told % facts)


ACTS: Final[Mapping[str, Callable[..., None]]] = {
    "run": start,
    "run_all": start_all,
    "clear": _clear,
    "prune": _prune,
}


# --- tiles --------------------------------------------------------------------------------------------------
def _tiles(shown: Figures) -> Iterator[Tile]:
    yield Tile(
        label=_("Records"),
        icon="database",
        value=figures.count_text(shown.records),
        meaning=_("of ERPNext, here"),
    )
    yield _parity_tile(shown)
    yield Tile(
        label=_("Quarantine"),
        icon="report",
        value=figures.count_text(shown.quarantined),
        meaning=_("records that could not be read") if shown.quarantined else _("every record was read"),
        link=reverse("admin:sync_quarantine_changelist"),
    )
    yield Tile(
        label=_("Outbox"),
        icon="outbox",
        value=figures.count_text(shown.outgoing),
        meaning=_outbox_words(shown),
        link=reverse("admin:core_outgoing_changelist"),
    )


def _parity_tile(shown: Figures) -> Tile:
    return Tile(
        label=_("Parity"),
        icon="balance",
        value=shown.lowest.score_words if shown.lowest else figures.NONE,
        meaning=_parity_words(shown),
        link=reverse("admin:sync_parity"),
        as_of=shown.compared_at,
    )


def _parity_words(shown: Figures) -> str:
    if shown.lowest is None:
        return _t("never compared with ERPNext")
    if shown.differing:
        return ngettext("%(n)d record differs", "%(n)d records differ", shown.differing) % {
            "n": shown.differing
        }
    if shown.uncompared:
        told = ngettext("%(n)d entity never compared", "%(n)d entities never compared", shown.uncompared)
        return told % {"n": shown.uncompared}
    return _t("everything is equal")


def _outbox_words(shown: Figures) -> str:
    if shown.stuck:
        return ngettext("%(n)d needs attention", "%(n)d need attention", shown.stuck) % {"n": shown.stuck}
    return _t("waiting to be sent to ERPNext") if shown.outgoing else _t("nothing waits for ERPNext")
