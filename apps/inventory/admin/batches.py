"""Batches: what came, what it cost, what is left of it and where."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core import figures
from apps.core.admin import filters
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import profile_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Notice, Shown, Table
from apps.core.admin.rows import Elsewhere, Segment
from apps.core.admin.standing import IN_ERPNEXT, gone, today
from apps.core.templatetags import larder as say
from apps.inventory.admin.batch_lists import found_among_local, segments
from apps.inventory.faces import ORIGIN_FACES, batch_face, standing_notice
from apps.inventory.models import Batch, BatchBundle, BatchEntry, BatchStock, LocalBatch, Receipt
from apps.inventory.querysets import BatchQuerySet
from apps.inventory.states import BatchOrigin, BatchState

MOVEMENTS_SHOWN = 20


# By way of where it lies: what is left is a few of many, and no index on a quantity would stay still.
ON_HAND: Final = Q(pk__in=BatchStock.objects.values("batch"), quantity__gt=0, gone_at=None)

FROM_LARDER: Final = Q(pk__in=LocalBatch.objects.exclude(batch=None).values("batch"))


class StateFilter(filters.ChoiceFilter):
    """What can be done with a batch today."""

    def offered(self) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in BatchState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.is_set:
            return queryset
        chosen = [option.value for option in self.options if option.is_set]
        return cast("BatchQuerySet", queryset).in_states(chosen, day=today())


def origin_of(batch: Batch) -> BatchOrigin:
    """Whether an invoice gave it its number here, before ERPNext had it."""
    return BatchOrigin.LARDER if hasattr(batch, "local") else BatchOrigin.ERPNEXT


@admin.register(Batch)
class BatchAdmin(MirroredAdmin):
    """Batches, the newest first."""

    permission_category = "batches"
    erp_doctype = "Batch"
    list_display = (
        "title",
        "status",
        "product",
        "supplier",
        "left",
        "unit_cost",
        "expires_on",
        "origin",
    )
    list_extra = (
        "received_on",
        "invoice",
        "is_active",
        "item_code",
        "received_quantity",
        "made_on",
        "receipt",
        "parent_number",
        "read_at",
    )
    list_filter = (
        filters.made(StateFilter, "state", _("State"), ("state",)),
        filters.yes_no("on_hand", _("Left"), yes=ON_HAND, words=(_("On hand"), _("Used up"))),
        filters.related("supplier", _("Supplier")),
        filters.coming("expires_on", _("Expires")),
        filters.yes_no(
            "from_larder",
            _("Origin"),
            yes=FROM_LARDER,
            words=(BatchOrigin.LARDER.label, BatchOrigin.ERPNEXT.label),
        ),
        filters.record("product", _("Product")),
        filters.record("receipt", _("Receipt")),
        IN_ERPNEXT,
    )
    list_select_related = ("product", "supplier", "receipt", "local__upload__supplier", "local__receipt")
    on_phone = ("status", "product", "left")
    search_fields = ("number",)
    search_help_text = _("Batch number, product, code or barcode")
    ordering = ("-id",)
    sortable_by = ("expires_on",)
    list_icon = "inventory_2"
    empty_text = _("Batches come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Batch"), ("product", "supplier", "origin", "invoice", "receipt", "parent_number")),
        Facts(_("Days"), ("received_on", "made_on", "expires_on")),
        Facts(_("Quantity and cost"), ("received", "left", "erp_quantity", "unit_cost", "worth")),
    )

    @column(_("Batch"))
    def title(self, batch: Batch) -> str:
        return str(batch)

    @column(_("State"), kind=Kind.CHIP)
    def status(self, batch: Batch) -> Chip:
        return batch_face(batch, on=today())

    @column(_("Product"))
    def product(self, batch: Batch) -> Any:
        return batch.product or batch.item_name or batch.item_code

    @column(_("Origin"), kind=Kind.CHIP)
    def origin(self, batch: Batch) -> Chip:
        return ORIGIN_FACES[origin_of(batch)]

    @column(_("Invoice"))
    def invoice(self, batch: Batch) -> Any:
        """The supplier's invoice that made it, where one did."""
        local = getattr(batch, "local", None)
        return profile_link(local.upload, local.upload.number) if local else None

    @column(_("Left"), kind=Kind.QUANTITY)
    def left(self, batch: Batch) -> Any:
        return batch.quantity

    @column(_("Received"), kind=Kind.QUANTITY)
    def received(self, batch: Batch) -> Any:
        return batch.received_quantity

    @column(_("Unit cost"), kind=Kind.MONEY)
    def unit_cost(self, batch: Batch) -> Any:
        return batch.unit_cost

    @column(_("Cost of what is left"), kind=Kind.MONEY)
    def worth(self, batch: Batch) -> Any:
        return None if batch.unit_cost is None else batch.unit_cost * batch.quantity

    def segments(self, request: HttpRequest) -> Sequence[Segment]:
        return segments(Batch)

    def elsewhere(self, request: HttpRequest, words: str) -> Elsewhere | None:
        return found_among_local(words)

    def profile_chips(self, record: Batch) -> Sequence[Chip]:
        """Its state, and of what is void, why."""
        chips = [self.status(record)]
        if record.is_gone:
            return [*chips, gone()]
        return chips if record.is_active else [*chips, Chip(_now("Disabled in ERPNext"), Tone.QUIET, "block")]

    def notice(self, record: Batch) -> Notice | None:
        """Of what an invoice made and nothing has come of yet: what that waits for."""
        local = getattr(record, "local", None)
        return None if local is None or record.has_moved or record.is_gone else standing_notice(local)

    def key_figures(self, record: Batch) -> Sequence[tuple[Words, Shown]]:
        left = f"{figures.quantity_text(record.quantity)} {record.stock_unit}".strip()
        return (
            (_("Left"), left),
            (_("Cost per stock unit"), say.money(record.unit_cost)),
            (_("Expires"), say.day(record.expires_on)),
        )

    def tables(self, record: Batch, request: HttpRequest) -> Sequence[Table]:
        return (where_it_lies(record), movements_of(record))


def where_it_lies(batch: Batch) -> Table:
    """Its quantity by warehouse."""
    laid = batch.stock.select_related("warehouse").order_by("-quantity", "warehouse_name")
    rows = [(profile_link(row.warehouse, row.warehouse_name), say.quantity(row.quantity)) for row in laid]
    heads = ((_("Warehouse"), False), (_("Quantity"), True))
    return Table(_("Where it lies"), heads, rows, _("Nothing of it is left."))


def movements_of(batch: Batch) -> Table:
    """What brought and took it, the latest first."""
    counting = BatchEntry.objects.filter(
        batch_number=batch.erp_name, bundle__in=BatchBundle.objects.counting()
    )
    latest = list(
        counting.select_related("bundle").order_by("-bundle__posted_on", "-id")[: MOVEMENTS_SHOWN + 1]
    )
    receipts = _receipts_among(latest)
    rows = [_movement(entry, receipts) for entry in latest[:MOVEMENTS_SHOWN]]
    heads = ((_("Document"), False), (_("Day"), False), (_("Warehouse"), False), (_("Quantity"), True))
    more = _("Only the latest 20 are shown.") if len(latest) > MOVEMENTS_SHOWN else ""
    return Table(_("Movements"), heads, rows, _("Nothing has moved it yet."), more=more)


def _receipts_among(entries: Sequence[Any]) -> dict[str, Receipt]:
    names = {
        entry.bundle.voucher_name for entry in entries if entry.bundle.voucher_type == "Purchase Receipt"
    }
    return {receipt.erp_name: receipt for receipt in Receipt.objects.present().filter(erp_name__in=names)}


def _movement(entry: Any, receipts: dict[str, Receipt]) -> tuple[Shown, ...]:
    bundle = entry.bundle
    receipt = receipts.get(bundle.voucher_name) if bundle.voucher_type == "Purchase Receipt" else None
    return (
        profile_link(receipt, bundle),
        say.day(bundle.posted_on),
        entry.warehouse_name,
        say.quantity(entry.quantity),
    )
