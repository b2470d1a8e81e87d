"""What inventory puts on a product's page, and into the list of products."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import figures
from apps.core.admin.charts import Chart, TickText, draw
from apps.core.admin.standing import today
from apps.core.panels import Panel, register
from apps.inventory import reports
from apps.inventory.category_floor import PARTS as FLOOR_PARTS
from apps.inventory.faces import batch_face, cover_words
from apps.inventory.invoice_panels import PARTS as INVOICE_PARTS
from apps.inventory.models import Batch, ReceiptLine, StockLevel
from apps.inventory.options import ShopOptions
from apps.inventory.product_list import PARTS, outlook_of

SHOWN_AT_MOST: Final = 10
COSTS_LISTED: Final = 5


def stock_of_product(product: Model, request: HttpRequest) -> Mapping[str, Any]:
    """How much there is, in which of the warehouses that count; a shop has few, so all are read."""
    counted = ShopOptions().stock_warehouses
    held = StockLevel.objects.held().in_warehouses(counted).filter(product=product.pk)
    outlook = outlook_of(product)
    levels = list(held.select_related("warehouse").order_by("-actual"))
    return {
        "counted": counted,
        "outlook": outlook,
        "cover": cover_words(outlook) if outlook else "",
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


def demand_of_product(product: Model, request: HttpRequest) -> Mapping[str, Any]:
    """What the last days sold, by day."""
    demand = reports.demand_of(product.pk, until=today())
    return {"demand": demand, "chart": _by_day(demand) if any(demand.sold) else None}


def _by_day(demand: reports.Demand) -> Chart:
    said = [
        f"{figures.day_text(day, today=today())}: {figures.quantity_text(sold)}"
        for day, sold in zip(demand.days, demand.sold, strict=True)
    ]
    labels = [f"{day.day} {day:%b}" for day in demand.days]
    return draw(demand.sold, labels=labels, said=said, tick_text=TickText())


def costs_of_product(product: Model, request: HttpRequest) -> Mapping[str, Any]:
    """What the last deliveries cost, and whose they were."""
    lines = reports.costs_of(product.pk)
    return {"lines": lines[:COSTS_LISTED], "chart": _by_delivery(lines[::-1]) if len(lines) > 1 else None}


def _by_delivery(lines: Sequence[ReceiptLine]) -> Chart:
    """The cost of a stock unit, delivery after delivery."""
    days = [figures.day_text(line.receipt.posted_on, today=today()) for line in lines]
    said = [
        f"{day}: {figures.money_text(line.valuation_rate)}" for day, line in zip(days, lines, strict=True)
    ]
    labels = [f"{line.receipt.posted_on.day} {line.receipt.posted_on:%b}" for line in lines]
    sign = figures.SYMBOLS.get(settings.SHOP_CURRENCY, "")
    return draw([line.valuation_rate for line in lines], labels=labels, said=said, tick_text=TickText(sign))


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
register(
    Panel(
        model="catalog.product",
        name="demand",
        title=_("Sold in the last 90 days"),
        permission_key="products.view",
        order=7,
        template_name="inventory/panels/demand.html",
        facts=demand_of_product,
    )
)
register(
    Panel(
        model="catalog.product",
        name="costs",
        title=_("What suppliers charged"),
        permission_key="suppliers.view",
        order=8,
        template_name="inventory/panels/costs.html",
        facts=costs_of_product,
    )
)
for part in (*PARTS, *INVOICE_PARTS, *FLOOR_PARTS):
    register(part)
