"""The library in templates: the shop's logo, the picker, sizes in words."""

from typing import Any, Final

from django import template
from django.db import DatabaseError
from django.db.models import Model
from django.template import Context
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.access import may
from apps.media.models import Asset
from apps.media.options import ShopPictures

WIDE: Final = 2  # so many times as wide as high: a logo with words in it

register = template.Library()


@register.inclusion_tag("media/brand.html")
def brand(mark: str, name: str, side: int) -> dict[str, Any]:
    """The shop's logo where it has one, else Larder's mark; the name beside it, unless the logo is wide
    enough to hold it."""
    logo = _logo()
    says_it = logo is not None and logo.width >= WIDE * logo.height
    return {"logo": logo, "mark": mark, "name": "" if says_it else name, "alt": name, "side": side}


def _logo() -> Asset | None:
    """None too while the database is away: the page that says so has a head like any other."""
    try:
        token = ShopPictures().logo
        return ShopPictures.logo.picture_of(token) if token else None
    except DatabaseError:
        return None


@register.inclusion_tag("media/picker.html", takes_context=True)
def picture_picker(
    context: Context, name: str, value: str, picture: Asset | None, by: str
) -> dict[str, Any]:
    """A form's field for a picture; ``by`` is what the value is, ``pk`` or ``token``."""
    may_upload = may(context["request"].user, "media.create")
    given = {"name": name, "value": value, "picture": picture, "by": by}
    return given | {"id": f"id-{name}", "may_upload": may_upload}


@register.filter
def bytes_text(size: int) -> SafeString:
    """ "240 KB", kept together in right-to-left text."""
    return format_html("<bdi>{}</bdi>", filesizeformat(size))


@register.filter
def option_picture(entry: Any) -> Model | None:
    """The picture that a setting's typed value means."""
    found: Model | None = entry.option.picture_of(entry.typed)
    return found


