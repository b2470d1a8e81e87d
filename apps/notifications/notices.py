"""What apps below and beside this one have staff told, in the words of their events."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.registry import NoticeKind, register
from apps.notifications.states import Severity

DECISION_WAITS = NoticeKind(
    key="todo.asked", title=_("Waits for a decision"), icon="checklist", severity=Severity.LOOK
)
DECISION_TAKEN = NoticeKind(key="todo.decided", title=_("Decided"), icon="checklist", severity=Severity.INFO)
APP_KEY_EXPIRES = NoticeKind(
    key="app_key.expires", title=_("App key runs out"), icon="key", severity=Severity.LOOK
)

register(APP_KEY_EXPIRES)
register(DECISION_WAITS)
register(DECISION_TAKEN)
