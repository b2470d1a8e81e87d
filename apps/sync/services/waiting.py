"""Why a message stands where it stands, in a sentence for whoever looks after it."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import DomainError
from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.sync.models import Connection
from apps.sync.push import KINDS
from apps.sync.services import connection, gate
from apps.sync.services.delivering import CANCELLED, DELETED, SUBMITTED, is_theirs
from apps.sync.states import Direction, Reach

ENDED: Final = frozenset({OutgoingState.SENT, OutgoingState.DISCARDED})
LAST_WORDS: Final = {
    SUBMITTED: gettext_lazy("A person has submitted it in ERPNext: what it says there holds."),
    CANCELLED: gettext_lazy("A person has cancelled it in ERPNext: it is not sent again."),
    DELETED: gettext_lazy("A person has deleted it in ERPNext: it is not made again."),
}


def why_it_stands(message: Outgoing, *, reach: Connection | None = None) -> str:
    """What it waits for and what to do about it; at its end, what a person did with it in ERPNext, if any."""
    if message.state in ENDED:
        return _who_has_the_last_word(message) if message.state == OutgoingState.SENT else ""
    if message.state == OutgoingState.SENDING:
        return _("It is on its way to ERPNext.")
    if message.state == OutgoingState.NEEDS_ATTENTION:
        return f"{message.last_error} {_what_to_do(message)}"
    return _why_it_waits(message, reach or connection.current())


def _who_has_the_last_word(message: Outgoing) -> str:
    """What a person made of our draft, as far as it was seen when the message was sent once more."""
    kind = KINDS.get(message.kind)
    if kind is None or not is_theirs(kind, message.answer):
        return ""
    said = LAST_WORDS.get(message.answer.get("docstatus", 0))
    return str(said or _("A person has taken Larder's reference off it in ERPNext: it is left alone."))


def _what_to_do(message: Outgoing) -> str:
    """A document that ERPNext knows by what it says is another one with another key."""
    kind = KINDS.get(message.kind)
    mend = _("Mend it with “Edit and send again”, send it again once ERPNext would take it, or discard it.")
    if kind is None or kind.is_referenced:
        return mend
    keys = ", ".join(f"“{name}”" for name in kind.known_by)
    fixed = _("Where one of %(keys)s is wrong, discard it and have the right one queued.") % {"keys": keys}
    return f"{mend} {fixed}"


def _why_it_waits(message: Outgoing, reach: Connection) -> str:
    shut = why_shut(message.kind)
    if shut:
        return shut
    if message.last_error:
        return _("%(why)s It is tried again by itself.") % {"why": message.last_error}
    if message.next_try_at:
        return _("What was sent before may still reach ERPNext: it goes two minutes after that.")
    if reach.reach != Reach.WELL:
        return _("ERPNext cannot be written to at present: %(why)s") % {"why": reach.problem}
    return _("It goes with the next round, within a minute.")


def why_shut(kind: str) -> str:
    """Which switch keeps messages of this kind here; empty when none does."""
    if not gate.is_open():
        return _("SYNC_POST_ENABLED is not set on the server: nothing is sent to ERPNext. It waits here.")
    if kind not in KINDS:
        return ""
    try:
        gate.check_control(KINDS[kind].entity.name, Direction.PUSH)
    except DomainError as why:
        return _("%(why)s It waits here.") % {"why": why}
    return ""
