"""What staff may tune about what was sold."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from apps.core.options import Choice, OptionGroup, Section

COLUMNS: Final = {"gross": "base_grand_total", "net": "base_net_total"}


class ShopOptions(OptionGroup):
    """What counts as revenue."""

    key, title, icon, order = "shop", _("Shop"), "storefront", 10
    section = Section.SHOP

    revenue_basis = Choice(
        _("Revenue"),
        default="gross",
        choices=[("gross", _("Gross, with tax")), ("net", _("Net, without tax"))],
        hint=_("Of an invoice, on dashboards and in reports. An order's own total is always with tax."),
    )


def revenue_column() -> str:
    """The column of an order that sums up to revenue."""
    return COLUMNS[ShopOptions().revenue_basis]


def is_net() -> bool:
    """Whether revenue is told without tax."""
    return ShopOptions().revenue_basis == "net"
