"""Reusable questions about what we hold."""

from datetime import date
from typing import Any, Self

from django.db.models import F, Q

from apps.core.mirror import MirroredQuerySet

SUBMITTED = 1  # ERPNext's docstatus


class StockLevelQuerySet(MirroredQuerySet[Any]):
    """Stock by place."""

    def held(self) -> Self:
        """Levels with anything in them."""
        return self.filter(gone_at__isnull=True).exclude(actual=0)


class BatchQuerySet(MirroredQuerySet[Any]):
    """Batches by what can be done with them."""

    def on_hand(self) -> Self:
        """Batches with something left."""
        return self.filter(gone_at__isnull=True, quantity__gt=0)

    def usable(self, day: date) -> Self:
        """What may be handed out on a day: on hand, active and not expired."""
        unexpired = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
        return self.on_hand().filter(unexpired, is_active=True)

    def first_expired_first_out(self) -> Self:
        """The order in which they are handed out: by expiry (none last), then by receipt."""
        return self.order_by(
            F("expires_on").asc(nulls_last=True), F("received_on").asc(nulls_last=True), "id"
        )


class BundleQuerySet(MirroredQuerySet[Any]):
    """Movements of batches."""

    def counting(self) -> Self:
        """What has really moved: submitted and not cancelled."""
        return self.filter(gone_at__isnull=True, erp_docstatus=SUBMITTED, is_cancelled=False)
