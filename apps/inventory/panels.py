"""What inventory puts on a product's page."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin.standing import today
from apps.core.panels import Panel, register
from apps.inventory.faces import batch_face
from apps.inventory.models import Batch, StockLevel
from apps.inventory.options import ShopOptions

SHOWN_AT_MOST: Final = 10


def stock_of_product(product: Model, request: HttpRequest) -> Mapping[str, Any]:
    """How much there is, in which of the warehouses that count; a shop has few, so all are read."""
    counted = ShopOptions().stock_warehouses
    held = StockLevel.objects.held().in_warehouses(counted).filter(product=product.pk)
    levels = list(held.select_related("warehouse").order_by("-actual"))
    return {
        "counted": counted,
        "levels": levels[:SHOWN_AT_MOST],
        "is_cut": len(levels) > SHOWN_AT_MOST,
        "actual": sum(level.actual for level in levels),
        "reserved": sum(level.reserved for level in levels),
        "free": sum(level.free for level in levels),
    }


def batches_of_product(product: Model, request: HttpRequest) -> Mapping[str, Any]:
    """What is left, in the order in which it is handed out."""
    rows = Batch.objects.on_hand().filter(product=product.pk).first_expired_first_out()
    batches = list(rows[: SHOWN_AT_MOST + 1])
    return {
        "batches": [(batch, batch_face(batch, on=today())) for batch in batches[:SHOWN_AT_MOST]],
        "is_cut": len(batches) > SHOWN_AT_MOST,
    }


register(
    Panel(
        model="catalog.product",
        name="stock",
        title=_("Stock"),
        permission_key="products.view",
        order=5,
        template_name="inventory/panels/stock.html",
        facts=stock_of_product,
    )
)
register(
    Panel(
        model="catalog.product",
        name="batches",
        title=_("Batches on hand"),
        permission_key="batches.view",
        order=6,
        template_name="inventory/panels/batches.html",
        facts=batches_of_product,
    )
)
