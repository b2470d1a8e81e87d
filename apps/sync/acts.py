"""How the acts on the copy of ERPNext are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.trail import register

register("sync.making", _("Set-up of ERPNext begun"), here=pgettext_lazy("act", "Set-up begun"))
register("sync.made", _("ERPNext set up for Larder"), here=pgettext_lazy("act", "Set up"))
register("sync.feed_cleared", _("Live feed of sync cleared"), here=pgettext_lazy("act", "Cleared"))
register("sync.forced", _("Sync run past its guard"), here=pgettext_lazy("act", "Run past its guard"))
register(
    "sync.pruned",
    _("What sync no longer knows removed"),
    here=pgettext_lazy("act", "What is no longer known removed"),
)
register(
    "sync.reread", _("Record read again from ERPNext"), here=pgettext_lazy("act", "Read again from ERPNext")
)
register(
    "sync.reset",
    _("Copy of ERPNext let go, to begin anew"),
    here=pgettext_lazy("act", "Let go, to begin anew"),
)
