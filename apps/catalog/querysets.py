"""Reusable questions about what the shop sells."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from apps.core.mirror import MirroredQuerySet


class CategoryQuerySet(MirroredQuerySet[Any]):
    """Item groups, as a tree."""

    def roots(self) -> Self:
        """Groups without a parent."""
        return self.filter(parent__isnull=True)


class ProductQuerySet(MirroredQuerySet[Any]):
    """Products by what can be done with them."""

    def active(self) -> Self:
        """What ERPNext still has and has not disabled."""
        return self.filter(gone_at__isnull=True, is_active=True)

    def sellable(self) -> Self:
        """What can stand on an invoice: active, for sale, and no template of variants."""
        return self.active().filter(is_sold=True, has_variants=False)

    def matching(self, words: str) -> Self:
        """Products whose name, code, barcode or supplier part number holds ``words``."""
        wanted = words.strip()
        return self.filter(
            Q(name_en__icontains=wanted)
            | Q(item_code__icontains=wanted)
            | _with_row("Barcode", barcode__icontains=wanted)
            | _with_row("SupplierPart", part_number__icontains=wanted)
        )

    def scanned(self, barcode: str) -> Self:
        """Products that a till knows by this barcode."""
        return self.filter(_with_row("Barcode", barcode=barcode))


def _with_row(model: str, **conditions: str) -> Exists:
    """That a product has a row of a table of its own; an EXISTS, so no product comes twice."""
    rows = apps.get_model("catalog", model).objects
    return Exists(rows.filter(product=OuterRef("pk"), **conditions))
