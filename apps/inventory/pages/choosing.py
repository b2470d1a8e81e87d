"""What *pick another* offers for a line: products by name, code or barcode."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.catalog.faces import thumbnail
from apps.core.admin.pages import StaffPage, staff_page
from apps.inventory import reports
from apps.inventory.pages.base import CREATE


@staff_page
class Products(StaffPage):
    """Choose a product."""

    title = _("Choose a product")
    permission_key = CREATE
    route = "inventory/upload/products/"
    url_name = "inventory_upload_products"
    template_name = "inventory/upload/products.html"
    http_method_names = ["get", "head"]  # noqa: RUF012 - as Django declares it

    @property
    def part(self) -> str:
        """Only ever a part: it stands in a line."""
        return self.template_name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("pick", "").replace("\x00", "").strip()[:100]
        found = reports.products_found(words)
        return super().get_context_data(**kwargs) | {
            "words": words,
            "products": [(product, thumbnail(product)) for product in found],
            "is_cut": len(found) == reports.FOUND_AT_MOST,
        }
