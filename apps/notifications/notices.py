"""What apps below and beside this one have staff told, in the words of their events, and a test of push."""

from django.utils.translation import gettext_lazy as _

from apps.notifications import message_kinds
from apps.notifications.message_kinds import MessageKind, Variable
from apps.notifications.registry import NoticeKind, register
from apps.notifications.states import Category, Severity
from apps.notifications.wording import Words

DECISION_WAITS = NoticeKind(
    key="todo.asked",
    title=_("Waits for a decision"),
    icon="checklist",
    severity=Severity.LOOK,
    must_be_told=True,
)
DECISION_GIVEN = NoticeKind(
    key="todo.assigned",
    title=_("Given to you"),
    icon="assignment_ind",
    severity=Severity.LOOK,
    must_be_told=True,
)
DECISION_TAKEN = NoticeKind(key="todo.decided", title=_("Decided"), icon="checklist", severity=Severity.INFO)
APP_KEY_EXPIRES = NoticeKind(
    key="app_key.expires", title=_("App key runs out"), icon="key", severity=Severity.LOOK
)

register(APP_KEY_EXPIRES)
register(DECISION_WAITS)
TESTED = NoticeKind(key="notifications.test", title=_("Tests"), icon="science")

register(DECISION_GIVEN)
register(TESTED)
register(DECISION_TAKEN)

# The one message of our own: whoever edits texts, or sets push up, sends it to himself.
TEST = MessageKind(
    key="notifications.test",
    title=_("A test"),
    category=Category.ACCOUNT,
    can_be_refused=False,
    variables=(Variable("name", _("Whoever reads it"), "Ada"),),
    texts={
        "en": Words("A test for {name}", "If you can read this, messages arrive."),
        "ar": Words("رسالة تجريبية إلى {name}", "إن كنت تقرأ هذا فالرسائل تصل."),
        "tr": Words("{name} için bir deneme", "Bunu okuyabiliyorsanız iletiler ulaşıyor."),
        "fr": Words("Un essai pour {name}", "Si vous lisez ceci, les messages arrivent."),
    },
)
message_kinds.register(TEST)
