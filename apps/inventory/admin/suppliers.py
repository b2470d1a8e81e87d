"""Suppliers, and what came from them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, Final

from django.contrib import admin
from django.db.models import Max, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import SupplierPart
from apps.core.access import may
from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column, plain_text
from apps.core.admin.links import profile_link, rest_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import ACTIVE, IN_ERPNEXT, today, usable
from apps.core.templatetags import larder as say
from apps.customers.admin.contacts import contacts_table
from apps.customers.models import Contact, ContactLink
from apps.inventory.admin.receipts import COUNTING, batches_table
from apps.inventory.faces import receipt_face
from apps.inventory.models import Receipt, Supplier

SHOWN_AT_MOST: Final = 10
YEAR: Final = timedelta(days=365)


@admin.register(Supplier)
class SupplierAdmin(MirroredAdmin):
    """Who delivers."""

    permission_category = "suppliers"
    erp_doctype = "Supplier"
    list_display = ("title", "status", "group_name", "country", "mobile", "email", "payment_terms_name")
    list_extra = ("kind", "tax_id", "currency", "price_list_name", "language", "website", "read_at")
    list_filter = (
        filters.distinct("group_name", _("Group")),
        filters.distinct("country", _("Country")),
        ACTIVE,
        filters.yes_no("held", _("On hold"), yes=Q(is_on_hold=True), words=(_("On hold"), _("Not on hold"))),
        IN_ERPNEXT,
    )
    on_phone = ("status", "group_name", "mobile")
    search_fields = ("name",)
    search_help_text = _("Name")
    ordering = ("name", "id")
    sortable_by = ("title",)
    list_icon = "storefront"
    empty_text = _("Suppliers come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Reached by"), ("mobile", "email", "contact_name", "address_name", "website", "language")),
        Facts(_("Supplier"), ("kind", "group_name", "country", "tax_id", "is_internal")),
        Facts(
            _("Terms"),
            ("currency", "price_list_name", "payment_terms_name", "is_on_hold", "hold_kind", "held_until"),
        ),
        Facts(_("Notes in ERPNext"), ("details",)),
    )

    @column(_("Supplier"), order="name")
    def title(self, supplier: Supplier) -> str:
        return str(supplier)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, supplier: Supplier) -> Chip:
        if supplier.is_on_hold and not supplier.is_gone:
            return Chip(_now("On hold"), Tone.LOOK, "pause_circle")
        if supplier.is_frozen and not supplier.is_gone:
            return Chip(_now("Frozen"), Tone.LOOK, "ac_unit")
        return usable(supplier, is_active=supplier.is_active)

    @column(_("Notes"))
    def details(self, supplier: Supplier) -> str:
        return plain_text(supplier.details)

    def profile_chips(self, record: Supplier) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: Supplier) -> Sequence[tuple[Words, Shown]]:
        lately = Q(posted_on__gt=today() - YEAR)
        came = record.receipts.filter(COUNTING).aggregate(
            last=Max("posted_on", filter=Q(is_return=False)), worth=Sum("base_grand_total", filter=lately)
        )
        return (
            (_("Last delivery"), say.day(came["last"])),
            (_("Delivered in 365 days"), say.money(came["worth"])),
            (_("Batches on hand"), say.count(record.batches.on_hand().count())),
        )

    def tables(self, record: Supplier, request: HttpRequest) -> Sequence[Table]:
        tables = []
        if may(request.user, "batches.view"):
            held = record.batches.on_hand().first_expired_first_out()
            batches = batches_table(_("Batches on hand"), held, supplier=record.pk, on_hand="yes")
            tables += [receipts_of(record), batches]
        if may(request.user, "products.view"):
            tables.append(parts_of(record))
        if may(request.user, "customers.view"):
            tables.append(contacts_table(contacts_of(record)))
        return tables


def contacts_of(supplier: Supplier) -> QuerySet[Contact]:
    """Whom to call there."""
    theirs = ContactLink.objects.filter(party_kind="Supplier", party_name=supplier.erp_name)
    return Contact.objects.present().filter(pk__in=theirs.order_by().values("contact"))


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
    more = _("Only the first 10 are shown.") if len(found) > SHOWN_AT_MOST else ""
    heads = ((_("Product"), False), (_("Part number"), False))
    return Table(
        _("Part numbers"), heads, rows, _("ERPNext has no part numbers of this supplier."), more=more
    )
