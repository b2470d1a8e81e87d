"""Suppliers: who delivers, and what is ours of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.core import figures
from apps.core.access import may
from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column, plain_text
from apps.core.admin.links import list_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown, Table
from apps.core.admin.standing import ACTIVE, IN_ERPNEXT, today, usable
from apps.core.templatetags import larder as say
from apps.customers.admin.contacts import contacts_table
from apps.inventory.admin.receipts import COUNTING, batches_table
from apps.inventory.admin.supplier_acts import SupplierActs, columns_text
from apps.inventory.admin.supplier_tables import contacts_of, parts_of, receipts_of, uploads_of, waste_of
from apps.inventory.models import ExpiringBatch, LearnedMatch, Receipt, Supplier

YEAR: Final = timedelta(days=365)


@admin.register(Supplier)
class SupplierAdmin(SupplierActs, MirroredAdmin):
    """Who delivers."""

    permission_category = "suppliers"
    erp_doctype = "Supplier"
    list_display = ("title", "status", "mobile", "email", "lead_time_days", "last_delivery", "group_name")
    list_extra = (
        "erp_title",
        "batch_prefix",
        "last_upload_number",
        "country",
        "payment_terms_name",
        "kind",
        "tax_id",
        "currency",
        "price_list_name",
        "language",
        "website",
        "read_at",
    )
    list_filter = (
        filters.distinct("group_name", _("Group")),
        filters.distinct("country", _("Country")),
        ACTIVE,
        filters.yes_no("held", _("On hold"), yes=Q(is_on_hold=True), words=(_("On hold"), _("Not on hold"))),
        IN_ERPNEXT,
    )
    on_phone = ("status", "mobile", "last_delivery")
    search_fields = ("name",)
    search_help_text = _("Name")
    ordering = ("name", "id")
    sortable_by = ("title",)
    list_icon = "storefront"
    empty_text = _("Suppliers come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    actions_detail = ("describe", "count_from", "forget_columns")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(
            _("What Larder adds"),
            ("display_name", "lead_time_days", "batch_prefix", "last_upload_number", "columns", "learned"),
        ),
        Facts(_("Reached by"), ("mobile", "email", "contact_name", "address_name", "website", "language")),
        Facts(_("Supplier"), ("erp_title", "kind", "group_name", "country", "tax_id", "is_internal")),
        Facts(
            _("Terms"),
            ("currency", "price_list_name", "payment_terms_name", "is_on_hold", "hold_kind", "held_until"),
        ),
        Facts(_("Notes in ERPNext"), ("details",)),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Supplier]:
        came = Receipt.objects.filter(COUNTING, supplier=OuterRef("pk"), is_return=False)
        last = came.order_by("-posted_on").values("posted_on")[:1]
        rows: QuerySet[Supplier] = super().get_queryset(request).annotate(came_last_on=Subquery(last))
        return rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With what his profile sums up, asked for at once."""
        record = super().get_object(request, object_id, from_field)
        if record is not None:
            record.sums = sums_of(record)
        return record

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

    @column(_("Name in ERPNext"))
    def erp_title(self, supplier: Supplier) -> str:
        return supplier.name or supplier.erp_name

    @column(_("Last delivery"), kind=Kind.DAY)
    def last_delivery(self, supplier: Any) -> Any:
        return supplier.came_last_on

    @column(_("Invoices counted"), kind=Kind.COUNT)
    def last_upload_number(self, supplier: Supplier) -> int | None:
        return supplier.last_upload_number or None

    @column(_("Columns of his files"))
    def columns(self, supplier: Supplier) -> str:
        return columns_text(supplier.column_mapping)

    @column(_("Learned of his lines"))
    def learned(self, supplier: Any) -> Shown:
        number = supplier.sums["learned"]
        said = ngettext("%s match", "%s matches", number) % figures.count_text(number)
        return list_link(LearnedMatch, said, supplier=supplier.pk) if number else ""

    @column(_("Notes"))
    def details(self, supplier: Supplier) -> str:
        return plain_text(supplier.details)

    def profile_chips(self, record: Supplier) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: Any) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Last delivery"), say.day(record.came_last_on)),
            (_("Delivered in 365 days"), say.money(record.sums["delivered"])),
            (_("Will not sell in time"), say.money(record.sums["waste"])),
        )

    def tables(self, record: Supplier, request: HttpRequest) -> Sequence[Table]:
        tables = []
        if may(request.user, "batches.view"):
            held = record.batches.on_hand().first_expired_first_out()
            batches = batches_table(_("Batches on hand"), held, supplier=record.pk, on_hand="yes")
            tables += [uploads_of(record), receipts_of(record), batches, waste_of(record)]
        if may(request.user, "products.view"):
            tables.append(parts_of(record))
        if may(request.user, "customers.view"):
            tables.append(contacts_table(contacts_of(record)))
        return [table for table in tables if table.rows or table.nothing]


def sums_of(supplier: Supplier) -> dict[str, Any]:
    """What came of his within a year, what of it will go to waste, how much was learned; one question."""
    lately = Receipt.objects.filter(COUNTING, supplier=OuterRef("pk"), posted_on__gt=today() - YEAR)
    going = ExpiringBatch.objects.filter(batch__supplier=OuterRef("pk")).order_by()
    known = LearnedMatch.objects.filter(supplier=OuterRef("pk")).order_by()
    sums = Supplier.objects.annotate(
        delivered=Subquery(
            lately.order_by().values("supplier").annotate(all=Sum("base_grand_total")).values("all")
        ),
        waste=Subquery(going.values("batch__supplier").annotate(all=Sum("value")).values("all")),
        known=Subquery(known.values("supplier").annotate(all=Count("pk")).values("all")),
    )
    delivered, waste, number = sums.values_list("delivered", "waste", "known").get(pk=supplier.pk)
    return {"delivered": delivered, "waste": waste, "learned": number or 0}
