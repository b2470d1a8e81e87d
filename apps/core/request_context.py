"""What goes with the work at hand: which request asked for it, from where, on whose behalf."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import structlog

from apps.core.actors import Actor

SANE_ID: Final = re.compile(r"[A-Za-z0-9._:/=+-]{8,64}")

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_address: ContextVar[str | None] = ContextVar("address", default=None)
_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


def request_id() -> str:
    """The id that the request, its logs, its audit entries and its tasks share; empty outside of one."""
    return _request_id.get()


def address() -> str | None:
    """Where the request came from; None for commands and scheduled work."""
    return _address.get()


def actor() -> Actor | None:
    """On whose behalf, as far as it is known yet."""
    return _actor.get()


def act_as(who: Actor) -> None:
    """Say who the rest of this request is done for; the log names him by kind and id only."""
    _actor.set(who)
    structlog.contextvars.bind_contextvars(actor=f"{who.kind}:{who.id}" if who.id else who.kind)


def sane_or_new(asked: str | None) -> str:
    """The id that a proxy or an app sent, if it is one; otherwise a new one."""
    return asked if asked and SANE_ID.fullmatch(asked) else uuid.uuid4().hex


@contextmanager
def bound(*, request_id: str, address: str | None = None) -> Iterator[None]:
    """Within the block, everything knows the request; the address is for the audit trail, never for logs."""
    id_token, address_token, actor_token = (
        _request_id.set(request_id),
        _address.set(address),
        _actor.set(None),
    )
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        try:
            yield
        finally:
            structlog.contextvars.unbind_contextvars("actor")
            _actor.reset(actor_token)
            _address.reset(address_token)
            _request_id.reset(id_token)
