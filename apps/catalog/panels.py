"""What the catalogue says in the media library: what shows a picture that ERPNext gives."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.catalog.models import Category, ErpPicture, Product
from apps.media import usage
from apps.media.picking import MOST_SHOWN
from apps.media.usage import Use

KEY: Final = f"{ErpPicture._meta.label}.asset"  # in place of what its field alone would say


def uses(asset_ids: Collection[int]) -> Mapping[int, Sequence[Use]]:
    """What names each picture, some of it; where nothing does any more, its address in ERPNext."""
    found: dict[int, list[Use]] = {}
    given = ErpPicture.objects.filter(asset__in=asset_ids).values_list("asset", "path")
    paths = {path: asset for asset, path in given}
    if not paths:
        return found
    for model in (Product, Category):
        page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        for record in _some_of_each(model, paths):
            use = Use(str(record), reverse(page, args=[record.pk]))
            found.setdefault(paths[record.image_path], []).append(use)
    for path, asset in paths.items():
        found.setdefault(asset, [Use(_now("%(path)s in ERPNext") % {"path": path})])
    return found


def _some_of_each(model: Any, paths: Collection[str]) -> Any:
    nth = Window(RowNumber(), partition_by=[F("image_path")], order_by="pk")
    return (
        model.objects.filter(image_path__in=paths).alias(nth=nth).filter(nth__lte=MOST_SHOWN).order_by("pk")
    )


usage.register(
    usage.Source(
        key=KEY,
        title=_("Products and categories"),
        used=lambda: Q(pk__in=ErpPicture.objects.filter(asset__isnull=False).values("asset")),
        uses=uses,
    )
)
