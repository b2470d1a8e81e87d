"""What staff may tune about what we sell."""

from django.utils.translation import gettext_lazy as _

from apps.catalog.models import PriceList
from apps.core.options import OneOf, OptionGroup, Section


def _selling_lists() -> list[str]:
    lists = PriceList.objects.present().filter(for_selling=True, is_active=True)
    return list(lists.order_by("erp_name").values_list("erp_name", flat=True))


class ShopOptions(OptionGroup):
    """Which of ERPNext's prices is the shop's."""

    key, title, icon, order = "shop", _("Shop"), "storefront", 10
    section = Section.SHOP

    price_list = OneOf(
        _("Price list for apps"),
        default="Standard Selling",
        offers=_selling_lists,
        source=_("the active selling price lists read from ERPNext"),
        hint=_("A product's price, in its list and profile and in the API, is the one for everybody here."),
    )
