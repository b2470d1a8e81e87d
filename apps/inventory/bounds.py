"""What is sent to the doors of invoices is cut off where it passes what is taken."""

from typing import ClassVar

from apps.inventory.intake.limits import MOST_BYTES
from apps.media.bounds import BoundedUpload


class BoundedInvoice(BoundedUpload):
    """Drops a supplier's file that is too large before all of it lies on the disk."""

    page: ClassVar[str] = "admin:inventory_upload"
    most: ClassVar[int] = MOST_BYTES
