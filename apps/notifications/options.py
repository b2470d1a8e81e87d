"""What staff may tune about notices, messages and pushes."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import FieldError
from apps.core.options import Duration, OptionGroup, Whole


class NotificationOptions(OptionGroup):
    key, title, icon, order = "notifications", _("Notifications"), "notifications", 60

    kept_for = Duration(
        _("Notices are kept for"),
        default=timedelta(days=90),
        least=timedelta(days=1),
        most=timedelta(days=3650),
        hint=_("Older ones leave the feed every night, read or not."),
    )
    messages_kept_for = Duration(
        _("Messages to customers are kept for"),
        default=timedelta(days=365),
        least=timedelta(days=7),
        most=timedelta(days=3650),
        hint=_("Older ones leave the customers' inboxes every night, with what is known of their pushes."),
    )
    quiet_from = Whole(
        _("Quiet hours begin"),
        default=22,
        least=0,
        most=23,
        unit="h",
        hint=_("By the shop's clock. Until they end only what is urgent is pushed; the rest waits."),
    )
    quiet_until = Whole(
        _("Quiet hours end"),
        default=8,
        least=0,
        most=23,
        unit="h",
        hint=_("What has waited is pushed then. The same hour twice: no quiet hours."),
    )
    pushed_within = Duration(
        _("A push is worth sending for"),
        default=timedelta(hours=24),
        least=timedelta(hours=1),
        most=timedelta(days=28),
        hint=_(
            "What could not be pushed by then is left to the inbox. Make it longer than the quiet hours, or"
            " what waits through them never rings."
        ),
    )
    devices_kept_for = Duration(
        _("A phone is remembered for"),
        default=timedelta(days=270),
        least=timedelta(days=30),
        most=timedelta(days=730),
        hint=_("Since its app last told us its token. Push services forget it after some nine months."),
    )

    def check_together(self, values: Mapping[str, Any]) -> Iterable[FieldError]:
        """What waits through the quiet hours must still be worth sending when they end."""
        night = timedelta(hours=(values["quiet_until"] - values["quiet_from"]) % 24)
        longest = night + timedelta(hours=1)  # on the night that the clock goes back
        if night and values["pushed_within"] <= longest:
            sentence = _("Longer than the quiet hours and one more, or what waits through them never rings.")
            yield FieldError(field="notifications.pushed_within", code="too-short", message=str(sentence))
