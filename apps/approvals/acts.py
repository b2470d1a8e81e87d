"""How the acts on To Do items are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.trail import register

register("todo.asked", _("To Do item asked for"), here=pgettext_lazy("act", "Asked"))
register("todo.changed", _("To Do item brought up to date"), here=pgettext_lazy("act", "Brought up to date"))
register("todo.assigned", _("To Do item assigned"), here=pgettext_lazy("act", "Assigned"))
register("todo.accepted", _("To Do item accepted"), here=pgettext_lazy("act", "Accepted"))
register("todo.rejected", _("To Do item rejected"), here=pgettext_lazy("act", "Rejected"))
register("todo.closed", _("To Do item closed"), here=pgettext_lazy("act", "Closed"))
