"""What the catalogue says in the media library: which products show a picture that ERPNext gives."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import ErpPicture, Product
from apps.media import usage
from apps.media.picking import MOST_SHOWN
from apps.media.usage import Use

KEY: Final = f"{ErpPicture._meta.label}.asset"  # in place of what its field alone would say


def uses(asset_ids: Collection[int]) -> Mapping[int, Sequence[Use]]:
    """The products, some of each picture; where none names it any more, its address in ERPNext."""
    found: dict[int, list[Use]] = {}
    given = ErpPicture.objects.filter(asset__in=asset_ids).values_list("asset", "path")
    paths = {path: asset for asset, path in given}
    if not paths:
        return found
    nth = Window(RowNumber(), partition_by=[F("image_path")], order_by="pk")
    shown = Product.objects.filter(image_path__in=paths).alias(nth=nth).filter(nth__lte=MOST_SHOWN)
    for product in shown.only("pk", "name", "item_code", "image_path").order_by("pk"):
        page = reverse("admin:catalog_product_change", args=[product.pk])
        found.setdefault(paths[product.image_path], []).append(Use(str(product), page))
    for path, asset in paths.items():
        found.setdefault(asset, [Use(_now("%(path)s in ERPNext") % {"path": path})])
    return found


usage.register(
    usage.Source(
        key=KEY,
        title=_("Products"),
        used=lambda: Q(pk__in=ErpPicture.objects.filter(asset__isnull=False).values("asset")),
        uses=uses,
    )
)
