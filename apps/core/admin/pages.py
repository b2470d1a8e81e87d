"""Staff pages of our own, in the admin's frame: a class, a key, a template.

::

    @staff_page
    class OrdersCalendar(StaffPage):
        title = _("Calendar")
        permission_key = "orders.view"
        route = "orders/calendar/"
        url_name = "orders_calendar"
        template_name = "orders/calendar.html"
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.views.generic import TemplateView

from apps.core.access import may


class MissingRight(PermissionDenied):
    """Refused, and for want of which permission key: the 403 page names it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"This needs the right {key}.")
        self.key = key


def require(person: object, key: str) -> None:
    """Let through whoever holds the key; refuse the others by its name."""
    if not may(person, key):
        raise MissingRight(key)


@dataclass(frozen=True)
class Crumb:
    """One step of the trail above a page; without a link it is only said."""

    title: str | Promise
    link: str = ""


class Partials:
    """Answers htmx with the one part of the page that it asked for.

    ``parts`` names, by the id of the element that htmx will replace, the template of that part. Any other
    request gets the whole page, so that a link can be shared and works without scripts.
    """

    parts: ClassVar[Mapping[str, str]] = {}
    request: HttpRequest

    @property
    def part(self) -> str:
        """The template of the part that is asked for; empty for the whole page."""
        if (
            self.request.headers.get("HX-Request") != "true"
            or "HX-History-Restore-Request" in self.request.headers
        ):
            return ""
        return self.parts.get(self.request.headers.get("HX-Target", ""), "")


class StaffPage(Partials, TemplateView):
    """A page of the back office. Its key is checked here, on the server; the menu only hides the link."""

    title: str | Promise
    permission_key: str  # empty: for everyone who may sign in
    route: str
    url_name: str
    is_cacheable: ClassVar[bool] = False  # by the browser of whoever saw it, if the page says for how long
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.permission_key:
            require(request.user, self.permission_key)
        response = super().dispatch(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def breadcrumbs(self) -> list[Crumb]:
        """The trail above the title, without the page itself."""
        return []

    def get_template_names(self) -> list[str]:
        return [self.part] if self.part else super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A part needs no frame: what the sidebar and the header show is gathered for whole pages only."""
        frame = {} if self.part else admin.site.each_context(self.request)
        self.request.current_app = admin.site.name
        return (
            frame
            | {"title": self.title, "breadcrumbs": self.breadcrumbs()}
            | super().get_context_data(**kwargs)
        )

    @classmethod
    def link(cls, **kwargs: Any) -> str:
        """Where the page is."""
        return reverse(f"admin:{cls.url_name}", kwargs=kwargs or None)


_pages: dict[str, type[StaffPage]] = {}


def staff_page(page: type[StaffPage]) -> type[StaffPage]:
    """Give the page its place in the admin. Two pages under one name are a mistake."""
    known = _pages.setdefault(page.url_name, page)
    if known.__qualname__ != page.__qualname__:
        raise ValueError(f"Two staff pages are called {page.url_name}: {known} and {page}.")
    return page


def registered_pages() -> tuple[type[StaffPage], ...]:
    """Every page of ours, for the admin's URLs and for the tests that try each door."""
    return tuple(_pages.values())


def page_urls(site: admin.AdminSite) -> list[URLPattern]:
    """The admin's routes of these pages; ``admin_view`` sends strangers to the sign-in page."""
    return [
        path(page.route, site.admin_view(page.as_view(), cacheable=page.is_cacheable), name=page.url_name)
        for page in registered_pages()
    ]
