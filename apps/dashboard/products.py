"""How the goods stand: what the overview of products says (spec/02, spec/08)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from apps.catalog.models import ItemPrice, Product
from apps.inventory.models import ExpiringBatch, InvoiceUpload, LocalBatch, StockOutlook, UploadLine
from apps.inventory.states import OPEN, LocalState, StockState, UploadState

ALERTS: Final = 10
SUPPLIERS: Final = 6


@dataclass(frozen=True)
class Goods:
    """The four figures at the top."""

    products: int
    out: int
    low: int
    expiring: int
    expiring_value: Decimal


@dataclass(frozen=True)
class Deliveries:
    """What of suppliers' invoices is not done with."""

    begun: int
    pending: int
    parked: int
    awaited: int


def goods() -> Goods:
    """Two questions."""
    counted: Mapping[str, Any] = StockOutlook.objects.aggregate(
        out=Count("pk", filter=Q(state=StockState.OUT)),
        low=Count("pk", filter=Q(state=StockState.LOW)),
        expiring=Count("pk", filter=Q(expiring_quantity__gt=0)),
        expiring_value=Coalesce(Sum("expiring_value"), Decimal(0)),
    )
    return Goods(products=Product.objects.sellable().count(), **counted)


def stock_alert() -> list[StockOutlook]:
    """What runs out, the most urgent first: nothing free and asked for most, then what lasts shortest."""
    worst = StockOutlook.objects.filter(state__in=[StockState.OUT, StockState.LOW])
    ordered = worst.order_by("-state", F("cover_days").asc(nulls_last=True), "-daily_demand", "product")
    return list(ordered.select_related("product")[:ALERTS])  # "out" sorts after "low"


def waste_by_supplier() -> list[dict[str, Any]]:
    """Whose goods will not sell in time, and what those cost, the dearest first."""
    by = ExpiringBatch.objects.values("batch__supplier", "batch__supplier__name")
    summed: Any = by.annotate(cost=Sum("value"), batches=Count("pk")).order_by("-cost", "batch__supplier")
    return list(summed[:SUPPLIERS])


def gaps(*, day: date) -> dict[str, int]:
    """What is sold and lacks something that apps show."""
    priced = ItemPrice.objects.shelf().valid_on(day).filter(for_selling=True, product__isnull=False)
    counted: dict[str, int] = Product.objects.sellable().aggregate(
        image=Count("pk", filter=Q(picture__asset=None)),
        category=Count("pk", filter=Q(category=None)),
        price=Count("pk", filter=~Q(pk__in=priced.values("product"))),
    )
    return counted


def deliveries() -> Deliveries:
    """Two questions about uploads and lines, one about batches."""
    uploads = InvoiceUpload.objects.aggregate(
        begun=Count("pk", filter=Q(state__in=OPEN)), pending=Count("pk", filter=Q(state=UploadState.PENDING))
    )
    return Deliveries(
        begun=uploads["begun"],
        pending=uploads["pending"],
        parked=UploadLine.objects.filter(is_parked=True).count(),
        awaited=LocalBatch.objects.filter(state=LocalState.ACTIVE).count(),
    )
