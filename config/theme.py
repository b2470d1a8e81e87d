"""Larder's face on the admin theme (LOOK: tokens). What is drawn with these stands in static/larder/css."""

from typing import Any, Final

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

LEAF: Final = {
    "50": "oklch(97.6% .016 155)",
    "100": "oklch(94.6% .035 155)",
    "200": "oklch(89.4% .065 155)",
    "300": "oklch(82% .1 155)",
    "400": "oklch(72.5% .13 155)",
    "500": "oklch(62.5% .13 155)",
    "600": "oklch(52% .11 155)",
    "700": "oklch(44.5% .095 155)",
    "800": "oklch(37.5% .078 156)",
    "900": "oklch(31.5% .063 156)",
    "950": "oklch(22% .045 157)",
}
WARM_GREY: Final = {
    "50": "oklch(98.4% .003 95)",
    "100": "oklch(96.4% .004 95)",
    "200": "oklch(92.2% .006 90)",
    "300": "oklch(86.6% .008 85)",
    "400": "oklch(70.8% .012 80)",
    "500": "oklch(52.5% .013 75)",
    "600": "oklch(43.5% .012 70)",
    "700": "oklch(36.5% .011 65)",
    "800": "oklch(27% .009 60)",
    "900": "oklch(20.5% .008 60)",
    "950": "oklch(15.5% .007 60)",
}
STYLES: Final = ("tokens", "components", "pages", "lists", "shell")
SCRIPTS: Final = ("palette", "shell", "typed")


def _style(name: str) -> Any:
    return lambda request: static(f"larder/css/{name}.css")


def _script(name: str) -> Any:
    return lambda request: static(f"larder/js/{name}.js")


def mark(request: HttpRequest) -> str:
    """Where the logo is; a hash in its name once files are collected."""
    return static("larder/img/mark.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Larder"),
    "SITE_HEADER": _("Larder"),
    "SITE_URL": None,
    "SITE_ICON": mark,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": mark}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": False,  # our own switch: EN / AR as text
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": LEAF, "base": WARM_GREY},
    "STYLES": [_style(name) for name in STYLES],
    "SCRIPTS": [_script(name) for name in SCRIPTS],
    "GLOBAL_CALLBACK": "config.menu.frame",
    "DASHBOARD_CALLBACK": "apps.dashboard.home.home_context",
    # The palette is ours (core.admin.palette); unfold's has no limit and keeps every hit for five minutes.
    "COMMAND": {"search_models": False, "show_history": False, "search_callback": None},
    "SIDEBAR": {"show_search": False, "command_search": False, "navigation": "config.menu.navigation"},
}
