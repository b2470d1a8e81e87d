"""What the sync tells staff."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.registry import NoticeKind, register
from apps.notifications.states import Severity

REACH = NoticeKind(key="sync.reach", title=_("ERPNext"), icon="cloud_sync", severity=Severity.ACT)
QUARANTINE = NoticeKind(key="sync.quarantine", title=_("Quarantine"), icon="error", severity=Severity.LOOK)
PARITY = NoticeKind(key="sync.parity", title=_("Parity"), icon="difference", severity=Severity.LOOK)
OUTBOX = NoticeKind(key="sync.outbox", title=_("Outbox"), icon="outbox", severity=Severity.ACT)

for kind in (REACH, QUARANTINE, PARITY, OUTBOX):
    register(kind)
