"""What the palette finds of suppliers and batches."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.admin import palette
from apps.inventory.models import Batch, InvoiceUpload, LocalBatch, Supplier


def _supplier(supplier: Supplier) -> palette.Found:
    link = reverse("admin:inventory_supplier_change", args=[supplier.pk])
    return palette.Found(title=str(supplier), link=link, icon="storefront", description=supplier.country)


def _batch(batch: Batch) -> palette.Found:
    link = reverse("admin:inventory_batch_change", args=[batch.pk])
    return palette.Found(title=str(batch), link=link, icon="inventory_2", description=batch.item_name)


def _local(local: LocalBatch) -> palette.Found:
    link = reverse("admin:inventory_localbatch_change", args=[local.pk])
    said = f"{local.product} · {local.get_state_display()}"
    return palette.Found(title=local.number, link=link, icon="inventory_2", description=said)


def _upload(upload: InvoiceUpload) -> palette.Found:
    link = reverse("admin:inventory_invoiceupload_change", args=[upload.pk])
    said = f"{upload.supplier} · {upload.get_state_display()}"
    return palette.Found(title=upload.number, link=link, icon="upload_file", description=said)


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
palette.offer(
    palette.Records(
        name="local-batches",
        label=_("Batches awaiting ERPNext"),
        icon="inventory_2",
        permission_key="batches.view",
        find=lambda typed: (
            LocalBatch.objects.outstanding()
            .filter(number__icontains=typed)
            .select_related("product")
            .order_by("-id")
        ),
        show=_local,
    )
)
palette.offer(
    palette.Records(
        name="supplier-invoices",
        label=_("Supplier invoices"),
        icon="upload_file",
        permission_key="batches.view",
        find=lambda typed: (
            InvoiceUpload.objects.filter(number__icontains=typed).select_related("supplier").order_by("-id")
        ),
        show=_upload,
    )
)
