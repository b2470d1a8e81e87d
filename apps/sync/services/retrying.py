"""What a person has tried again: one parked record, one message of the outbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core import outgoing
from apps.core.actors import Actor
from apps.core.errors import FieldError, IllegalMoveError, NotFoundError
from apps.core.models import Outgoing
from apps.sync.engine.marking import mark
from apps.sync.errors import PayloadRefusedError, RunUnderWayError
from apps.sync.models import Quarantine, Run
from apps.sync.push import KINDS
from apps.sync.push.contents import prepare
from apps.sync.services import gate
from apps.sync.services.asking import ask_for_run
from apps.sync.services.mirrored_shop import MirroredShop
from apps.sync.states import Direction, Mode


def retry_parked(parked_id: int, *, actor: Actor) -> Run | None:
    """Have a parked record tried again: a run tries what is parked first of all.

    None while its entity is being read already: that run may have passed it, so it is marked for the next.
    """
    parked = Quarantine.objects.filter(pk=parked_id).first()
    if parked is None:
        raise NotFoundError(_("It is no longer in quarantine: it could be read."))
    try:
        return ask_for_run(parked.entity, mode=Mode.MODIFIED, actor=actor)
    except RunUnderWayError:
        mark(parked.entity, parked.doctype, [parked.erp_name], reason="tried again by hand")
        return None


def check_push(person: object, message: Outgoing) -> None:
    """Let through who may have this sent, or refuse in the gate's order."""
    if message.kind in KINDS:
        gate.check_trigger(person, KINDS[message.kind].entity.name, Direction.PUSH)
    else:
        gate.check_environment()
        gate.check_person(person)


def resend(
    message: Outgoing, payload: Mapping[str, Any], *, revision: int, at: datetime, actor: Actor
) -> Outgoing:
    """Have a message sent with a payload that a person wrote. Raises PayloadRefusedError."""
    if message.revision != revision:
        raise IllegalMoveError(_("It has changed since you opened it: look at it once more."))
    kind = KINDS.get(message.kind)
    if kind is None:
        said = _("“%(kind)s” is nothing that Larder can send.") % {"kind": message.kind}
        raise PayloadRefusedError([FieldError("kind", "unknown", said)])
    prepare(kind, payload, reference=message.reference, shop=MirroredShop(at=at))
    return outgoing.retry(message.pk, actor=actor, payload=dict(payload))
