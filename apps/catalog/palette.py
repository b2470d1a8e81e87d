"""What the palette finds of products."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Product
from apps.core.admin import palette


def _found(product: Product) -> palette.Found:
    link = reverse("admin:catalog_product_change", args=[product.pk])
    return palette.Found(title=str(product), link=link, icon="nutrition", description=product.item_code)


palette.offer(
    palette.Records(
        name="products",
        label=_("Products"),
        icon="nutrition",
        permission_key="products.view",
        find=lambda typed: Product.objects.present().matching(typed).order_by("name_en", "id"),
        show=_found,
    )
)
