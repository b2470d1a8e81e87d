"""What staff are told of stock and suppliers' invoices."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.registry import NoticeKind, register
from apps.notifications.states import Severity

CONTESTED = NoticeKind(
    key="inventory.contested", title=_("Batch numbers used twice"), icon="error", severity=Severity.ACT
)

NOT_MATCHED = NoticeKind(
    key="inventory.not_matched",
    title=_("Invoices that could not be matched"),
    icon="search_off",
    severity=Severity.ACT,
)

register(CONTESTED)
register(NOT_MATCHED)
