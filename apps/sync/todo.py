"""What of the sync waits for a decision."""

from django.utils.translation import gettext_lazy as _

from apps.approvals.registry import ItemKind, register
from apps.sync.services import holding

register(
    ItemKind(
        key=holding.KIND,
        title=_("Sync guard"),
        permission_key="sync.run",
        apply=holding.let_through,
        heading=_("What is held back"),
        meaning=_(
            "Until it is accepted they stay here as they are. Accepted, a run lets just these through: what "
            "is gone from ERPNext goes here, too, and prices move as they did there."
        ),
        links=holding.links,
        labels={
            "entity": _("Entity"),
            "doctype": _("DocType in ERPNext"),
            "stopped": _("What was stopped"),
            "present": _("Records here"),
            "records": _("Records held back"),
        },
    )
)
