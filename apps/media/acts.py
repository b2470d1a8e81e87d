"""How the acts on pictures are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.trail import register

register("media.uploaded", _("Picture uploaded"), here=pgettext_lazy("act", "Uploaded"))
register("media.given", _("Picture came from ERPNext"), here=pgettext_lazy("act", "Came from ERPNext"))
register("media.replaced", _("Picture replaced"), here=pgettext_lazy("act", "Replaced"))
register(
    "media.described", _("Picture's description changed"), here=pgettext_lazy("act", "Description changed")
)
register("media.released", _("Picture left by ERPNext"), here=pgettext_lazy("act", "Left by ERPNext"))
register("media.deleted", _("Picture deleted"), here=pgettext_lazy("act", "Deleted"))
register(
    "media.tidied",
    _("Files that no picture needs removed"),
    here=pgettext_lazy("act", "Files that nothing needs removed"),
)
