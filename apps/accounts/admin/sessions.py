"""Where a member of staff is signed in, as his profile shows it."""

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.admin.profile import Table
from apps.core.templatetags import larder as say

SESSIONS_SHOWN: Final = 20


def sessions_of(user: User) -> Table:
    """Where somebody is signed in, the last seen first."""
    live = user.sessions.live(timezone.now()).order_by("-last_seen_at")[:SESSIONS_SHOWN]
    return Table(
        title=_("Signed in on"),
        heads=((_("Device"), False), (_("From"), False), (_("Since"), False), (_("Last seen"), False)),
        rows=[
            (
                session.device,
                session.address or "—",
                say.moment(session.created_at),
                say.moment(session.last_seen_at),
            )
            for session in live
        ],
        nothing=_("Nowhere just now."),
    )
