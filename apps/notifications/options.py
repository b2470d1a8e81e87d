"""What staff may tune about notices."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.core.options import Duration, OptionGroup


class NotificationOptions(OptionGroup):
    key, title, icon, order = "notifications", _("Notifications"), "notifications", 60

    kept_for = Duration(
        _("Notices are kept for"),
        default=timedelta(days=90),
        least=timedelta(days=1),
        most=timedelta(days=3650),
        hint=_("Older ones leave the feed every night, read or not."),
    )
