"""Facts that services announce, and the way to their listeners (docs/adr/0002)."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True)
class OutgoingQueued:
    """There is something in the outbox; whoever sends it finds it there."""


@dataclass(frozen=True)
class OutgoingGivenUp:
    """A message of the outbox does not go through by itself: a person has to look at it."""

    message_id: int


def publish(event: "DataclassInstance", *, once: bool = False) -> None:
    """Hand a fact to its listeners once the transaction has committed; a rolled back change is no fact.

    ``once``: however often a transaction says so, it is heard once; for a nudge that may come thousands of
    times. ``robust``: a queue that cannot be reached is logged, and holds up no other listener.
    """
    fields = asdict(event)  # once for all of them: of a thousand decisions it is a tenth of the work
    for task in listeners_of(type(event)):
        if not (once and _is_said(task)):
            transaction.on_commit(_sender(task, fields, once=once), robust=True)


def _is_said(task: Any) -> bool:
    """Whether this transaction tells it already; savepoints that are undone take what they said with them."""
    waiting = transaction.get_connection().run_on_commit
    return any(getattr(told, "nudged", None) is task for _savepoints, told, *_robust in waiting)


def _sender(task: Any, fields: dict[str, Any], *, once: bool) -> Callable[[], None]:
    """A function, not a ``partial``: Django logs a robust failure by its name, and a partial has none."""

    def send_to_listener() -> None:
        send_to_listener.nudged = None  # type: ignore[attr-defined]  # what is said from now on is news
        task.delay(**fields)

    send_to_listener.nudged = task if once else None  # type: ignore[attr-defined]
    return send_to_listener


def listeners_of(event: type) -> tuple[Any, ...]:
    """The tasks that the deployment's table names for an event."""
    listeners: tuple[Any, ...] = import_string(settings.EVENT_LISTENERS).get(event, ())
    return listeners
