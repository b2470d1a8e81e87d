"""What products cost last, a stock unit: of what was received, and of what waits to be."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db.models import F

from apps.catalog.models import Product
from apps.core.money import unit_cost
from apps.inventory.models import Batch, LocalBatch


def last_costs(product_ids: Collection[int | None]) -> dict[int, Decimal]:
    """Product → cost of a stock unit when it came last; by ERPNext's own figure where no batch tells it.

    A confirmed invoice that ERPNext has not received yet counts: it is what was paid last. Three questions,
    however many products there are.
    """
    ids = {product_id for product_id in product_ids if product_id}
    if not ids:
        return {}
    rated = Product.objects.filter(pk__in=ids, last_purchase_rate__gt=0)
    found = dict(rated.values_list("pk", "last_purchase_rate"))
    dated = {product: (day, cost) for product, cost, day in _received(ids)}
    for product, cost, day in _awaited(ids):
        dated[product] = max(dated.get(product, (day, cost)), (day, cost), key=lambda one: one[0])
    found |= {product: cost for product, (_day, cost) in dated.items()}
    return {product: unit_cost(cost) for product, cost in found.items()}


def _received(ids: Collection[int]) -> Iterable[tuple[int, Decimal, date]]:
    batches = Batch.objects.present().filter(product__in=ids, unit_cost__gt=0, received_on__isnull=False)
    latest = batches.order_by("product_id", F("received_on").desc(), "-id").distinct("product_id")
    rows: Iterable[tuple[int, Decimal, date]] = latest.values_list("product_id", "unit_cost", "received_on")
    return rows


def _awaited(ids: Collection[int]) -> Iterable[tuple[int, Decimal, date]]:
    batches = LocalBatch.objects.awaited().filter(product__in=ids, unit_cost__gt=0)
    latest = batches.order_by("product_id", "-received_on", "-id").distinct("product_id")
    rows: Iterable[tuple[int, Decimal, date]] = latest.values_list("product_id", "unit_cost", "received_on")
    return rows
