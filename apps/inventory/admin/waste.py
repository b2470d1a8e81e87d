"""Waste to come: what will not be sold before it expires, batch by batch."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import filters
from apps.core.admin.base import ShopAdmin
from apps.core.admin.chips import Chip, Tone
from apps.core.admin.columns import Kind, column
from apps.core.admin.profile import Facts
from apps.core.admin.standing import today
from apps.inventory.models import ExpiringBatch


@admin.register(ExpiringBatch)
class ExpiringBatchAdmin(ShopAdmin):
    """What expires first, first. It is counted, never keyed in."""

    permission_category = "batches"
    list_display = ("title", "status", "product", "supplier", "left", "quantity", "value", "last_day")
    list_extra = ("expires_on", "unit_cost")
    list_totals: ClassVar[dict[str, Any]] = {"value": Sum("value")}
    totals_note = _("in shop currency")
    list_filter = (
        filters.coming("last_day", _("To be sold until")),
        filters.related("batch__supplier", _("Supplier")),
        filters.record("batch__product", _("Product")),
    )
    list_select_related = ("batch__product", "batch__supplier")
    on_phone = ("status", "product", "value")
    search_fields = ("batch__number", "batch__product__item_code", "batch__product__name_en")
    search_help_text = _("Batch number, product or code")
    ordering = ("last_day", "batch")
    sortable_by = ()
    list_icon = "delete_sweep"
    empty_title = _("Nothing is going to waste")
    empty_text = _("Whatever will not sell before it expires is listed here, counted anew each minute.")

    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Batch"), ("of", "product", "supplier", "left", "unit_cost", "expires_on")),
        Facts(_("What will not sell"), ("quantity", "value", "last_day")),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def profile_chips(self, record: ExpiringBatch) -> Sequence[Chip]:
        return [self.status(record)]

    @column(_("Batch"))
    def title(self, one: ExpiringBatch) -> str:
        return str(one.batch)

    @column(_("Batch"))
    def of(self, one: ExpiringBatch) -> Any:
        return one.batch

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, one: ExpiringBatch) -> Chip:
        if one.last_day < today():
            return Chip(_("Too late"), Tone.ACT, "event_busy")
        return Chip(_("Too much"), Tone.LOOK, "hourglass_bottom")

    @column(_("Product"))
    def product(self, one: ExpiringBatch) -> Any:
        return one.batch.product

    @column(_("Supplier"))
    def supplier(self, one: ExpiringBatch) -> Any:
        return one.batch.supplier

    @column(_("Left"), kind=Kind.QUANTITY)
    def left(self, one: ExpiringBatch) -> Any:
        return one.batch.quantity

    @column(_("Cost of that"), kind=Kind.MONEY)
    def value(self, one: ExpiringBatch) -> Any:
        return one.value if one.batch.unit_cost is not None else None

    @column(_("Expires"), kind=Kind.DAY)
    def expires_on(self, one: ExpiringBatch) -> Any:
        return one.batch.expires_on

    @column(_("Unit cost"), kind=Kind.MONEY)
    def unit_cost(self, one: ExpiringBatch) -> Any:
        return one.batch.unit_cost
