"""The margin that a category is to keep, on the pages of categories."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.admin.columns import Kind
from apps.core.panels import Action, Column, Panel
from apps.inventory import reports

CATEGORY: Final = "catalog.category"
SETS: Final = "products.approve"  # who uploads invoices is not who says what they must leave


def floor_of_category(category: Model, request: HttpRequest) -> Mapping[str, Any]:
    """The floor that its products are held to, and whose it is."""
    return {"floor": reports.floor_of(category.pk)}


def _own_floor(category: Any) -> Decimal | None:
    floor = getattr(category, "margin_floor", None)
    return floor.percent / 100 if floor else None


def _with_floor(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows.select_related("margin_floor")


PARTS: Final = (
    Panel(
        model=CATEGORY,
        name="margin-floor",
        title=_("Margin floor"),
        permission_key="products.view",
        order=5,
        template_name="inventory/panels/floor.html",
        facts=floor_of_category,
    ),
    Column(
        model=CATEGORY,
        name="margin_floor",
        permission_key="products.view",
        title=_("Margin floor"),
        order=5,
        is_usual=True,
        kind=Kind.PERCENT,
        value=_own_floor,
        annotate=_with_floor,
    ),
    Action(
        model=CATEGORY,
        name="margin-floor",
        title=_("Set margin floor"),
        permission_key=SETS,
        icon="percent",
        url=lambda category: reverse("admin:category_floor", args=[category.pk]),
    ),
)
