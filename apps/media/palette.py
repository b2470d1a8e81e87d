"""What the palette finds of pictures."""

from django.utils.translation import gettext_lazy as _

from apps.core.admin import palette
from apps.media.models import Asset


def _found(asset: Asset) -> palette.Found:
    return palette.Found(
        title=str(asset),
        link=asset.get_absolute_url(),
        icon="photo_library",
        description=f"{asset.get_kind_display()} {asset.width} × {asset.height}",
    )


palette.offer(
    palette.Records(
        name="pictures",
        label=_("Pictures"),
        icon="photo_library",
        permission_key="media.view",
        find=lambda typed: Asset.objects.matching(typed).order_by("-uploaded_at", "-id"),
        show=_found,
    )
)
