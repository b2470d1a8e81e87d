"""Whether customers can have a product: what stock says of it to the outside, and no more than that."""

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Product
from apps.inventory.product_list import outlook_of
from apps.inventory.states import StockState


class Availability(TextChoices):
    """How a product stands for whoever would buy it."""

    IN_STOCK = "in_stock", _("In stock")
    LOW = "low", _("Few left")
    OUT = "out", _("Out of stock")


def can_be_had() -> Q:
    """That some is free to sell; what is not kept in stock always is."""
    return Q(is_stocked=False) | Q(outlook__free__gt=0)


def availability_of(product: Product) -> Availability:
    """Of a product that was read with its ``outlook``; what nobody counted yet is out."""
    if not product.is_stocked:
        return Availability.IN_STOCK
    outlook = outlook_of(product)
    if outlook is None or outlook.free <= 0:
        return Availability.OUT
    return Availability.LOW if outlook.state == StockState.LOW else Availability.IN_STOCK
