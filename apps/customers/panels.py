"""What customers put beside what happened to one of them: the ledger of points."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin.standing import today
from apps.core.panels import Panel, register
from apps.customers.faces import entry_face
from apps.customers.models import LoyaltyEntry

ENTRIES_SHOWN: Final = 10


def points_of_customer(customer: Model, request: HttpRequest) -> Mapping[str, Any]:
    """The latest points earned and redeemed."""
    own = LoyaltyEntry.objects.present().filter(customer=customer.pk)
    entries = list(own.order_by("-posted_on", "-id")[: ENTRIES_SHOWN + 1])
    return {
        "entries": [(entry, entry_face(entry, on=today())) for entry in entries[:ENTRIES_SHOWN]],
        "is_cut": len(entries) > ENTRIES_SHOWN,
    }


register(
    Panel(
        model="customers.customer",
        name="loyalty",
        title=_("Loyalty"),
        permission_key="customers.view",
        order=20,
        template_name="customers/panels/loyalty.html",
        facts=points_of_customer,
    )
)
