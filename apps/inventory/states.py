"""How the stock of a product can stand."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StockState(TextChoices):
    """The worst that is true of it, in this order."""

    OUT = "out", _("Out of stock")
    LOW = "low", _("Low")
    EXPIRING = "expiring", _("Expiring")
    OK = "ok", _("Enough")
