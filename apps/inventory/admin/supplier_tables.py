"""What a supplier's profile lists: his invoices, deliveries, batches that go to waste, products, contacts."""

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Product, SupplierPart
from apps.core.admin.chips import chip_for
from apps.core.admin.links import list_link, profile_link, rest_link
from apps.core.admin.profile import Table
from apps.core.templatetags import larder as say
from apps.customers.models import Contact, ContactLink
from apps.inventory.faces import receipt_face
from apps.inventory.models import ExpiringBatch, InvoiceUpload, Receipt, Supplier

SHOWN_AT_MOST: Final = 10
LATEST: Final = 5


def contacts_of(supplier: Supplier) -> QuerySet[Contact]:
    """Whom to call there."""
    theirs = ContactLink.objects.filter(party_kind="Supplier", party_name=supplier.erp_name)
    return Contact.objects.present().filter(pk__in=theirs.order_by().values("contact"))


def uploads_of(supplier: Supplier) -> Table:
    """His latest invoices that were uploaded here."""
    found: list[Any] = list(supplier.uploads.with_total().order_by("-id")[: LATEST + 1])
    rows = [
        (
            profile_link(upload, upload.number),
            chip_for(upload, "state"),
            say.day(upload.dated),
            say.count(upload.line_count),
            say.money(upload.total),
        )
        for upload in found[:LATEST]
    ]
    heads = (
        (_("Invoice"), False),
        (_("State"), False),
        (_("Dated"), False),
        (_("Lines"), True),
        (_("Without VAT"), True),
    )
    more = rest_link(InvoiceUpload, is_cut=len(found) > LATEST, supplier=supplier.pk)
    nothing = _("No invoice of this supplier was uploaded yet.")
    return Table(_("Uploaded invoices"), heads, rows, nothing, more=more)


def waste_of(supplier: Supplier) -> Table:
    """What of his batches will not sell before it expires, the first to go first."""
    going = ExpiringBatch.objects.filter(batch__supplier=supplier.pk).select_related("batch__product")
    found = list(going.order_by("last_day", "batch")[: LATEST + 1])
    rows = [
        (
            profile_link(one, one.batch),
            profile_link(one.batch.product, one.batch.product or one.batch.item_code),
            say.day(one.last_day),
            say.quantity(one.quantity),
            say.money(one.value if one.batch.unit_cost is not None else None),
        )
        for one in found[:LATEST]
    ]
    heads = (
        (_("Batch"), False),
        (_("Product"), False),
        (_("To be sold until"), False),
        (_("Too much"), True),
        (_("Cost of that"), True),
    )
    more = rest_link(ExpiringBatch, is_cut=len(found) > LATEST, batch__supplier=supplier.pk)
    return Table(_("Will not sell in time"), heads, rows, more=more)


def receipts_of(supplier: Supplier) -> Table:
    """The latest deliveries."""
    found = list(supplier.receipts.order_by("-posted_on", "-id")[: SHOWN_AT_MOST + 1])
    rows = [
        (
            profile_link(receipt),
            receipt_face(receipt),
            say.day(receipt.posted_on),
            say.money(receipt.grand_total, receipt.currency),
        )
        for receipt in found[:SHOWN_AT_MOST]
    ]
    heads = ((_("Receipt"), False), (_("Status"), False), (_("Received"), False), (_("Amount"), True))
    more = rest_link(Receipt, is_cut=len(found) > SHOWN_AT_MOST, supplier=supplier.pk)
    return Table(_("Latest deliveries"), heads, rows, _("Nothing was delivered yet."), more=more)


def parts_of(supplier: Supplier) -> Table:
    """Our products by the supplier's own numbers."""
    parts = SupplierPart.objects.filter(supplier_name=supplier.erp_name).select_related("product")
    found = list(parts.order_by("part_number", "id")[: SHOWN_AT_MOST + 1])
    rows = [(profile_link(part.product), say.code(part.part_number)) for part in found[:SHOWN_AT_MOST]]
    more = list_link(Product, _("All products he supplies"), supplier=supplier.erp_name)
    heads = ((_("Product"), False), (_("Part number"), False))
    nothing = _("ERPNext has no part numbers of this supplier.")
    return Table(_("Products he supplies"), heads, rows, nothing, more=more)
