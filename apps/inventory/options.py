"""What staff may tune about stock."""

from django.utils.translation import gettext_lazy as _

from apps.core.options import OptionGroup, Section, Several, Whole
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
