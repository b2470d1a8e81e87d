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


def publish(event: "DataclassInstance") -> None:
    """Hand a fact to its listeners once the transaction has committed; a rolled back change is no fact.

    ``robust``: a queue that cannot be reached is logged, and holds up no other listener.
    """
    for task in listeners_of(type(event)):
        transaction.on_commit(_sender(task, asdict(event)), robust=True)


def _sender(task: Any, fields: dict[str, Any]) -> Callable[[], None]:
    """A function, not a ``partial``: Django logs a robust failure by its name, and a partial has none."""

    def send_to_listener() -> None:
        task.delay(**fields)

    return send_to_listener


def listeners_of(event: type) -> tuple[Any, ...]:
    """The tasks that the deployment's table names for an event."""
    listeners: tuple[Any, ...] = import_string(settings.EVENT_LISTENERS).get(event, ())
    return listeners
