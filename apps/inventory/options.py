"""What staff may tune about stock."""

from django.utils.translation import gettext_lazy as _

from apps.catalog.models import PriceList
from apps.core.options import OneOf, OptionGroup, Percent, Section, Several, Whole
from apps.inventory.models import Warehouse


def _places() -> list[str]:
    places = Warehouse.objects.present().filter(is_group=False, is_active=True)
    return list(places.order_by("erp_name").values_list("erp_name", flat=True))


class ShopOptions(OptionGroup):
    """Which stock is the shop's to sell."""

    key, title, icon, order = "shop", _("Shop"), "storefront", 10
    section = Section.SHOP

    stock_warehouses = Several(
        _("Stock warehouses"),
        offers=_places,
        source=_("the active warehouses read from ERPNext"),
        unset=_("all warehouses"),
        hint=_("Stock figures, stock lists and dashboards count these alone; leave out transit and scrap."),
    )
    low_stock_safety_days = Whole(
        _("Low-stock safety days"),
        default=3,
        least=0,
        most=90,
        hint=_("A product is low when it would run out within its lead time and these days more."),
    )


def _buying_lists() -> list[str]:
    lists = PriceList.objects.present().filter(for_buying=True, is_active=True)
    return list(lists.order_by("erp_name").values_list("erp_name", flat=True))


class InvoiceOptions(OptionGroup):
    """What is made of suppliers' invoices, and the margin that they must leave."""

    key, title, icon, order = "shop", _("Shop"), "storefront", 10
    section = Section.SHOP

    buying_price_list = OneOf(
        _("Price list for buying"),
        default="Standard Buying",
        offers=_buying_lists,
        source=_("the active buying price lists read from ERPNext"),
        hint=_(
            "What suppliers' invoices say a product costs stands in it, by supplier, from the invoice's day. "
            "What they say it sells for stands in the price list for apps."
        ),
    )
    receiving_warehouse = OneOf(
        _("Warehouse for deliveries"),
        default=None,
        offers=_places,
        source=_("the active warehouses read from ERPNext"),
        hint=_(
            "Where draft receipts say that goods came to, of products that have no default warehouse in "
            "ERPNext. Empty: they are drafted once it is chosen, or by hand."
        ),
    )
    margin_floor = Percent(
        _("Category margin floor"),
        default="15",
        most="99",
        hint=_(
            "Of the sell price, both without VAT. A line of an invoice that leaves less is red, with the "
            "price that would restore it. A category may have a floor of its own."
        ),
    )
    assumed_vat = Percent(
        _("VAT where an invoice names none"),
        default="0",
        hint=_("To take it off the sell price; most food is free of it. The margin says that it is assumed."),
    )
