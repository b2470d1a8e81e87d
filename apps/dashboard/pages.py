"""The overview of products."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core import figures
from apps.core.access import may
from apps.core.admin.pages import Crumb, StaffPage, staff_page
from apps.core.admin.standing import today
from apps.core.admin.tiles import Tile
from apps.dashboard import products


@staff_page
class ProductsDashboard(StaffPage):
    """What is out, low, or going to waste; what lacks something; what of suppliers' invoices is not done."""

    title = _("Products: overview")
    permission_key = "products.view"
    route = "products/overview/"
    url_name = "products_dashboard"
    template_name = "dashboard/products.html"

    def breadcrumbs(self) -> list[Crumb]:
        return [Crumb(_("Products"), _link("admin:catalog_product_changelist"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_see_batches = may(self.request.user, "batches.view")
        return super().get_context_data(**kwargs) | {
            "lead": _("Read from ERPNext, one way: products, prices and stock are changed there."),
            "erp_link": f"{settings.ERPNEXT_DESK_URL}/app/item",
            "tiles": list(_tiles(may_see_batches)),
            "alerts": products.stock_alert(),
            "alerts_link": _list("stock=out"),
            "waste": list(_waste(self.request)) if may_see_batches else None,
            "waste_link": _link("admin:inventory_expiringbatch_changelist"),
            "gaps": list(_gaps()),
            "deliveries": products.deliveries() if may_see_batches else None,
            "invoices_link": _link("admin:inventory_invoiceupload_changelist"),
        }


def _tiles(may_see_batches: bool) -> Iterator[Tile]:
    goods = products.goods()
    yield Tile(
        label=_("For sale"),
        icon="nutrition",
        value=figures.count_text(goods.products),
        meaning=_("active products that can be sold"),
        link=_list("active=yes"),
    )
    yield Tile(
        label=_("Out of stock"),
        icon="production_quantity_limits",
        value=figures.count_text(goods.out),
        meaning=_("kept in stock, and nothing free to sell"),
        link=_list("stock=out"),
    )
    yield Tile(
        label=_("Low"),
        icon="trending_down",
        value=figures.count_text(goods.low),
        meaning=_("under the reorder level, or gone within lead time and safety days"),
        link=_list("stock=low"),
    )
    if may_see_batches:
        yield Tile(
            label=_("Will not sell in time"),
            icon="delete_sweep",
            value=figures.money_text(goods.expiring_value),
            meaning=_("at cost, of %(n)s products") % {"n": figures.count_text(goods.expiring)},
            link=_link("admin:inventory_expiringbatch_changelist"),
        )


def _waste(request: HttpRequest) -> Iterator[dict[str, Any]]:
    everything = _link("admin:inventory_expiringbatch_changelist")
    for row in products.waste_by_supplier():
        supplier = row["batch__supplier"]
        yield {
            "name": row["batch__supplier__name"] or _now("No supplier known"),
            "link": f"{everything}?supplier={supplier}" if supplier else everything,
            "batches": row["batches"],
            "cost": row["cost"],
        }


def _gaps() -> Iterator[dict[str, Any]]:
    counted = products.gaps(day=today())
    yield {"title": _("No price today"), "meaning": _("apps cannot sell it"), "count": counted["price"]}
    yield {
        "title": _("No picture"),
        "meaning": _("apps show a blank"),
        "count": counted["image"],
        "link": _list("active=yes&image=no"),
    }
    yield {"title": _("No category"), "meaning": _("apps show it nowhere"), "count": counted["category"]}


def _list(query: str) -> str:
    link = _link("admin:catalog_product_changelist")
    return f"{link}?{query}" if link else ""


def _link(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
