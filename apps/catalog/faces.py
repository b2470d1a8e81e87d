"""How a product or a category looks, on lists and profiles alike: its picture, or a quiet place for one."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.catalog.models import Category, Product
from apps.catalog.models.pictures import LONGEST_PATH
from apps.catalog.states import PictureState
from apps.core import figures
from apps.core.templatetags import larder as say


def thumbnail(product: Product) -> SafeString:
    """Decoration: the name is always said beside it."""
    if product.asset is None:
        return format_html('<span class="ll-thumb ll-thumb-none">{}</span>', say.icon("image"))
    return format_html(
        '<img class="ll-thumb" src="{}" alt="" width="32" height="32" loading="lazy" decoding="async">',
        product.asset.icon,
    )


def picture_words(record: Product | Category, *, now: datetime) -> str:
    """Why there is no picture, or not the one that ERPNext names; nothing where all is well."""
    if not record.image_path:
        return _("ERPNext has no image for it.")
    if len(record.image_path) > LONGEST_PATH:
        return _("The image's address in ERPNext is too long to be one.")
    picture = record.named_picture
    if picture is None or picture.state == PictureState.WAITING:
        return _("ERPNext names an image; it is fetched within minutes.")
    if picture.state == PictureState.HERE:
        return ""
    said = {"why": picture.trouble}
    if picture.state == PictureState.REFUSED or picture.due_at is None:
        return _("The image was not taken. %(why)s") % said
    said["when"] = figures.moment_text(picture.due_at, now=now)
    return _("The image could not be fetched. %(why)s Tried again: %(when)s.") % said


def portrait_of(record: Product | Category, *, now: datetime) -> SafeString:
    """The picture with what is to be said of it, beside a profile's figures."""
    shown = {"record": record, "asset": record.asset, "said": picture_words(record, now=now)}
    return render_to_string("catalog/portrait.html", shown)
