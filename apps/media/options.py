"""What staff may tune about pictures."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.core.errors import FieldError
from apps.core.options import Duration, OptionGroup, Section
from apps.media import usage
from apps.media.models import Asset
from apps.media.picking import PictureOption, shown_by_option


class ShopPictures(OptionGroup):
    """The shop's own pictures."""

    key, title, icon, order = "shop", _("Shop"), "storefront", 10
    section = Section.SHOP

    logo = PictureOption(
        _("Logo"),
        default=None,
        hint=_("Stands on the sign-in page and above the menu, in place of Larder's mark."),
    )

    def check_together(self, values: Mapping[str, Any]) -> Iterable[FieldError]:
        token = values["logo"]
        if token and not Asset.objects.filter(token=token).exists():
            yield FieldError("shop.logo", "gone", _t("The picture is gone from the media library."))


class MediaOptions(OptionGroup):
    """How the library keeps house."""

    key, title, icon, order = "media", _("Media"), "photo_library", 55

    orphans_kept_for = Duration(
        _("Files without a picture are kept for"),
        default=timedelta(days=1),
        least=timedelta(hours=1),
        most=timedelta(days=30),
        hint=_("What a crash left behind; removed every night when it is older than this."),
    )


usage.register(shown_by_option(ShopPictures.logo))
