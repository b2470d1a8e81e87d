"""How the acts on messages and notices are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.trail import register

register("message.tried-again", _("Message pushed again"), here=pgettext_lazy("act", "Pushed again"))
register("message_text.changed", _("Message text changed"), here=pgettext_lazy("act", "Changed"))
register(
    "message_text.reset",
    _("Message text put back to Larder's words"),
    here=pgettext_lazy("act", "Put back to Larder's words"),
)
register(
    "notices.muted", _("Kinds of notices muted"), here=pgettext_lazy("act", "Muted kinds of notices changed")
)
