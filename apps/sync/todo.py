"""What of the sync waits for a decision."""

from django.utils.translation import gettext_lazy as _

from apps.approvals.registry import ItemKind, register
from apps.sync.services import holding, quarantining

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
register(
    ItemKind(
        key=quarantining.KIND,
        title=_("Quarantine"),
        permission_key="sync.run",
        apply=quarantining.try_again,
        heading=_("What could not be read"),
        meaning=_(
            "All others came in. Each is tried again at every run of its entity: mend it in ERPNext first. "
            "Accepted, its entity is read now; rejected, it stays in quarantine until it can be read."
        ),
        links=quarantining.links,
        still_there=quarantining.still_parked,
        is_told_by_its_app=True,
        labels={"entity": _("Entity"), "number": _("In quarantine"), "records": _("Records, and why")},
    )
)
