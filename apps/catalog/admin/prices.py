"""Price lists and the prices in them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import ItemPrice, PriceList
from apps.core.admin import filters
from apps.core.admin.chips import Chip
from apps.core.admin.columns import Kind, Words, column
from apps.core.admin.links import list_link, profile_link
from apps.core.admin.mirrored import MirroredAdmin
from apps.core.admin.profile import Facts, Shown
from apps.core.admin.standing import ACTIVE, IN_ERPNEXT, Standing, in_force, standing_filter, today, usable
from apps.core.templatetags import larder as say

TRADE = filters.yes_no("selling", _("For"), yes=Q(for_selling=True), words=(_("Selling"), _("Buying only")))


@admin.register(PriceList)
class PriceListAdmin(MirroredAdmin):
    """Lists of prices; what stands in one is a list of its own."""

    permission_category = "products"
    erp_doctype = "Price List"
    list_display = ("title", "status", "currency", "for_selling", "for_buying", "read_at")
    list_extra = ("ignores_unit",)
    list_filter = (TRADE, ACTIVE, IN_ERPNEXT)
    on_phone = ("status", "currency")
    search_fields = ("name",)
    search_help_text = _("Name")
    ordering = ("name", "id")
    sortable_by = ("title",)
    list_icon = "request_quote"
    empty_text = _("Price lists come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Price list"), ("currency", "for_selling", "for_buying", "ignores_unit")),
    )

    @column(_("Price list"), order="name")
    def title(self, price_list: PriceList) -> str:
        return str(price_list)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, price_list: PriceList) -> Chip:
        return usable(price_list, is_active=price_list.is_active)

    def profile_chips(self, record: PriceList) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: PriceList) -> Sequence[tuple[Words, Shown]]:
        prices = record.prices.present()
        all_of_them, now = prices.count(), prices.valid_on(today()).count()
        in_force_now = list_link(ItemPrice, say.count(now), price_list=record.pk, standing=Standing.NOW)
        return (
            (_("Prices"), list_link(ItemPrice, say.count(all_of_them), price_list=record.pk)),
            (_("In force today"), in_force_now),
        )


@admin.register(ItemPrice)
class ItemPriceAdmin(MirroredAdmin):
    """Prices, by item code; a price for everybody and one for a single customer look alike in ERPNext."""

    permission_category = "products"
    erp_doctype = "Item Price"
    list_display = (
        "title",
        "status",
        "code",
        "price_list",
        "price",
        "unit",
        "whom",
        "valid_from",
        "valid_until",
    )
    list_extra = ("packed_by", "lead_time_days", "note", "reference", "read_at")
    list_filter = (
        filters.related("price_list", _("Price list")),
        standing_filter(begins="valid_from", ends="valid_until"),
        TRADE,
        filters.yes_no("shelf", _("For whom"), yes=Q(is_shelf=True), words=(_("Everybody"), _("One alone"))),
        filters.record("product", _("Product")),
    )
    list_select_related = ("product", "price_list")
    on_phone = ("status", "price_list", "price")
    search_fields = ("item_code",)
    search_help_text = _("Product, code or barcode")
    ordering = ("item_code", "id")
    sortable_by = ("code",)
    list_icon = "payments"
    empty_text = _("Prices come from ERPNext. “Sync everything” under Settings › Sync brings them in.")
    facts: ClassVar[Sequence[Facts]] = (
        Facts(_("Price"), ("product", "price_list", "price", "unit", "packed_by")),
        Facts(_("When and for whom"), ("valid_from", "valid_until", "whom", "trade")),
        Facts(_("Notes"), ("note", "reference", "lead_time_days")),
    )

    @column(_("Product"))
    def title(self, price: ItemPrice) -> str:
        return str(price.product or price.item_code)

    @column(_("Status"), kind=Kind.CHIP)
    def status(self, price: ItemPrice) -> Chip:
        return in_force(price, begins=price.valid_from, ends=price.valid_until)

    @column(_("Item code"), order="item_code")
    def code(self, price: ItemPrice) -> Shown:
        return profile_link(price.product, price.item_code)

    @column(_("Price list"))
    def price_list(self, price: ItemPrice) -> PriceList | str:
        return price.price_list or price.price_list_name

    @column(_("Price"), kind=Kind.MONEY)
    def price(self, price: ItemPrice) -> Any:
        return price.rate

    @column(_("For whom"))
    def whom(self, price: ItemPrice) -> str:
        """Everybody, or the one customer, supplier or batch that has it."""
        named = (
            (_now("Customer %s"), price.customer_erp_name),
            (_now("Supplier %s"), price.supplier_erp_name),
            (_now("Batch %s"), price.batch_number),
        )
        return ", ".join(words % name for words, name in named if name) or _now("Everybody")

    @column(_("Only in multiples of"), kind=Kind.COUNT)
    def packed_by(self, price: ItemPrice) -> int | None:
        return price.packing_unit or None

    @column(_("For"))
    def trade(self, price: ItemPrice) -> str:
        kinds = ((price.for_selling, _now("selling")), (price.for_buying, _now("buying")))
        return ", ".join(words for is_so, words in kinds if is_so)

    @column(_("Product"))
    def product(self, price: ItemPrice) -> Any:
        return price.product or price.item_code

    def profile_title(self, record: ItemPrice) -> str:
        return _now("%(product)s in %(list)s") % {
            "product": self.title(record),
            "list": self.price_list(record),
        }

    def profile_chips(self, record: ItemPrice) -> Sequence[Chip]:
        return [self.status(record)]

    def key_figures(self, record: ItemPrice) -> Sequence[tuple[Words, Shown]]:
        return (
            (_("Price"), say.money(record.rate, record.currency)),
            (_("Unit"), record.unit or "—"),
            (_("For whom"), self.whom(record)),
        )
