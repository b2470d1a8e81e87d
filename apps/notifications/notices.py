"""What the inbox of decisions tells staff, in the words of its events."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.registry import NoticeKind, register
from apps.notifications.states import Severity

DECISION_WAITS = NoticeKind(
    key="todo.asked", title=_("Waits for a decision"), icon="checklist", severity=Severity.LOOK
)
DECISION_TAKEN = NoticeKind(key="todo.decided", title=_("Decided"), icon="checklist", severity=Severity.INFO)

register(DECISION_WAITS)
register(DECISION_TAKEN)
