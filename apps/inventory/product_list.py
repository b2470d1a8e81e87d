"""The columns and filters that inventory adds to the list of products."""

from decimal import Decimal
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import ProductDefault, SupplierPart
from apps.core.admin.chips import Chip, chip_for
from apps.core.admin.columns import Kind
from apps.core.panels import Column, ListFilter
from apps.inventory.models import StockOutlook, Supplier
from apps.inventory.states import StockState


def outlook_of(product: Any) -> StockOutlook | None:
    """How a product stands, where that was counted."""
    return getattr(product, "outlook", None)


def _with_outlook(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows.select_related("outlook")


def _state(product: Any) -> Chip | None:
    outlook = outlook_of(product)
    return chip_for(outlook, "state") if outlook else None


def _free(product: Any) -> Decimal | None:
    outlook = outlook_of(product)
    return outlook.free if outlook else None


def _cover(product: Any) -> Decimal | None:
    outlook = outlook_of(product)
    return outlook.cover_days if outlook else None


def _expiring_value(product: Any) -> Decimal | None:
    outlook = outlook_of(product)
    return (outlook.expiring_value or None) if outlook else None


def _in_state(rows: "QuerySet[Any]", state: str) -> "QuerySet[Any]":
    """What expires is asked for whatever else is wrong with it."""
    if state == StockState.EXPIRING:
        return rows.filter(outlook__expiring_quantity__gt=0)
    return rows.filter(outlook__state=state)


def _suppliers() -> list[tuple[str, str]]:
    named = Supplier.objects.present().order_by("name", "id").values_list("erp_name", "name")
    return [(erp_name, name or erp_name) for erp_name, name in named]


def _supplied_by(rows: "QuerySet[Any]", supplier: str) -> "QuerySet[Any]":
    """Whoever has a part number for it, or is asked first."""
    named = {"product": OuterRef("pk"), "supplier_name": supplier}
    return rows.filter(
        Exists(SupplierPart.objects.filter(**named)) | Exists(ProductDefault.objects.filter(**named))
    )


PRODUCT: Final = "catalog.product"
MAY: Final = "products.view"
PARTS: Final = (
    Column(
        model=PRODUCT,
        name="stock_state",
        permission_key=MAY,
        title=_("Stock"),
        order=1,
        is_usual=True,
        kind=Kind.CHIP,
        value=_state,
        annotate=_with_outlook,
    ),
    Column(
        model=PRODUCT,
        name="free_stock",
        permission_key=MAY,
        title=_("Free"),
        order=2,
        is_usual=True,
        kind=Kind.QUANTITY,
        value=_free,
        annotate=_with_outlook,
    ),
    Column(
        model=PRODUCT,
        name="cover",
        permission_key=MAY,
        title=_("Days of cover"),
        order=3,
        kind=Kind.QUANTITY,
        value=_cover,
        annotate=_with_outlook,
    ),
    Column(
        model=PRODUCT,
        name="expiring_value",
        permission_key=MAY,
        title=_("Will not sell in time"),
        order=4,
        kind=Kind.MONEY,
        value=_expiring_value,
        annotate=_with_outlook,
    ),
    ListFilter(
        model=PRODUCT,
        name="stock",
        permission_key=MAY,
        title=_("Stock"),
        order=1,
        choices=lambda: [(state.value, str(state.label)) for state in StockState],
        narrow=_in_state,
    ),
    ListFilter(
        model=PRODUCT,
        name="supplier",
        permission_key=MAY,
        title=_("Supplier"),
        order=2,
        choices=_suppliers,
        narrow=_supplied_by,
    ),
)
