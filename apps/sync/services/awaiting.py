"""What a message waits for: others that name what it names (docs/adr/0115)."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.models import Outgoing
from apps.core.states import OutgoingState
from apps.sync.push import KINDS
from apps.sync.push.contents import awaited_by

OPEN: Final = (
    OutgoingState.PENDING,
    OutgoingState.SENDING,
    OutgoingState.FAILED,
    OutgoingState.NEEDS_ATTENTION,
)
AWAITED: Final = {one.kind for kind in KINDS.values() for one in kind.awaits}
AWAITING: Final = [kind.key for kind in KINDS.values() if kind.awaits]


def awaited(message: Outgoing) -> list[Outgoing]:
    """The messages that have to go before this one and have not, in the order in which they go."""
    kind = KINDS.get(message.kind)
    if kind is None or not kind.awaits:
        return []
    references = awaited_by(kind, message.payload)
    return list(Outgoing.objects.filter(reference__in=references, state__in=OPEN).order_by("id"))


def why_it_awaits(message: Outgoing) -> str:
    """What has to go before this, and how that stands; empty when nothing has to."""
    before = awaited(message)
    if not before:
        return ""
    worst = max(before, key=lambda one: one.state == OutgoingState.NEEDS_ATTENTION)
    return _said(worst, others=len(before) - 1)


def _said(message: Outgoing, *, others: int) -> str:
    """The one that a person has to see to, if there is one; it says what keeps the others, too."""
    words = {"what": message.reference, "state": message.get_state_display().lower(), "n": others}
    said = _("It waits for %(what)s: %(state)s.") % words
    if others:
        more = ngettext(
            "It waits for %(what)s (%(state)s) and %(n)d more.",
            "It waits for %(what)s (%(state)s) and %(n)d more.",
            others,
        )
        said = more % words
    if message.state == OutgoingState.NEEDS_ATTENTION and message.last_error:
        said = f"{said} {message.last_error}"
    return said
