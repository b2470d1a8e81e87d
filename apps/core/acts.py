"""How the acts of every app's ground are called: settings, saved filters, the outbox, the trail itself."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.trail import register

register(
    "audit.opened",
    _("Audit trail opened to remove old entries"),
    here=pgettext_lazy("act", "Opened to remove old entries"),
)
register("option.changed", _("Setting changed"), here=pgettext_lazy("act", "Changed"))
register(
    "option.reset", _("Setting put back to its default"), here=pgettext_lazy("act", "Put back to its default")
)
register("outgoing.discarded", _("Message to ERPNext discarded"), here=pgettext_lazy("act", "Discarded"))
register("outgoing.retried", _("Message to ERPNext sent again"), here=pgettext_lazy("act", "Sent again"))
register("saved-view.saved", _("Filter saved under a name"), here=pgettext_lazy("act", "Saved"))
register("saved-view.replaced", _("Saved filter replaced"), here=pgettext_lazy("act", "Replaced"))
register("saved-view.removed", _("Saved filter removed"), here=pgettext_lazy("act", "Removed"))
