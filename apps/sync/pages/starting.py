"""What the sync's buttons do: start runs, as the gate lets through, and say why one is off."""

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from apps.core.actors import Actor
from apps.core.admin.pages import MissingRight, require
from apps.core.admin.refusals import said
from apps.core.errors import DomainError, PermissionDeniedError
from apps.core.health import heartbeats
from apps.core.templatetags.larder import entity_title
from apps.sync import services
from apps.sync.entities import ENTITIES, entity_called
from apps.sync.errors import RunUnderWayError, UnknownEntityError
from apps.sync.overview import Line
from apps.sync.services import gate
from apps.sync.states import Direction, Mode

ASKED_FOR: Final = (Mode.MODIFIED, Mode.FULL)


def start(request: HttpRequest, *, actor: Actor) -> None:
    """Queue a run of the entity and in the mode that the form names."""
    entity, mode = _entity(request), _mode(request)
    with said(request):
        try:
            gate.check_trigger(request.user, entity, Direction.PULL)
        except PermissionDeniedError as why:
            raise MissingRight(gate.RUN_KEY) from why
        asked = services.ask_for_run(entity, mode=mode, actor=actor)
        facts = {"title": entity_title(entity), "run": asked.pk, "mode": mode.label.lower()}
        messages.success(request, _("%(title)s: run %(run)d is queued (%(mode)s).") % facts)


def start_all(request: HttpRequest, *, actor: Actor) -> None:
    """Queue a run of all that may be read and is not being read."""
    mode = _mode(request)
    with said(request):
        gate.check_environment()
        require(request.user, gate.RUN_KEY)
        allowed = [entity.name for entity in ENTITIES if gate.allows(entity.name, Direction.PULL)]
        queued = sum(_queued(name, mode=mode, actor=actor) for name in allowed)
        told = ngettext("%(n)d run is queued.", "%(n)d runs are queued.", queued)
        messages.success(request, told % {"n": queued})


def _entity(request: HttpRequest) -> str:
    try:
        return entity_called(request.POST.get("entity", "")).name
    except UnknownEntityError as why:
        raise BadRequest(str(why)) from why


def _mode(request: HttpRequest) -> Mode:
    asked = request.POST.get("mode", "")
    if asked not in ASKED_FOR:
        raise BadRequest("“mode” is neither full nor modified")
    return Mode(asked)


def _queued(entity: str, *, mode: Mode, actor: Actor) -> bool:
    """Whether a run was queued; one that is under way is enough."""
    try:
        services.ask_for_run(entity, mode=mode, actor=actor)
    except RunUnderWayError:
        return False
    return True


def why_shut(person: object) -> str:
    """Why no run can be started from a page by this person; empty when it can."""
    try:
        gate.check_environment()
        gate.check_person(person)
    except DomainError as why:
        return str(why)
    return ""


def why_off(line: Line) -> str:
    """Why the buttons of one entity are off, for whom they are not anyway."""
    if not line.may_pull:
        return _("Its control is off.")
    return _("It is being read.") if line.under_way else ""


def is_worker_away(*, at: datetime) -> bool:
    """Whether no worker has said for a while that it lives: what is queued waits, then."""
    try:
        seen = heartbeats.last("syncer")
    except RedisError:
        return True
    return seen is None or at - seen > heartbeats.STALE
