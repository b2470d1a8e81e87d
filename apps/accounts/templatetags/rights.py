"""Rights in templates: in the words of apps.accounts.wording, with the matrix's icons."""

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.safestring import SafeString

from apps.accounts import wording
from apps.accounts.pages.why import why_link
from apps.accounts.permissions import Reach
from apps.accounts.services import Override
from apps.core.templatetags import larder

register = template.Library()
ICONS: Final = {Reach.ALL: "check", Reach.DAY: "today", Reach.OWN: "person"}


@register.simple_tag
def reach_icon(reach: Reach | str | None) -> SafeString:
    """The icon of a cell."""
    return larder.icon(ICONS[Reach(reach)] if reach else "remove")


@register.filter
def reach_words(reach: Reach | str | None) -> str:
    """How far, or no."""
    return wording.reach_words(reach)


@register.filter
def own_words(own: Override | None) -> str:
    """What was decided for the person alone."""
    return wording.override_words(own)


@register.filter
def key_words(key: str, pages: Mapping[str, str]) -> str:
    """The key in words; ``pages`` names the menu's (wording.menu_pages, read once a page)."""
    return wording.key_words(key, pages)


@register.simple_tag
def why_url(person_id: object, key: str) -> str:
    """Where it is said why the person holds the key or lacks it."""
    return why_link(person_id, key)
