"""Sync controls: entity × direction, a box each (spec/01). What would change is shown before it is saved."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core import options
from apps.core.access import may
from apps.core.actors import Actor, Person
from apps.core.admin.pages import require, staff_page
from apps.core.models import AuditEntry
from apps.sync.engine.declarations import Entity
from apps.sync.entities import ENTITIES
from apps.sync.options import ControlOptions
from apps.sync.pages.tabs import SyncPage
from apps.sync.services import gate
from apps.sync.states import Direction

SAVE_KEY = "sync.edit"
MEANING: dict[tuple[Direction, bool], Promise] = {
    (Direction.PULL, True): _("It is read again, by the clock and on demand."),
    (Direction.PULL, False): _("Nobody reads it any more, the clock included; what is here stays as it is."),
    (Direction.PUSH, True): _("What waits in the outbox is sent, and what comes after it."),
    (Direction.PUSH, False): _("Nothing is sent; it waits in the outbox."),
}


@dataclass(frozen=True)
class Box:
    """One check box, as it stands and as it is wanted."""

    entity: Entity
    direction: Direction
    is_on: bool
    is_wanted: bool
    fixed_by: str  # the environment's variable; empty: staff decide
    last: AuditEntry | None

    @property
    def name(self) -> str:
        return f"{self.direction.value}_{self.entity.name}"

    @property
    def is_changed(self) -> bool:
        return self.is_on != self.is_wanted

    @property
    def meaning(self) -> Promise:
        """What checking or unchecking it comes to."""
        return MEANING[self.direction, self.is_wanted]


Row = tuple[Entity, list[Box | None]]


@staff_page
class SyncControls(SyncPage):
    """The matrix."""

    title = _("Sync controls")
    route = "settings/sync/controls/"
    url_name = "sync_controls"
    template_name = "sync/controls.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = kwargs.pop("rows", None) or _rows(None)
        return super().get_context_data(**kwargs) | {
            "lead": _("What may be read from ERPNext, and what may be written to it."),
            "matrix_label": self.title,
            "directions": list(Direction),
            "rows": rows,
            "may_edit": may(self.request.user, SAVE_KEY),
            "is_gate_open": gate.is_open(),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """The first post shows what will change; the second, which has seen just that, saves it."""
        require(request.user, SAVE_KEY)
        options.forget()
        rows = _rows(request)
        changed = [box for _, boxes in rows for box in boxes if box and box.is_changed]
        seal = _seal(changed)
        if not changed or request.POST.get("seen") != seal:
            page = self.get_context_data(rows=rows, changes=changed, seal=seal)
            return self.render_to_response(page)
        gate.set_controls(
            {(box.entity.name, box.direction): box.is_wanted for box in changed},
            actor=Actor.of(cast("Person", request.user)),
            reason=request.POST.get("reason", "").strip()[:500],
        )
        said = ngettext("%(count)d control was changed.", "%(count)d controls were changed.", len(changed))
        messages.success(request, said % {"count": len(changed)})
        return redirect(self.link())


def _rows(request: HttpRequest | None) -> list[Row]:
    """Every entity with its boxes, in the order of their directions; as the request wants them, if any."""
    last = options.last_changes([option.key for option in ControlOptions.own_options()])
    return [(entity, [_box(entity, way, request, last) for way in Direction]) for entity in ENTITIES]


def _box(
    entity: Entity, direction: Direction, request: HttpRequest | None, last: dict[str, AuditEntry]
) -> Box | None:
    control = gate.control_of(entity.name, direction)
    if control is None:
        return None
    is_on = gate.allows(entity.name, direction)
    fixed_by = control.variable if options.is_fixed(control) else ""
    is_wanted = control.name in request.POST.getlist("on") if request and not fixed_by else is_on
    return Box(entity, direction, is_on, is_wanted, fixed_by, last.get(control.key))


def _seal(changed: list[Box]) -> str:
    """What was shown, in short: when anything else would be saved, it is shown again first."""
    told = [(box.name, box.is_wanted) for box in changed]
    return sha256(repr(told).encode()).hexdigest() if told else ""
