"""What the palette finds of suppliers and batches."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.admin import palette
from apps.inventory.models import Batch, Supplier


def _supplier(supplier: Supplier) -> palette.Found:
    link = reverse("admin:inventory_supplier_change", args=[supplier.pk])
    return palette.Found(title=str(supplier), link=link, icon="storefront", description=supplier.country)


def _batch(batch: Batch) -> palette.Found:
    link = reverse("admin:inventory_batch_change", args=[batch.pk])
    return palette.Found(title=str(batch), link=link, icon="inventory_2", description=batch.item_name)


palette.offer(
    palette.Records(
        name="suppliers",
        label=_("Suppliers"),
        icon="storefront",
        permission_key="suppliers.view",
        find=lambda typed: Supplier.objects.present().matching(typed).order_by("name", "id"),
        show=_supplier,
    )
)
palette.offer(
    palette.Records(
        name="batches",
        label=_("Batches"),
        icon="inventory_2",
        permission_key="batches.view",
        find=lambda typed: Batch.objects.present().numbered_like(typed).order_by("-id"),
        show=_batch,
    )
)
