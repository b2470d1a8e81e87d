"""The gate: what may start a run or send something, in the order in which it is refused (spec/01: Controls).

Whoever asks has signed in already. Then the environment says whether anything may be started at all, the
control of the entity whether in this direction, and last the person's own rights.
"""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import options
from apps.core.access import may
from apps.core.actors import Actor
from apps.core.errors import DomainError, PermissionDeniedError
from apps.core.events import OutgoingQueued, publish
from apps.core.options import Change, Option, value_of
from apps.sync.entities import ENTITIES, entity_called
from apps.sync.errors import DirectionDisabledError, SyncPostDisabledError
from apps.sync.options import ControlOptions
from apps.sync.states import Direction

RUN_KEY: Final = "sync.run"


def control_of(entity: str, direction: Direction) -> Option[bool] | None:
    """The check box of an entity and a direction; None where Larder never goes that way."""
    return getattr(ControlOptions, f"{direction.value}_{entity}", None)


def allows(entity: str, direction: Direction) -> bool:
    """Whether the control lets this through."""
    control = control_of(entity, direction)
    return control is not None and value_of(control)


def is_open() -> bool:
    """Whether the environment lets anybody start anything."""
    return bool(settings.DEPLOYMENT.sync_post_enabled)


def check_environment() -> None:
    """Raises SyncPostDisabledError."""
    if not is_open():
        raise SyncPostDisabledError(
            _(
                "SYNC_POST_ENABLED is not set on the server: nobody can start a sync from here. "
                "The clock goes on."
            )
        )


def check_control(entity: str, direction: Direction) -> None:
    """Raises DirectionDisabledError, UnknownEntityError."""
    title = entity_called(entity).title
    if not allows(entity, direction):
        said = _(
            "The control “%(title)s: %(way)s” is off. An admin switches it on under Settings › Sync controls."
        )
        raise DirectionDisabledError(said % {"title": title, "way": direction.label})


def check_person(person: object, *, key: str = RUN_KEY) -> None:
    """Raises PermissionDeniedError."""
    if not may(person, key):
        raise PermissionDeniedError(
            _("This needs the right “%(key)s”, which you do not have.") % {"key": key}
        )


def check_trigger(person: object, entity: str, direction: Direction, *, key: str = RUN_KEY) -> None:
    """Let through who may start this, or refuse in the gate's order. Raises UnknownEntityError, too."""
    check_environment()
    check_control(entity, direction)
    check_person(person, key=key)


def why_closed(person: object, entity: str, direction: Direction, *, key: str = RUN_KEY) -> str:
    """Why a button is off, for beside it; empty when it is not."""
    try:
        check_trigger(person, entity, direction, key=key)
    except DomainError as why:
        return str(why)
    return ""


def pulled() -> frozenset[str]:
    """The entities that may be read from ERPNext."""
    return frozenset(entity.name for entity in ENTITIES if allows(entity.name, Direction.PULL))


def set_controls(
    wanted: Mapping[tuple[str, Direction], bool], *, actor: Actor, reason: str = ""
) -> list[Change]:
    """Check and uncheck boxes, all or none, each in the audit trail. Raises InvalidInputError."""
    values = {
        f"{ControlOptions.key}.{direction.value}_{entity}": is_on
        for (entity, direction), is_on in wanted.items()
        if allows(entity, direction) != is_on
    }
    made = options.save(values, actor=actor, reason=reason)
    if any(is_on and direction == Direction.PUSH for (_, direction), is_on in wanted.items()):
        publish(OutgoingQueued())  # what has waited for it need not wait for the clock
    return made
